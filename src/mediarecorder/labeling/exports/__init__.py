"""Export of a store, for training and for other tools."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from ..store import Store
from ..store.entries import Clip
from . import audiofolder, label_studio, parquet, table
from .rows import COLUMNS, Row, rows_of
from .splits import SHARES, Split

if TYPE_CHECKING:
    import pandas as pd

Kind: TypeAlias = Literal["audiofolder", "parquet", "label_studio", "csv"]

_WRITERS: dict[Kind, Callable[[Store, list[Row], Path, Path], None]] = {
    "audiofolder": audiofolder.write,
    "parquet": parquet.write,
    "label_studio": label_studio.write,
    "csv": table.write,
}


def export(
    store: Store,
    kind: Kind,
    path: str | os.PathLike[str],
    *,
    splits: Mapping[Split, float] = SHARES,
    keep: Callable[[Clip], bool] | None = None,
) -> Path:
    """Export the clips of a store into a new folder, completely or not at all.

    ================== =================================================================
    kind               result
    ================== =================================================================
    ``"audiofolder"``  For ``datasets.load_dataset("audiofolder", data_dir=path)``: a
                       folder of sounds per split, each with a ``metadata.parquet``. (In
                       a .csv or .jsonl file, `datasets` would read a label such as NA as
                       missing, and 2026-11-25 as a date.)
    ``"parquet"``      For ``load_dataset(path)``: the same data in one file per split,
                       with the sounds as the Audio feature stores them.
    ``"label_studio"`` ``tasks.json`` for Label Studio's importer, with the labels of
                       each person as a prediction; ``config.xml``, the labelling
                       interface of the project; and the sounds, for its local storage.
    ``"csv"``          ``clips.csv`` with a column ``split``, and the sounds. Texts that a
                       spreadsheet would evaluate as a formula start with an apostrophe.
    ================== =================================================================

    No speaker is in two splits. ``"audiofolder"`` and ``"parquet"`` require
    ``pip install "mediarecorder[dataset]"``.

    Parameters
    ----------
    store : Store
        The store, exported in its current state.
    kind : {"audiofolder", "parquet", "label_studio", "csv"}
        The format, as above.
    path : str or path
        A new or empty folder.
    splits : mapping of str to float
        The shares of ``"train"``, ``"validation"`` and ``"test"``, or of some of these. The
        splits approximate them as closely as whole speakers allow.
    keep : callable, optional
        Called with each `Clip`; clips for which it returns False are left out. For example
        ``lambda clip: not clip.flaws``.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    FileExistsError
        `path` exists and is not an empty folder.
    FileNotFoundError
        A clip was withdrawn during the export. Export again.
    NotSupportedError
        A package that the export requires is not installed.
    ValueError
        `kind` or `splits` is invalid, or there are no clips.
    """
    if kind not in get_args(Kind):
        known = ", ".join(map(repr, get_args(Kind)))
        raise ValueError(f"A store is exported as one of {known}, not as {kind!r:.40}.")
    rows = rows_of(store.manifest(), splits, keep)
    if not rows:
        raise ValueError("There are no clips to export.")
    path = Path(path).absolute()
    with _new_folder(path) as folder:
        _WRITERS[kind](store, rows, folder, path)
    return path


def to_pandas(store: Store, *, splits: Mapping[Split, float] = SHARES) -> pd.DataFrame:
    """Return a table of all clips, one per row: the columns of the exports, and `file`.

    ``store.take(store.manifest()[row.id])`` returns the sound of a row.

    Parameters
    ----------
    store : Store
        The store, in its current state.
    splits : mapping of str to float
        The shares of the splits; see `export`.
    """
    import pandas as pd

    rows = rows_of(store.manifest(), splits)
    table: list[dict[str, Any]] = [{**row.values, "file": row.clip.file} for row in rows]
    return pd.DataFrame(table, columns=[*COLUMNS, "file"])


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Create a folder under a temporary name, and rename it on success."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise FileExistsError(f"{str(path)!r} already exists. Export into a new folder.")
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
        if path.exists():
            path.rmdir()
        unfinished.rename(path)
    finally:
        rmtree(unfinished, ignore_errors=True)
