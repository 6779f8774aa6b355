"""Package attributes that are imported on first access."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazily(
    names: dict[str, Any], homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` functions of a package (PEP 562).

    Parameters
    ----------
    names : dict
        The package's ``globals()``.
    homes : mapping of str to str
        The submodule that defines each public name. An empty string means that the name is
        itself a submodule.
    """
    package = names["__name__"]

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f".{homes[name] or name}", package)
        names[name] = getattr(module, name) if homes[name] else module
        return names[name]

    return get, lambda: sorted({*names, *homes})
