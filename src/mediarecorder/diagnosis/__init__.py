"""Problems that keep a recorder from recording, and their remedies: `MediaRecorder.diagnose`."""

from __future__ import annotations

import dataclasses
import html
import platform
import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any, TypeAlias

from .. import media
from ..capture import waits
from ..capture.controller import Controller
from ..errors import InvalidStateError, MediaRecorderError, NoBrowserError, NotSupportedError
from ..host import detect, waiting
from ..host.session import running_kernel
from ..wire.protocol import Facts
from .rules import Situation, findings

PageReport: TypeAlias = tuple[Facts, Mapping[str, bool]]
"""The facts of a page, and the types that it supports."""

PACKAGES = ("mediarecorder", "anywidget", "ipywidgets", "traitlets", "numpy", "av", "ipykernel")


class Diagnosis(dict[str, Any]):
    """The result of `MediaRecorder.diagnose`: a dict that is displayed as a report.

    The key ``findings`` is a list of ``{"problem": ..., "remedy": ...}``, empty if no problem was
    found. ``recorder``, ``kernel`` and ``versions`` are facts from Python. ``page`` has the facts
    of the page; it is None if no page answered, and a value in it is None if the browser does not
    report it. The dict can be serialized with `json.dumps`.
    """

    def __repr__(self) -> str:
        lines = [self._verdict()]
        for n, finding in enumerate(self["findings"], 1):
            lines += [f"{n}. {_text(finding['problem'])}", f"   {_text(finding['remedy'])}"]
        for title, facts in self._sections():
            lines += ["", title, *(f"  {name:<22}{text}" for name, text in facts)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        found = "".join(
            f"<li>{html.escape(finding['problem'])}<br><em>{html.escape(finding['remedy'])}</em></li>"
            for finding in self["findings"]
        )
        rows = "".join(
            f"<tr><th colspan=2 style='text-align: left'>{html.escape(title)}</th></tr>"
            + "".join(
                f"<tr><td style='text-align: left'>{html.escape(name)}</td>"
                f"<td style='text-align: left'>{html.escape(text)}</td></tr>"
                for name, text in facts
            )
            for title, facts in self._sections()
        )
        return (
            f"<div><strong>{self._verdict()}</strong><ol>{found}</ol>"
            f"<details><summary>All that is known</summary><table>{rows}</table></details></div>"
        )

    def _verdict(self) -> str:
        if not self["findings"]:
            return "Nothing is wrong, as far as can be seen."
        return "What is wrong, and how to mend it:"

    def _sections(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for title in ("recorder", "kernel", "versions", "page"):
            if self[title] is not None:
                yield title, [(name, _text(value)) for name, value in self[title].items()]


def _text(value: object) -> str:
    """Return a value as one line of printable text. Values from a page can be anything."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))


# The diagnosis --------------------------------------------------------------------------


def diagnose(controller: Controller, devices: bool) -> Diagnosis:
    """Ask the page, if possible, and return the findings."""
    errors: list[MediaRecorderError] = []
    report: PageReport | None = None
    if controller.closing:
        errors.append(InvalidStateError("This recorder is closed.", "Make a new MediaRecorder()."))
    else:
        try:
            report = controller.block(waits.diagnosis_steps(controller.link, devices))
        except NotSupportedError as error:
            errors.append(error)
        else:
            errors += [NoBrowserError(waits.why_silent(controller.link))] if report is None else []
    if controller.intake.unsupported is not None:
        errors.append(controller.intake.unsupported)
    return _diagnosis(controller, report, errors)


def _diagnosis(
    controller: Controller, report: PageReport | None, errors: list[MediaRecorderError]
) -> Diagnosis:
    versions = {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}
    facts = None if report is None else report[0]
    situation = Situation(
        page=facts,
        pages=len(controller.link.pages),
        decodes=media.available(),
        ipykernel=_ipykernel(versions),
        host=detect.host_name(),
    )
    found = [*((error.message, error.hint) for error in errors), *findings(situation)]
    return Diagnosis(
        findings=[{"problem": what, "remedy": remedy} for what, remedy in found],
        recorder={
            "state": str(controller.state),
            "source": type(controller.settings.source).__name__,
            "mime_type": controller.settings.options.mime_type,
            "pages": situation.pages,
        },
        kernel={
            "host": situation.host,
            "waits_by": waiting.message_path(),
            "decodes": situation.decodes,
            "platform": platform.platform(),
        },
        versions=versions,
        page=None if report is None else _page(*report),
    )


def _page(facts: Facts, types: Mapping[str, bool]) -> dict[str, Any]:
    reported = dataclasses.asdict(facts)
    if facts.names is None:
        del reported["names"]
    return reported | {"types": sorted(name for name, supported in types.items() if supported)}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _ipykernel(versions: Mapping[str, str | None]) -> tuple[int, ...]:
    if running_kernel() is None:
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", versions["ipykernel"] or "")[:2])
