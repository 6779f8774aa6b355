"""From a store to what trains, and to what others go on with."""

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
    """Write the clips of a store into a new folder, whole or not at all.

    ================== =================================================================
    kind               what is written
    ================== =================================================================
    ``"audiofolder"``  for ``datasets.load_dataset("audiofolder", data_dir=path)``:
                       sounds by split, and a ``metadata.parquet`` for each (in a .csv or
                       .jsonl a label such as NA or 2026-11-25 would be read as none, or
                       as a date)
    ``"parquet"``      for ``load_dataset(path)``: the same in one file for each split,
                       sounds as the Audio feature stores them
    ``"label_studio"`` ``tasks.json`` for its importer, with what each person said as a
                       prediction; ``config.xml``, the interface of the project; the
                       sounds, for Label Studio's local files
    ``"csv"``          ``clips.csv`` with a column ``split``, and the sounds. A text that
                       a spreadsheet would take for a formula has an apostrophe before it
    ================== =================================================================

    No speaker is in two splits. All kinds but ``"csv"`` and ``"label_studio"`` need
    ``pip install "mediarecorder[dataset]"``.

    Parameters
    ----------
    store : Store
        What is in it now is exported.
    kind : str
        As above.
    path : str or path
        A folder that is not there yet, or is empty.
    splits : mapping of str to float
        Which of ``"train"``, ``"validation"`` and ``"test"`` there are, and their shares of
        the clips, as near as whole speakers allow.
    keep : callable, optional
        Called with each `Clip`; what it gives False for is left out, for instance
        ``lambda clip: not clip.flaws``.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    FileExistsError
        There is something at `path`.
    FileNotFoundError
        A clip was withdrawn meanwhile: export again.
    ValueError
        There are no clips.
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
    """Make a table of all clips, one a row, with the columns of the exports and `file`.

    ``store.take(store.manifest()[row.id])`` is the sound of a row.
    """
    import pandas as pd

    rows = rows_of(store.manifest(), splits)
    table: list[dict[str, Any]] = [{**row.values, "file": row.clip.file} for row in rows]
    return pd.DataFrame(table, columns=[*COLUMNS, "file"])


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Make a folder that takes its name once it is complete."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise FileExistsError(f"{str(path)!r} is there already. Export into a new folder.")
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
        if path.exists():
            path.rmdir()
        unfinished.rename(path)
    finally:
        rmtree(unfinished, ignore_errors=True)
