"""A real JupyterLab, a real kernel and headless Chromium, for tests and the demo."""

from .browser import INSECURE_HOST, PersistentBrowser, open_chromium, open_context
from .cells import Cell, CellError, CellFailedError, CellResult
from .kernel import KernelError
from .lab import KERNELS, Lab
from .notebook import App, Notebook, PageError, open_notebook
from .witness import Witness

__all__ = [
    "INSECURE_HOST",
    "KERNELS",
    "App",
    "Cell",
    "CellError",
    "CellFailedError",
    "CellResult",
    "KernelError",
    "Lab",
    "Notebook",
    "PageError",
    "PersistentBrowser",
    "Witness",
    "open_chromium",
    "open_context",
    "open_notebook",
]
