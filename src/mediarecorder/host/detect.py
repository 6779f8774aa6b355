"""Detection of the host that this code runs in, and its limits."""

from __future__ import annotations

import sys

from .session import running_kernel

CANNOT_WAIT = {
    "marimo": "Write rec = mo.ui.anywidget(MediaRecorder()) in one cell and rec.widget.take in "
    "another, which runs again whenever a take is done.",
    "Colab": "Use the recorder's buttons, and rec.take in the next cell.",
    "Shiny": 'Use rec.start(), rec.stop() and rec.on("stop", ...).',
}
"""The hosts where no message of a page arrives while a cell runs, and what works instead."""

ONE_LOOP = ("JupyterLite", "Solara")
"""The hosts where code in the event loop must await, and must not block."""


def host_name() -> str:
    """Return the name of the host; for a notebook server, the class of its kernel."""
    if sys.platform == "emscripten":
        return "JupyterLite"
    loaded = sys.modules
    if "marimo" in loaded and loaded["marimo"].running_in_notebook():
        return "marimo"
    if "google.colab" in loaded:
        return "Colab"
    if "shiny.session" in loaded and loaded["shiny.session"].get_current_session() is not None:
        return "Shiny"
    solara = loaded.get("solara.server.kernel_context")
    if solara is not None and solara.has_current_context():
        return "Solara"
    kernel = running_kernel()
    return "no kernel" if kernel is None else type(kernel).__name__
