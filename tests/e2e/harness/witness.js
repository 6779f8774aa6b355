// Observes a page's use of microphones and recorders, without replacing their behaviour.
// Runs before any code of the page. At `window.witness`.
(() => {
  const RealRecorder = window.MediaRecorder;
  const devices = window.MediaDevices?.prototype ?? {}; // missing in insecure contexts
  const real = { getUserMedia: devices.getUserMedia };
  const tracks = new Set(); // all opened or recorded tracks
  let requests, recorders, takes; // see reset()

  const note = (stream) => stream.getTracks().forEach((track) => tracks.add(track));
  const live = () => [...tracks].filter((track) => track.readyState === "live");
  const last = (list, index) => {
    const found = list.at(index);
    if (!found) throw new Error(`Index ${index} is out of range: the witness has ${list.length}.`);
    return found;
  };

  // --- permission --------------------------------------------------------------------------

  const open = { held: null, refusal: null };
  let gate = { ...open };
  let openGate = () => {};

  function failure(name, message = "Refused by the test.") {
    return name === "OverconstrainedError"
      ? new OverconstrainedError("deviceId", message)
      : new DOMException(message, name);
  }

  devices.getUserMedia = async function (constraints) {
    const request = { constraints, outcome: "waiting" };
    requests.push(request);
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
      for (const type of EVENTS) this.addEventListener(type, (event) => this.#record(event));
    }

    #record({ type, data, timecode, error }) {
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

  // --- for tests -----------------------------------------------------------------------------

  const whole = async (index) => new Blob(last(takes, index).blobs).arrayBuffer();
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  window.witness = {
    /** Clears the record, ends live tracks and releases the permission. */
    reset() {
      [requests, recorders, takes] = [[], [], []];
      this.endTracks();
      tracks.clear();
      this.releasePermission();
    },

    /** The number of live tracks: opened by getUserMedia, cloned, or passed to a recorder. */
    liveTracks: () => live().length,

    /** The whole record, as plain data. */
    report: () => ({
      liveTracks: live().length,
      requests,
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

    /** The SHA-256 of a take's concatenated blobs; by default of the latest take. */
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

    /** The native recorder of a take. */
    native: (index = -1) => last(takes, index).recorder.native,

    /** Holds all following requests for the microphone until they are released or refused. */
    holdPermission() {
      gate = { held: new Promise((resolve) => (openGate = resolve)), refusal: null };
    },
    /** Grants held and following requests. */
    releasePermission() {
      gate = { ...open };
      openGate();
    },
    /** Refuses held and following requests, until the next release. */
    refusePermission(name = "NotAllowedError", message) {
      gate = { held: null, refusal: [name, message] };
      openGate();
    },

    /** Ends all live tracks with `track.stop()`, which fires no event on the track. */
    endTracks: () => live().forEach((track) => track.stop()),
    /** Ends all live tracks with the event `ended`, as an unplugged device does. */
    unplug: () =>
      live().forEach((track) => {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }),
    /** Adds a track with a tone to the stream of a take's recorder. */
    addTrack(index = -1) {
      const context = new AudioContext();
      const output = context.createMediaStreamDestination();
      const oscillator = new OscillatorNode(context);
      oscillator.connect(output);
      oscillator.start();
      note(output.stream);
      last(takes, index).recorder.stream.addTrack(output.stream.getTracks()[0]);
    },
    /** Removes the first track from the stream of a take's recorder. */
    removeTrack(index = -1) {
      const { stream } = last(takes, index).recorder;
      stream.removeTrack(stream.getTracks()[0]);
    },
  };
  window.witness.reset();
})();
