"""Samples of a take that is not yet decoded, in a kernel without PyAV: an open page decodes it."""

from __future__ import annotations

import numpy as np

from mediarecorder import media
from tests.e2e.harness import Notebook
from tests.sound import strongest_frequency

CORE_ONLY = "import sys; sys.modules['av'] = None; from mediarecorder import MediaRecorder"


def test_samples_of_a_take_that_was_not_decoded(notebook: Notebook) -> None:
    notebook.run(CORE_ONLY)
    notebook.run("rec = MediaRecorder(decode=False)")
    notebook.run("take = rec.record(1)")
    known = "[t._signal is not None for t in (take, rec.take)]"
    assert notebook.value(known) == [False, False]
    result = notebook.run("print(take.samples.shape[1], take.sample_rate, take.duration)")
    assert result.text.split()[:2] == ["2", "48000"]
    assert notebook.value(known) == [True, True]
    samples, blob = notebook.array("take.samples"), notebook.array("take.blob")
    assert abs(strongest_frequency(samples[:, 0], 48_000) - 440) < 2
    assert abs(strongest_frequency(samples[:, 1], 48_000) - 880) < 2
    decoded, rate = media.decode(blob)
    assert rate == 48_000
    np.testing.assert_allclose(samples, decoded[:48_000], atol=1e-4)


def test_decoding_fails_without_a_decoder(notebook: Notebook) -> None:
    notebook.run(CORE_ONLY)
    notebook.run("rec = MediaRecorder(decode=False)\nrec")
    notebook.run("take = rec.record(0.5)\nrec.close()")
    result = notebook.run("take.samples", check=False)
    assert result.error is not None
    assert result.error.name == "DecodingError"
    assert "mediarecorder[av]" in result.error.value
