// In the place of the page's MediaRecorder: gives the slices of a recording that was made before,
// the first ones fast, and those of the last seconds as slowly as they were recorded.
// A machine that is busy gets them as fast as it takes them in, stretch by stretch.
async ({ url, sizes, slice, seconds, speed, live }) => {
  const bytes = await (await fetch(url)).arrayBuffer();
  const own = window.MediaRecorder;
  const STRETCH = 8000; // ms of sound
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const { iopubMessage } = jupyterapp.shell.currentWidget.sessionContext;
  let heard = 0; // when the kernel last acknowledged
  let given = false;

  const hear = (_, { content }) => {
    if (content?.data?.content?.kind === "ack") heard = performance.now();
  };
  iopubMessage.connect(hear);

  /** The kernel has acknowledged nothing for so long: nothing is under way. */
  async function quiet(ms) {
    heard = performance.now();
    while (performance.now() - heard < ms) await pause(10);
  }

  /**
   * Blobs of the timeslice that is asked for, each with its time in ms; cut to `seconds`. The fast
   * ones are as long as those that travel together where nobody listens.
   */
  function cut(timeslice) {
    const slices = [];
    const most = Math.min(sizes.length, Math.round((1000 * seconds) / slice));
    let offset = 0;
    for (let n = 0; n < most;) {
      const long = n * slice < 1000 * (seconds - live) ? Math.max(timeslice, 250) : timeslice;
      const next = Math.min(n + Math.max(1, Math.round(long / slice)), most);
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
      given = false;
      this.#slices = cut(timeslice);
      void this.#give();
    }
    async #give() {
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
      given = true;
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
    given: () => given,
    end() {
      iopubMessage.disconnect(hear);
      window.MediaRecorder = own;
    },
  };
};
