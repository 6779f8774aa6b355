"""Takes of many parts and of many bytes: page and kernel keep only the necessary data in memory."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import finished, make
from tests.e2e.faults.tools import MB, ONE_TAKE, PEAK, page_memory
from tests.e2e.harness import Notebook

# Replaces MediaRecorder with a fake that delivers `parts` blobs of `size` bytes. At most AHEAD of
# them are unacknowledged at any time.
REPLAY = """
([parts, size]) => {
  const AHEAD = 16;
  const native = window.MediaRecorder;
  const { iopubMessage } = jupyterapp.shell.currentWidget.sessionContext;
  const digests = [];
  let acknowledged = 0;
  let proceed = () => {};

  const onMessage = (_, { content }) => {
    if (content?.data?.content?.kind !== "ack") return;
    acknowledged = content.data.content.upto;
    proceed();
  };
  iopubMessage.connect(onMessage);

  const noise = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536)
    crypto.getRandomValues(noise.subarray(at, at + 65_536));

  async function part(n) {
    while (n > acknowledged + AHEAD) await new Promise((resolve) => (proceed = resolve));
    const bytes = noise.slice();
    new DataView(bytes.buffer).setUint32(0, n);
    digests.push(await crypto.subtle.digest("SHA-256", bytes));
    return new Blob([bytes]);
  }

  window.MediaRecorder = class extends StandIn {
    start() {
      this.state = "recording";
      void this.#deliver();
    }
    async #deliver() {
      this.fire("start");
      for (let n = 0; n < parts; n++)
        this.fire("dataavailable", { data: await part(n), timecode: 250 * n });
    }
    stop() {
      this.state = "inactive";
      setTimeout(() => {
        this.fire("dataavailable", { data: new Blob(), timecode: 250 * parts });
        this.fire("stop");
      });
    }
  };

  window.replay = {
    delivered: () => digests.length,
    async digest() {
      const all = await crypto.subtle.digest("SHA-256", await new Blob(digests).arrayBuffer());
      return [...new Uint8Array(all)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    end() {
      iopubMessage.disconnect(onMessage);
      window.MediaRecorder = native;
    },
  };
}
"""
KERNEL = (
    PEAK
    + """
def digest(blob, size):
    parts = range(0, len(blob), size)
    return sha(b"".join(hashlib.sha256(blob[at : at + size]).digest() for at in parts))
"""
)

soak = [pytest.mark.soak, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("journal", [False, True])
@pytest.mark.parametrize(
    ("parts", "size"),
    [
        (60, MB),
        pytest.param(57_600, 4_000, id="4 hours", marks=soak),
        pytest.param(2_000, 1 << 20, id="2 GB", marks=soak),
    ],
)
def test_memory(notebook: Notebook, parts: int, size: int, journal: bool) -> None:
    """The page needs constant memory, the kernel the take's size, or nothing with a journal."""
    total = parts * size
    notebook.run(KERNEL)
    make(notebook, f"Tone(), decode=False, journal={'journal' if journal else None!r}")
    page, kernel = page_memory(notebook), notebook.value("(forget_peak(), peak())[1]")
    notebook.page.evaluate(REPLAY, [parts, size])
    peak = page
    try:
        notebook.value("rec.start()")
        while (delivered := notebook.page.evaluate("replay.delivered()")) < parts:
            peak = max(peak, page_memory(notebook))
            notebook.page.wait_for_timeout(1000 if delivered else 50)
        notebook.value("rec.stop()")
        finished(notebook)
        digest = notebook.page.evaluate("replay.digest()")
    finally:
        notebook.page.evaluate("replay.end()")
    page, kernel = peak - page, notebook.value("peak()") - kernel
    print(f"{total / MB:.0f} MB: page +{page / MB:.1f} MB, kernel +{kernel / MB:.1f} MB")
    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.value("len(rec.take.blob)") == total
    assert notebook.value(f"digest(rec.take.blob, {size})", timeout=60) == digest
    # At this rate, parts queue up for the browser's store, except those in the journal.
    assert page < min((0.6 if journal else 1.2) * total, 160 * MB)
    assert kernel < 25 * MB + (0 if journal else 1.25 * total)
    notebook.run("del rec, diary")
