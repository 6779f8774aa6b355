"""What can go wrong, under the names that the standard gives it.

Every error has a message that is a sentence and a ``hint`` that says what to do
now. The classes carry the names of the DOMExceptions that a browser raises
(`Web IDL, DOMException names <https://webidl.spec.whatwg.org/#idl-DOMException-error-names>`_);
the last two are ours.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Cause: TypeAlias = Literal["dismissed", "frame", "header", "muted", "silent", "system", "webview"]


class MediaRecorderError(Exception):
    """Anything that a recorder, a page or a take can report.

    Parameters
    ----------
    message : str
        A sentence: what happened.
    hint : str, optional
        What to do now. Without it, the class's own advice.
    cause : str, optional
        Why, in a word, where a page knows more than its browser says: a key of `ADVICE`.
    """

    default_hint = ""

    def __init__(
        self, message: str, hint: str | None = None, *, cause: Cause | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.cause = cause

    @property
    def name(self) -> str:
        """The DOMException name, which is also the name of the class."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class InvalidStateError(MediaRecorderError):
    """The call does not fit the recorder's ``state``."""


class NotSupportedError(MediaRecorderError):
    """The browser cannot record this type, or these tracks."""

    default_hint = (
        "Leave mime_type empty to let the browser choose, or ask rec.is_type_supported(...)."
    )


class NotAllowedError(MediaRecorderError):
    """A person, the browser or the page's policy refused the microphone."""

    default_hint = (
        "Allow the microphone for this page (the icon beside the address), then start again."
    )


class NotFoundError(MediaRecorderError):
    """There is no such device."""

    default_hint = "Connect a microphone, or record a Tone() to try without one."


class NotReadableError(MediaRecorderError):
    """The device is there, but it cannot be opened."""

    default_hint = "Close other programs that use the microphone, then start again."


class OverconstrainedError(MediaRecorderError):
    """No device fits what the source asks for."""

    default_hint = "Ask for less: another device, or no exact sample rate or channel count."


class SecurityError(MediaRecorderError):
    """The page may not record, because of where it comes from."""

    default_hint = (
        "Browsers open a microphone only on https:// pages and on localhost. "
        "For a remote server, forward its port: ssh -L 8888:localhost:8888 HOST."
    )


class InvalidModificationError(MediaRecorderError):
    """The tracks changed while they were being recorded; what came before is kept."""

    default_hint = "Start again to record the new set of tracks."


class AbortError(MediaRecorderError):
    """The browser gave up on opening the device, for a reason it does not tell."""

    default_hint = "Start again; if it stays so, reload the page."


class UnknownError(MediaRecorderError):
    """The browser failed in a way that has no name of its own."""

    default_hint = "Start again; if it stays so, reload the page."


class NoBrowserError(MediaRecorderError):
    """No page answered."""

    default_hint = "Open the notebook in a browser, display the recorder and try again."


class DecodingError(MediaRecorderError):
    """There are bytes, but nobody here can turn them into samples."""

    default_hint = 'Install the kernel\'s own decoder: pip install "mediarecorder[av]".'


ADVICE: dict[Cause, tuple[str, str]] = {
    "dismissed": (
        "The browser's question for the microphone was closed without an answer.",
        "Start again, and answer it with Allow.",
    ),
    "frame": (
        "This page is shown in a frame that may not use the microphone.",
        'Put allow="microphone" on the <iframe>, or open the page in a tab of its own.',
    ),
    "header": (
        "The server of this page forbids it the microphone.",
        "Take microphone=() out of the Permissions-Policy header that it sends.",
    ),
    "muted": (
        "The microphone has been muted, by a switch or by the system: silence is recorded.",
        "Unmute it. The recording goes on, and is kept.",
    ),
    "silent": (
        "The browser keeps this page silent until somebody clicks or types in it.",
        "Click anywhere in the page, then start again.",
    ),
    "system": (
        "The operating system keeps the microphone from the browser.",
        "Allow the browser the microphone in the system's privacy settings, then start again.",
    ),
    "webview": (
        "VS Code gives its notebooks no microphone.",
        "Open the notebook in JupyterLab or Notebook 7, in a browser.",
    ),
}
"""What is wrong, and what to do, where a page knows why it was refused."""


NO_BYTES = (
    "Colab brings no bytes from Python to its pages, so that a take cannot be played there.",
    "Play it by IPython.display.Audio(take.mono, rate=take.sample_rate); its samples need PyAV: "
    'pip install "mediarecorder[av]".',
)
