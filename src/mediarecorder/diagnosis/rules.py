"""The table of rules that find a problem of a page or a kernel, and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..errors import ADVICE, NO_BYTES, DecodingError, NotAllowedError, NotFoundError, SecurityError
from ..wire.protocol import Facts

OLDEST_IPYKERNEL = (6, 29)
MIN_FREE_BYTES = 50_000_000


@dataclass(frozen=True)
class Situation:
    """The facts that the rules check.

    Attributes
    ----------
    page : Facts or None
        The facts of the page; None if no page answered.
    pages : int
        The number of pages that show the recorder.
    decodes : bool
        Whether the kernel can decode.
    ipykernel : tuple of int
        The version of ipykernel; empty outside of a kernel.
    host : str
        The name of the host, see `host.detect.host_name`.
    """

    page: Facts | None
    pages: int
    decodes: bool
    ipykernel: tuple[int, ...]
    host: str


PageRule: TypeAlias = tuple[Callable[[Facts], bool], str, str]
Rule: TypeAlias = tuple[Callable[[Situation], bool], str, str]

PAGE_RULES: tuple[PageRule, ...] = (
    (
        lambda page: not page.secure,
        "This page is not secure: the browser gives it no microphone.",
        SecurityError.default_hint,
    ),
    (lambda page: page.webview, *ADVICE["webview"]),
    (lambda page: _is_blocked(page) and page.embedded, *ADVICE["frame"]),
    (lambda page: _is_blocked(page) and not page.embedded, *ADVICE["header"]),
    (
        lambda page: _may_ask(page) and page.permission == "denied",
        "The microphone has been refused to this page.",
        NotAllowedError.default_hint,
    ),
    (
        lambda page: _may_ask(page) and page.permission == "prompt" and not page.visible,
        "This page is hidden: nobody sees that the browser asks for the microphone.",
        "Bring it to the front.",
    ),
    (
        lambda page: _may_ask(page) and page.microphones == 0,
        "The browser knows of no microphone.",
        NotFoundError.default_hint,
    ),
    (
        lambda page: not page.media_recorder,
        "This browser has no MediaRecorder.",
        "Use a current Chromium, Firefox or Safari.",
    ),
    (
        lambda page: page.secure and not (page.indexed_db and page.web_locks),
        "The browser stores nothing for this page: what has not been sent is lost with the page.",
        "Allow this site to store data, or leave the private window.",
    ),
    (
        lambda page: _free_bytes(page) < MIN_FREE_BYTES,
        "The browser has hardly any room left to store what has not been sent.",
        "Make room on the disk of the machine that the browser runs on.",
    ),
)
RULES: tuple[Rule, ...] = (
    (
        lambda situation: situation.pages > 1,
        "Several pages show this recorder, and only one of them records.",
        "It is the page that runs the cell; close the others if in doubt.",
    ),
    (
        lambda situation: (
            situation.page is not None and not (situation.decodes or situation.page.web_codecs)
        ),
        "Neither this page nor the kernel can turn a recording into samples.",
        DecodingError.default_hint,
    ),
    (
        lambda situation: () < situation.ipykernel < OLDEST_IPYKERNEL,
        "This ipykernel is older than 6.29, the oldest in which a cell is known to be able to "
        "wait for a page.",
        'Install a newer one: pip install "ipykernel>=6.29"; then restart the kernel.',
    ),
    (lambda situation: situation.host == "Colab", *NO_BYTES),
)


def _is_blocked(page: Facts) -> bool:
    return page.secure and not page.webview and page.allowed is False


def _may_ask(page: Facts) -> bool:
    return page.secure and not page.webview and page.allowed is not False


def _free_bytes(page: Facts) -> float:
    if page.stored_bytes is None or page.storable_bytes is None:
        return float("inf")
    return page.storable_bytes - page.stored_bytes


def findings(situation: Situation) -> Iterator[tuple[str, str]]:
    """Yield the problems that the rules find, with their remedies."""
    if situation.page is not None:
        yield from ((what, remedy) for holds, what, remedy in PAGE_RULES if holds(situation.page))
    yield from ((what, remedy) for holds, what, remedy in RULES if holds(situation))
