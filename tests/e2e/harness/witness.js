// Watches what a page does with microphones and recorders, which stay the real ones.
// Installed before any code of the page. At `window.witness`.
(() => {
  const RealRecorder = window.MediaRecorder;
  const devices = window.MediaDevices?.prototype ?? {}; // a page that is not secure has none
  const real = { getUserMedia: devices.getUserMedia };
  const tracks = new Set(); // every track that was opened or recorded
  let asked, recorders, takes; // see reset()

  const note = (stream) => stream.getTracks().forEach((track) => tracks.add(track));
  const live = () => [...tracks].filter((track) => track.readyState === "live");
  const last = (list, index) => {
    const found = list.at(index);
    if (!found) throw new Error(`The witness has seen ${list.length}, so there is no ${index}.`);
    return found;
  };

  // --- permission --------------------------------------------------------------------------

  const open = { held: null, refusal: null };
  let gate = { ...open };
  let wake = () => {};

  function failure(name, message = "The test said so.") {
    return name === "OverconstrainedError"
      ? new OverconstrainedError("deviceId", message)
      : new DOMException(message, name);
  }

  devices.getUserMedia = async function (constraints) {
    const request = { constraints, outcome: "waiting" };
    asked.push(request);
    try {
      while (gate.held) await gate.held;
      if (gate.refusal) throw failure(...gate.refusal);
      const stream = await real.getUserMedia.call(this, constraints);
      note(stream);
      request.outcome = "granted";
      return stream;
    } catch (error) {
      request.outcome = error.name;
      throw error;
    }
  };

  for (const owner of [MediaStream, MediaStreamTrack]) {
    const clone = owner.prototype.clone;
    owner.prototype.clone = function () {
      const copy = clone.call(this);
      if (copy instanceof MediaStream) note(copy);
      else tracks.add(copy);
      return copy;
    };
  }

  // --- recorders ---------------------------------------------------------------------------

  const EVENTS = ["start", "dataavailable", "pause", "resume", "stop", "error"];

  class MediaRecorder extends RealRecorder {
    #seen;

    constructor(...args) {
      super(...args);
      const [stream, options = {}] = args;
      note(stream);
      this.#seen = { native: this, stream, options: { ...options }, calls: [], take: null };
      recorders.push(this.#seen);
      for (const type of EVENTS) this.addEventListener(type, (event) => this.#heard(event));
    }

    #heard({ type, data, timecode, error }) {
      const entry = { type, state: this.state, at: performance.now() };
      if (data) Object.assign(entry, { size: data.size, timecode, mimeType: data.type });
      if (error) entry.error = error.name;
      this.#seen.take?.events.push(entry);
      if (data) this.#seen.take?.blobs.push(data);
    }

    #call(name, args) {
      const call = { name, args, at: performance.now() };
      this.#seen.calls.push(call);
      if (name === "start") note(this.stream);
      const before = this.#seen.take;
      const take = { recorder: this.#seen, timeslice: args[0] ?? null, events: [], blobs: [] };
      if (name === "start") this.#seen.take = take;
      try {
        super[name](...args);
        if (name === "start") takes.push(take);
      } catch (error) {
        call.threw = error.name;
        this.#seen.take = before;
        throw error;
      }
    }

    start(...args) {
      this.#call("start", args);
    }
    stop() {
      this.#call("stop", []);
    }
    pause() {
      this.#call("pause", []);
    }
    resume() {
      this.#call("resume", []);
    }
    requestData() {
      this.#call("requestData", []);
    }
  }
  window.MediaRecorder = MediaRecorder;

  // --- what a test may ask and do ----------------------------------------------------------

  const whole = async (index) => new Blob(last(takes, index).blobs).arrayBuffer();
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  window.witness = {
    /** Forget all that was seen, end what is still live, and let permissions through. */
    reset() {
      [asked, recorders, takes] = [[], [], []];
      this.endTracks();
      tracks.clear();
      this.releasePermission();
    },

    /** How many tracks are live: opened by getUserMedia, cloned, or given to a recorder. */
    liveTracks: () => live().length,

    /** Everything seen, as plain data. */
    report: () => ({
      liveTracks: live().length,
      asked,
      recorders: recorders.map(({ native, options, calls, stream }) => ({
        options,
        calls,
        state: native.state,
        mimeType: native.mimeType,
        audioBitsPerSecond: native.audioBitsPerSecond,
        tracks: stream.getTracks().map(({ kind, readyState }) => ({ kind, readyState })),
      })),
      takes: takes.map(({ recorder, timeslice, events, blobs }) => ({
        recorder: recorders.indexOf(recorder),
        timeslice,
        events,
        size: blobs.reduce((sum, blob) => sum + blob.size, 0),
      })),
    }),

    /** SHA-256 of all blobs of a take (by default the latest), one after the other. */
    hash: async (index = -1) =>
      hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await whole(index)))),

    /** The same bytes in base64. */
    async bytes(index = -1) {
      const url = await new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(new Blob(last(takes, index).blobs));
      });
      return url.slice(url.indexOf(",") + 1);
    },

    /** The real recorder of a take, for whatever else a test wants of it. */
    native: (index = -1) => last(takes, index).recorder.native,

    /** From now on a request for the microphone waits … */
    holdPermission() {
      gate = { held: new Promise((resolve) => (wake = resolve)), refusal: null };
    },
    /** … until it is let through … */
    releasePermission() {
      gate = { ...open };
      wake();
    },
    /** … or refused, like all that follow until the next release. */
    refusePermission(name = "NotAllowedError", message) {
      gate = { held: null, refusal: [name, message] };
      wake();
    },

    /** End all live tracks as `track.stop()` does, which fires no event on the track. */
    endTracks: () => live().forEach((track) => track.stop()),
    /** End all live tracks as when the device is unplugged, with the event `ended`. */
    unplug: () =>
      live().forEach((track) => {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }),
    /** Put a new track, a tone, into the stream of a take's recorder. */
    addTrack(index = -1) {
      const context = new AudioContext();
      const output = context.createMediaStreamDestination();
      const oscillator = new OscillatorNode(context);
      oscillator.connect(output);
      oscillator.start();
      note(output.stream);
      last(takes, index).recorder.stream.addTrack(output.stream.getTracks()[0]);
    },
    /** Take the first track out of the stream of a take's recorder. */
    removeTrack(index = -1) {
      const { stream } = last(takes, index).recorder;
      stream.removeTrack(stream.getTracks()[0]);
    },
  };
  window.witness.reset();
})();
