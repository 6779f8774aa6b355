"""One figure: a ratio measured several times in one run, and the series behind it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A ratio and its spread.

    `values` has one ratio, or one quantity in `unit`, per repetition. `behind` has the measured
    series by name; a name ends in the unit of its numbers. `missing` is the reason if nothing
    could be measured. A figure whose `wanted` is None has no target.
    """

    name: str
    wanted: float | None
    values: tuple[float, ...] = ()
    at_least: bool = False
    unit: str = ""
    behind: Mapping[str, Sequence[float]] = field(default_factory=dict)
    note: str = ""
    missing: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        wanted: float | None,
        above: tuple[str, Sequence[float]],
        below: tuple[str, Sequence[float]],
        **more: Any,
    ) -> Figure:
        """Return the ratios of two series that were measured alternately."""
        values = tuple(a / b for a, b in zip(above[1], below[1], strict=True))
        behind = {name: tuple(numbers) for name, numbers in (above, below)}
        return cls(name, wanted, values, behind=behind, **more)

    def with_behind(self, name: str, values: Sequence[float]) -> Figure:
        """Return a copy with one more series, for information."""
        return replace(self, behind={**self.behind, name: tuple(values)})

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles, or the minimum and maximum of fewer than five values."""
        if len(self.values) < 5:
            return min(self.values), max(self.values)
        first, _, third = statistics.quantiles(self.values, n=4, method="inclusive")
        return first, third

    @property
    def met(self) -> bool | None:
        if self.wanted is None:
            return None
        if not self.values:
            return False
        return self.median >= self.wanted if self.at_least else self.median <= self.wanted

    def to_json(self) -> dict[str, Any]:
        """Return plain data without empty fields; numbers have five significant digits."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)), parse_float=_short)
        empty: tuple[object, ...] = ("", [], {})
        return {k: v for k, v in plain.items() if v not in empty and v is not False}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Figure:
        return cls(**{**plain, "values": tuple(plain.get("values", ()))})


def _short(text: str) -> float:
    return float(f"{float(text):.5g}")
