"""The exceptions of this package, named as in the standard.

Each exception has a message, which is a sentence, and a ``hint`` that says what to do. The
classes have the names of the DOMExceptions that a browser raises
(`Web IDL, DOMException names <https://webidl.spec.whatwg.org/#idl-DOMException-error-names>`_),
except for the base class, `NoBrowserError` and `DecodingError`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Cause: TypeAlias = Literal["dismissed", "frame", "header", "muted", "silent", "system", "webview"]


class MediaRecorderError(Exception):
    """The base class of all errors that a recorder, a page or a take reports.

    Parameters
    ----------
    message : str
        What happened: a sentence.
    hint : str, optional
        What to do. If None, the default hint of the class.
    cause : str, optional
        The cause, a key of `ADVICE`, if the page knows more than the browser's exception says.
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
        """The DOMException name, which is also the class name."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class InvalidStateError(MediaRecorderError):
    """The call is not allowed in the current ``state`` of the recorder."""


class NotSupportedError(MediaRecorderError):
    """The browser or the host does not support this type, these tracks or this call."""

    default_hint = (
        "Leave mime_type empty to let the browser choose, or ask rec.is_type_supported(...)."
    )


class NotAllowedError(MediaRecorderError):
    """The user, the browser or the page's policy denied access to the microphone."""

    default_hint = (
        "Allow the microphone for this page (the icon beside the address), then start again."
    )


class NotFoundError(MediaRecorderError):
    """There is no such device."""

    default_hint = "Connect a microphone, or record a Tone() to try without one."


class NotReadableError(MediaRecorderError):
    """The device exists, but it cannot be opened."""

    default_hint = "Close other programs that use the microphone, then start again."


class OverconstrainedError(MediaRecorderError):
    """No device meets the constraints of the source."""

    default_hint = "Ask for less: another device, or no exact sample rate or channel count."


class SecurityError(MediaRecorderError):
    """The page's origin does not allow recording."""

    default_hint = (
        "Browsers open a microphone only on https:// pages and on localhost. "
        "For a remote server, forward its port: ssh -L 8888:localhost:8888 HOST."
    )


class InvalidModificationError(MediaRecorderError):
    """The tracks changed during the recording. The data recorded before is kept."""

    default_hint = "Start again to record the new set of tracks."


class AbortError(MediaRecorderError):
    """The start or the recording was aborted."""

    default_hint = "Start again; if it fails again, reload the page."


class UnknownError(MediaRecorderError):
    """The browser failed in a way that has no other name."""

    default_hint = "Start again; if it fails again, reload the page."


class NoBrowserError(MediaRecorderError):
    """No page answered."""

    default_hint = "Open the notebook in a browser, display the recorder and try again."


class DecodingError(MediaRecorderError):
    """Neither the kernel nor a page can decode the bytes."""

    default_hint = 'Install the kernel\'s own decoder: pip install "mediarecorder[av]".'


ADVICE: dict[Cause, tuple[str, str]] = {
    "dismissed": (
        "The browser's permission prompt was closed without an answer.",
        "Start again, and choose Allow in the prompt.",
    ),
    "frame": (
        "This page is shown in a frame that may not use the microphone.",
        'Put allow="microphone" on the <iframe>, or open the page in a tab of its own.',
    ),
    "header": (
        "The server of this page forbids the use of the microphone.",
        "Remove microphone=() from the Permissions-Policy header that it sends.",
    ),
    "muted": (
        "The microphone has been muted, by a switch or by the system: silence is recorded.",
        "Unmute it. The recording goes on, and is kept.",
    ),
    "silent": (
        "The browser keeps this page silent until you click or type in it.",
        "Click anywhere in the page, then start again.",
    ),
    "system": (
        "The operating system keeps the microphone from the browser.",
        "Allow the browser to use it in the system's privacy settings, then start again.",
    ),
    "webview": (
        "VS Code gives its notebooks no microphone.",
        "Open the notebook in JupyterLab or Notebook 7, in a browser.",
    ),
}
"""The message and the hint for each cause of a failure that a page can determine."""


NO_BYTES = (
    "Colab brings no bytes from Python to its pages, so a take cannot be played there.",
    "Play it with IPython.display.Audio(take.mono, rate=take.sample_rate); its samples need PyAV: "
    'pip install "mediarecorder[av]".',
)
