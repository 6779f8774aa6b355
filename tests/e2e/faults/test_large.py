"""Takes of many parts and of many bytes: page and kernel hold no more of them than they must."""

from __future__ import annotations

import pytest

from tests.e2e.contract.tools import finished, make
from tests.e2e.faults.tools import MB, ONE_TAKE, PEAK, page_memory
from tests.e2e.harness import Notebook

# In the place of the browser's recorder: gives so many parts of so many bytes, each as soon as all
# but a few of those before it have been acknowledged.
REPLAY = """
([parts, size]) => {
  const AHEAD = 16;
  const own = window.MediaRecorder;
  const { iopubMessage } = jupyterapp.shell.currentWidget.sessionContext;
  const digests = [];
  let acknowledged = 0;
  let goOn = () => {};

  const hear = (_, { content }) => {
    if (content?.data?.content?.kind !== "ack") return;
    acknowledged = content.data.content.upto;
    goOn();
  };
  iopubMessage.connect(hear);

  const noise = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536)
    crypto.getRandomValues(noise.subarray(at, at + 65_536));

  async function part(n) {
    while (n > acknowledged + AHEAD) await new Promise((resolve) => (goOn = resolve));
    const bytes = noise.slice();
    new DataView(bytes.buffer).setUint32(0, n);
    digests.push(await crypto.subtle.digest("SHA-256", bytes));
    return new Blob([bytes]);
  }

  window.MediaRecorder = class extends StandIn {
    start() {
      this.state = "recording";
      void this.#give();
    }
    async #give() {
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
    given: () => digests.length,
    async digest() {
      const all = await crypto.subtle.digest("SHA-256", await new Blob(digests).arrayBuffer());
      return [...new Uint8Array(all)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    end() {
      iopubMessage.disconnect(hear);
      window.MediaRecorder = own;
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
    """Flat in the page; in the kernel the take itself, and with a journal not even that."""
    whole = parts * size
    notebook.run(KERNEL)
    make(notebook, f"Tone(), decode=False, journal={'journal' if journal else None!r}")
    page, kernel = page_memory(notebook), notebook.value("(forget_peak(), peak())[1]")
    notebook.page.evaluate(REPLAY, [parts, size])
    most = page
    try:
        notebook.value("rec.start()")
        while (given := notebook.page.evaluate("replay.given()")) < parts:
            most = max(most, page_memory(notebook))
            notebook.page.wait_for_timeout(1000 if given else 50)
        notebook.value("rec.stop()")
        finished(notebook)
        hashed = notebook.page.evaluate("replay.digest()")
    finally:
        notebook.page.evaluate("replay.end()")
    page, kernel = most - page, notebook.value("peak()") - kernel
    print(f"{whole / MB:.0f} MB: page +{page / MB:.1f} MB, kernel +{kernel / MB:.1f} MB")
    assert notebook.value("diary.types") == ONE_TAKE
    assert notebook.value("len(rec.take.blob)") == whole
    assert notebook.value(f"digest(rec.take.blob, {size})", timeout=60) == hashed
    # What comes so fast waits to be written to the browser's store, but for what a journal has.
    assert page < min((0.6 if journal else 1.2) * whole, 160 * MB)
    assert kernel < 25 * MB + (0 if journal else 1.25 * whole)
    notebook.run("del rec, diary")
