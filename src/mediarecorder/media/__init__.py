"""From a recording's bytes to samples: in the kernel where PyAV is installed, else in a page.

`blob` decodes what is complete, `streaming` what still arrives; both read by `pyav` and
gather in `samples`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .blob import MediaInfo, decode, probe, remux
from .samples import Samples

PageDecoder = Callable[[npt.NDArray[np.uint8], str], "tuple[Samples, int] | None"]

page_decoder: PageDecoder | None = None
"""Asks a page that shows a recorder; set by `mediarecorder.recorder`, which knows the pages."""


def available() -> bool:
    """Tell whether the kernel has a decoder of its own."""
    return importlib.util.find_spec("av") is not None


__all__ = ["MediaInfo", "PageDecoder", "Samples", "available", "decode", "probe", "remux"]
