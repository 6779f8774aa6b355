"""The backends of a store: a folder, or an object store through fsspec.

A backend has four operations on whole objects: write one, read some, list a folder, remove some.
None of them appends, renames or locks.

Folders do not use fsspec, which writes in place: a killed kernel would leave a partial file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ...errors import NotSupportedError
from ...media.audiofile import replacing


class Backend(Protocol):
    """Objects by name, such as ``audio/1/2.wav``. The package chooses all names."""

    def write(self, name: str, data: bytes) -> None:
        """Write an object atomically. It replaces one of the same name."""

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Read objects. Missing ones are left out."""

    def list(self, folder: str) -> dict[str, int]:
        """Return the names of all objects under a folder, sorted, and their sizes in bytes."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects. Missing ones are ignored."""


def backend_at(where: str | os.PathLike[str], options: Mapping[str, Any] | None = None) -> Backend:
    """Return the backend of a path or a URL."""
    if not isinstance(where, (str, os.PathLike)) or not os.fspath(where):
        raise TypeError(f"A store is a folder or a URL, not {where!r:.80}.")
    text = os.fsdecode(where)
    if text.startswith("file://"):
        text = url2pathname(urlsplit(text).path)
    if "://" in text:
        return Remote(text, options)
    if options:
        raise ValueError(f"storage_options are for URLs; {text!r:.200} is a folder.")
    return Folder(Path(text).expanduser().absolute())


class Folder:
    """A folder of this machine, created with the first object."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, data: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(data)

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        found = {}
        for name in names:
            with suppress(FileNotFoundError):
                found[name] = (self.path / name).read_bytes()
        return found

    def list(self, folder: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for parent, _, files in os.walk(self.path / folder):
            below = Path(parent).relative_to(self.path).as_posix()
            for file in files:
                with suppress(FileNotFoundError):
                    found[f"{below}/{file}"] = (Path(parent) / file).stat().st_size
        return dict(sorted(found.items()))

    def remove(self, names: Iterable[str]) -> None:
        folders = set()
        for name in names:
            (self.path / name).unlink(missing_ok=True)
            folders.add((self.path / name).parent)
        for folder in folders:
            with suppress(OSError):  # it is not empty
                folder.rmdir()

    def __str__(self) -> str:
        return str(self.path)


class Remote:
    """A URL that fsspec supports.

    Object stores write atomically, as `Backend.write` requires. Other protocols (FTP, SSH)
    may leave a partial object if they are interrupted.
    """

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        if any(letter in url for letter in "*?[]"):
            raise ValueError(f"The URL of a store may not hold any of * ? [ ]: {url!r:.200}.")
        try:
            import fsspec

            # Other sessions write to the store, too: a cached listing would be out of date. With a
            # concurrency above 1, s3fs first requests the size of each object to read it in ranges.
            own = {"max_concurrency": 1} if url.startswith("s3") else {}
            options = {"use_listings_cache": False, **own, **(options or {})}
            self._files, root = fsspec.core.url_to_fs(url, **options)
        except ImportError as error:
            raise NotSupportedError(
                f"{url!r:.200} cannot be reached: {error}.",
                "Install the package for this kind of URL. For s3:// it is "
                'pip install "mediarecorder[dataset]".',
            ) from error
        self.url, self._root = url, root.rstrip("/")

    def write(self, name: str, data: bytes) -> None:
        self._files.pipe_file(self._path(name), data)

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        paths = [self._path(name) for name in names]
        found = {}
        for name, result in zip(names, self._files.cat_ranges(paths, None, None), strict=True):
            if isinstance(result, bytes):
                found[name] = result
            elif not isinstance(result, FileNotFoundError):
                raise result
        return found

    def list(self, folder: str) -> dict[str, int]:
        self._files.invalidate_cache()
        found = self._files.find(self._path(folder), detail=True)
        begin = len(self._root) + 1
        return {path[begin:]: int(found[path]["size"]) for path in sorted(found)}

    def remove(self, names: Iterable[str]) -> None:
        paths = [self._path(name) for name in names]
        try:
            if paths:
                self._files.rm(paths)
        except FileNotFoundError:  # another process has removed one of them
            for path in paths:
                with suppress(FileNotFoundError):
                    self._files.rm_file(path)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def __str__(self) -> str:
        return self.url
