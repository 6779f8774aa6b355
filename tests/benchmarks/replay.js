// Replaces the page's MediaRecorder with a fake that delivers the slices of an earlier recording:
// the first slices at `speed`, and those of the last `live` seconds in real time.
// The fast slices are delivered in stretches; each waits until the kernel has acknowledged the
// previous one, so that a slow machine is not overrun.
async ({ url, sizes, slice, seconds, speed, live }) => {
  const bytes = await (await fetch(url)).arrayBuffer();
  const native = window.MediaRecorder;
  const STRETCH = 8000; // ms of sound
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const { iopubMessage } = jupyterapp.shell.currentWidget.sessionContext;
  let acknowledgedAt = 0; // time of the last acknowledgement
  let delivered = false;

  const onMessage = (_, { content }) => {
    if (content?.data?.content?.kind === "ack") acknowledgedAt = performance.now();
  };
  iopubMessage.connect(onMessage);

  /** Waits until no acknowledgement has arrived for `ms`: nothing is in flight. */
  async function quiet(ms) {
    acknowledgedAt = performance.now();
    while (performance.now() - acknowledgedAt < ms) await pause(10);
  }

  /**
   * Returns blobs of the requested timeslice, each with its timecode in ms, up to `seconds`. The
   * fast blobs have at least 250 ms, as much as a page sends at once without live readers.
   */
  function cut(timeslice) {
    const slices = [];
    const end = Math.min(sizes.length, Math.round((1000 * seconds) / slice));
    let offset = 0;
    for (let n = 0; n < end;) {
      const long = n * slice < 1000 * (seconds - live) ? Math.max(timeslice, 250) : timeslice;
      const next = Math.min(n + Math.max(1, Math.round(long / slice)), end);
      const size = sizes.slice(n, next).reduce((a, b) => a + b, 0);
      slices.push({ data: new Blob([bytes.slice(offset, offset + size)]), timecode: n * slice });
      offset += size;
      n = next;
    }
    return slices;
  }

  window.MediaRecorder = class extends StandIn {
    #slices = [];
    start(timeslice) {
      this.state = "recording";
      delivered = false;
      this.#slices = cut(timeslice);
      void this.#deliver();
    }
    async #deliver() {
      this.fire("start");
      const fast = 1000 * (seconds - live);
      let from = performance.now();
      let isLive = fast <= 0;
      let rest = STRETCH;
      while (this.#slices.length > 1) {
        const { timecode } = this.#slices[0];
        if (!isLive && timecode >= rest) {
          rest += STRETCH;
          await quiet(200);
        }
        if (!isLive && timecode >= fast) {
          await quiet(1500);
          isLive = true;
          from = performance.now() - timecode;
        }
        const due = from + (isLive ? timecode : timecode / speed);
        if (due > performance.now()) await pause(due - performance.now());
        this.fire("dataavailable", this.#slices.shift());
      }
      delivered = true;
    }
    stop() {
      this.state = "inactive";
      setTimeout(() => {
        this.fire("dataavailable", this.#slices.shift());
        this.fire("stop");
      });
    }
  };

  window.replay = {
    delivered: () => delivered,
    end() {
      iopubMessage.disconnect(onMessage);
      window.MediaRecorder = native;
    },
  };
};
