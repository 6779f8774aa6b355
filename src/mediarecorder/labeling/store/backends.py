"""Where a store is: a folder, or anything that fsspec reaches, an object store above all.

Both can do five things, and nothing else is asked of them: put a whole object under its name, get
some, tell what is there, whether one is, and remove some. None of them appends, renames or locks.

A folder needs no package: fsspec would write it in place, so that a kernel that is killed leaves
half a file.
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
    """Objects by their names, such as ``audio/1/2.wav``, which are all our own."""

    def write(self, name: str, data: bytes) -> None:
        """Put an object there, whole or not at all, instead of one of the same name."""

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Get objects; those that are not there are left out."""

    def list(self, folder: str) -> dict[str, int]:
        """Find all objects under a folder: their names, sorted, and their sizes in bytes."""

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; it does not matter whether they are there."""


def backend_at(where: str | os.PathLike[str], options: Mapping[str, Any] | None = None) -> Backend:
    """Find the place for a path or a URL."""
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
    """A folder of this machine, made when the first object comes."""

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
            with suppress(OSError):  # there is something else in it
                folder.rmdir()

    def __str__(self) -> str:
        return str(self.path)


class Remote:
    """Anything that fsspec reaches.

    Object stores put a whole object or none, which is what `write` promises. What fsspec
    reaches by other ways (ftp, ssh) may break off in the middle.
    """

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        if any(letter in url for letter in "*?[]"):
            raise ValueError(f"The URL of a store may not hold any of * ? [ ]: {url!r:.200}.")
        try:
            import fsspec

            # Others write there too: what was listed once is no news. And s3fs would ask for the
            # size of each small object first, to fetch it in parts at once.
            own = {"max_concurrency": 1} if url.startswith("s3") else {}
            options = {"use_listings_cache": False, **own, **(options or {})}
            self._files, root = fsspec.core.url_to_fs(url, **options)
        except ImportError as error:
            raise NotSupportedError(
                f"{url!r:.200} cannot be reached: {error}.",
                'Install what it needs: pip install "mediarecorder[dataset]" reaches s3://.',
            ) from error
        self.url, self._root = url, root.rstrip("/")

    def write(self, name: str, data: bytes) -> None:
        self._files.pipe_file(self._path(name), data)

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        paths = [self._path(name) for name in names]
        found = {}
        for name, got in zip(names, self._files.cat_ranges(paths, None, None), strict=True):
            if isinstance(got, bytes):
                found[name] = got
            elif not isinstance(got, FileNotFoundError):
                raise got
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
        except FileNotFoundError:  # somebody else was quicker with one of them
            for path in paths:
                with suppress(FileNotFoundError):
                    self._files.rm_file(path)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def __str__(self) -> str:
        return self.url
