"""Whose message is being handled: JupyterLab stamps a page's cells and comm messages alike.

Both carry the client session of the page in their headers, and so a command of a
cell can be sent to the very page that ran it.
"""

from __future__ import annotations

import sys


def current_session() -> str | None:
    """The client session behind the code that runs now; None outside of a Jupyter kernel."""
    if "ipykernel" not in sys.modules:
        return None
    from IPython import get_ipython  # type: ignore[attr-defined, unused-ignore]

    kernel = getattr(get_ipython(), "kernel", None)  # type: ignore[no-untyped-call, unused-ignore]
    if kernel is None:
        return None
    session = kernel.get_parent().get("header", {}).get("session")
    return session if isinstance(session, str) else None
