"""The host that this code runs in, and what cannot be done there."""

from __future__ import annotations

import sys

from .session import running_kernel

CANNOT_WAIT = {
    "marimo": "Write rec = mo.ui.anywidget(MediaRecorder()) in one cell and rec.widget.take in "
    "another, which runs again whenever a take is done.",
    "Colab": "Use the recorder's buttons, and rec.take in the next cell.",
    "Shiny": 'Use rec.start(), rec.stop() and rec.on("stop", ...).',
}
"""Where no message of a page arrives while a cell runs, and what works there instead."""

ONE_LOOP = ("JupyterLite", "Solara")
"""Where what runs in the loop cannot block, but can await."""


def host_name() -> str:
    """Name the host: a notebook server's kernel by its class, others by their names."""
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
