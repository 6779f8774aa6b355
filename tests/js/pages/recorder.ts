// The page of the recorder's tests: creates widgets as anywidget does, and records what the
// browser's own MediaRecorder and getUserMedia do.

import type { Keeping, Limits, Source } from "../../../js/wire/protocol";
import { FakeKernel, type Impairments, type ReceivedOf } from "./kernel";

type Cleanup = () => void;
type Widget = {
  initialize: (props: object) => Cleanup;
  render: (props: object) => Cleanup | undefined;
};
type ModelOptions = {
  source?: Source;
  mimeType?: string;
  decode?: boolean;
  live?: boolean;
  limits?: Partial<Limits>;
  packed?: boolean;
  keeping?: Partial<Keeping>;
} & Partial<Impairments>;

/** The native recorder of a take, with its blobs and events. */
type Native = { recorder: MediaRecorder; blobs: Blob[]; events: string[] };

const UNLIMITED: Limits = { max_duration: null, max_bytes: null, stop_on_silence: null };

const natives: Native[] = [];
const streams: MediaStream[] = [];
const EVENTS = ["start", "pause", "resume", "dataavailable", "error", "stop"];

class ObservedMediaRecorder extends MediaRecorder {
  constructor(stream: MediaStream, options?: MediaRecorderOptions) {
    super(stream, options);
    if (stream.getTracks().length > 0) {
      const native: Native = { recorder: this, blobs: [], events: [] };
      natives.push(native);
      EVENTS.forEach((name) => this.addEventListener(name, () => native.events.push(name)));
      this.addEventListener("dataavailable", ({ data }) => native.blobs.push(data));
    }
  }
}
globalThis.MediaRecorder = ObservedMediaRecorder;

/** The user's answer to permission requests: granted at once, unless deferred. */
const permission = {
  requests: 0,
  decision: Promise.resolve(),
  /** Defer every answer; the result grants, or refuses with a DOMException of this name. */
  defer(): (refusal?: string, message?: string) => void {
    let decide!: (refusal?: string, message?: string) => void;
    permission.decision = new Promise((resolve, reject) => {
      decide = (refusal, message = "No.") =>
        refusal === undefined ? resolve() : reject(new DOMException(message, refusal));
    });
    return decide;
  },
};

/** The levels of a tone in the left and the right channel from second `at` on. */
type Step = [at: number, left: number, right: number];

/** The input of every microphone, from its opening on; null is the browser's own fake input. */
const input = { steps: null as Step[] | null };

async function openInput(steps: Step[]): Promise<MediaStream> {
  const context = new AudioContext();
  await context.resume();
  const destination = new MediaStreamAudioDestinationNode(context);
  const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
  const oscillator = new OscillatorNode(context);
  for (const channel of [0, 1]) {
    const gain = new GainNode(context, { gain: 0 });
    const now = context.currentTime;
    steps.forEach((step) => gain.gain.setValueAtTime(step[channel + 1]!, now + step[0]));
    oscillator.connect(gain).connect(merger, 0, channel);
  }
  merger.connect(destination);
  oscillator.start();
  return destination.stream;
}

/** Simulated microphones: their names, the constraints requested, the settings reported. */
const devices = {
  names: null as string[] | null,
  /** Browsers reveal labels only after a permission has been granted. */
  labelled: false,
  constraints: [] as MediaTrackConstraints[],
  settings: {} as MediaTrackSettings,
  /** Replace the connected microphones; the id of each is its name in upper case. */
  plug(...names: string[]): void {
    devices.names = names;
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  },
};

// Insecure pages have no mediaDevices.
if ("mediaDevices" in navigator) {
  const mediaDevices = navigator.mediaDevices;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    permission.requests += 1;
    await permission.decision;
    const stream =
      devices.names !== null
        ? await openDevice(constraints?.audio as MediaTrackConstraints)
        : input.steps === null
          ? await open(constraints)
          : await openInput(input.steps);
    streams.push(stream);
    return stream;
  };

  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.enumerateDevices = async () =>
    devices.names?.map((name) => {
      const [deviceId, label] = devices.labelled ? [name.toUpperCase(), name] : ["", ""];
      return { kind: "audioinput", deviceId, label, groupId: "" } as MediaDeviceInfo;
    }) ?? enumerate();

  async function openDevice({ deviceId, ...rest }: MediaTrackConstraints): Promise<MediaStream> {
    devices.constraints.push({ ...rest, ...(deviceId === undefined ? {} : { deviceId }) });
    devices.labelled = true;
    const stream = await open({ audio: rest });
    const [track] = stream.getAudioTracks();
    const settings = track!.getSettings();
    track!.getSettings = () => ({ ...settings, ...devices.settings });
    return stream;
  }
}

const tone = (frequency: number | number[], sample_rate = 48_000, level = 0.25): Source => ({
  kind: "tone",
  frequencies: [frequency].flat(),
  level,
  sample_rate,
});

const microphone = (
  constraints: MediaTrackConstraints = {},
  device: string | null = null,
): Source => ({
  kind: "microphone",
  device,
  constraints: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    ...constraints,
  },
});

/** A kernel and a notebook that are unique to one model. */
const uniqueKeeping = (): Keeping => ({
  kernel: crypto.getRandomValues(new Uint32Array(1)).toString(),
  person: "a person",
  notebook: crypto.getRandomValues(new Uint32Array(1)).toString(),
  journal: false,
});

class Model {
  readonly views: HTMLElement[] = [];
  #remove: Cleanup[] = [];
  #end: Cleanup;

  constructor(
    readonly kernel: FakeKernel,
    readonly widget: Widget,
  ) {
    this.#end = widget.initialize({ model: kernel.model, experimental: {} });
  }

  /** Render a view; returns its shadow root. */
  render(): ShadowRoot {
    const el = document.createElement("div");
    document.body.append(el);
    this.views.push(el);
    const end = this.widget.render({ model: this.kernel.model, el, experimental: {} });
    this.#remove.push(() => {
      end?.();
      el.remove();
    });
    return el.shadowRoot!;
  }

  /** Remove the oldest view. */
  unrender(): void {
    this.#remove.shift()?.();
  }

  /** Destroy the model, as when its kernel dies. */
  destroy(): void {
    this.kernel.close();
    this.#end();
  }
}

const models: Model[] = [];

/** Create a recorder as anywidget does: each model imports its own copy of the module. */
async function model(
  {
    source = tone(440),
    mimeType,
    decode = true,
    live = true, // letters are sent at once, which keeps tests short
    limits,
    packed = false,
    keeping,
    ...impairments
  }: ModelOptions = {},
  traits: Record<string, unknown> = {},
): Promise<Model> {
  const recorder = mimeType === undefined ? {} : { mimeType };
  const kernel = new FakeKernel(
    {
      source,
      recorder,
      decode,
      live,
      limits: { ...UNLIMITED, ...limits },
      packed,
      keeping: { ...uniqueKeeping(), ...keeping },
    },
    impairments,
    traits,
  );
  const folder = kernel.folder;
  const url = `${folder}/widget.js?copy=${models.length}`;
  const { default: widget } = (await import(url)) as { default: Widget };
  const made = new Model(kernel, widget);
  models.push(made);
  return made;
}

/** Create a model; returns its kernel only. */
const kernel = async (options: ModelOptions = {}) => (await model(options)).kernel;

/** Start take "a" of the microphone, without a listener for its samples. */
async function startWithoutListener(
  mimeType: string,
): Promise<{ kernel: FakeKernel; blobs: Blob[] }> {
  const started = await kernel({ source: microphone(), mimeType, decode: false, live: false });
  started.command("start", "a");
  await started.letter("started");
  return { kernel: started, blobs: natives[0]!.blobs };
}

/** Wait for the next nonempty blob of the newest native recorder. */
const nextChunk = () =>
  new Promise<void>((resolve) =>
    natives
      .at(-1)!
      .recorder.addEventListener("dataavailable", ({ data }) => data.size > 0 && resolve()),
  );

/** Compare received bytes with the blobs of the native recorder: "equal", or the difference. */
async function compare(received: Uint8Array, blobs: Blob[]): Promise<string> {
  const recorded = new Uint8Array(await new Blob(blobs).arrayBuffer());
  if (received.length !== recorded.length) {
    return `${received.length} bytes of ${recorded.length}`;
  }
  const at = received.findIndex((byte, n) => byte !== recorded[n]);
  return at < 0 ? "equal" : `different byte at ${at}`;
}

/** Decode a blob with the browser's own decoder; returns interleaved samples at `sampleRate`. */
async function decoded(blob: Uint8Array<ArrayBuffer>, sampleRate: number): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await context.decodeAudioData(blob.slice().buffer);
  const samples = new Float32Array(sound.length * sound.numberOfChannels);
  for (let c = 0; c < sound.numberOfChannels; c++) {
    sound.getChannelData(c).forEach((value, n) => {
      samples[n * sound.numberOfChannels + c] = value;
    });
  }
  return samples;
}

/** Return the strongest frequency in one channel, in Hz, a multiple of 10. */
function dominantFrequency(
  samples: Float32Array,
  sampleRate: number,
  channels = 1,
  channel = 0,
): number {
  const frames = Math.min(Math.floor(samples.length / channels), sampleRate / 2);
  const from = Math.floor((samples.length / channels - frames) / 2);
  let best = { frequency: 0, power: 0 };
  for (let frequency = 50; frequency <= 4_000; frequency += 10) {
    const power = powerAt(frequency);
    best = power > best.power ? { frequency, power } : best;
  }
  return best.frequency;

  function powerAt(frequency: number): number {
    const turn = (2 * Math.PI * frequency) / sampleRate;
    const cosine = 2 * Math.cos(turn);
    let [one, two] = [0, 0];
    for (let n = 0; n < frames; n++) {
      [one, two] = [samples[(from + n) * channels + channel]! + cosine * one - two, one];
    }
    return one * one + two * two - cosine * one * two;
  }
}

/** Fetch the bytes of a take from the browser's store, as a kernel does. */
async function fetchTake(kernel: FakeKernel, take: string, parts: number): Promise<Uint8Array> {
  const stretches: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < parts;) {
    kernel.send({ kind: "fetch", page: kernel.page, take, first, most: 1_000 });
    const stretch = await kernel.letter("stretch", stretches.length + 1);
    if (stretch.first !== first || stretch.next <= first) {
      throw new Error(`Requested part ${first} of ${parts}, received part ${stretch.first}.`);
    }
    stretches.push(stretch.bytes!);
    first = stretch.next;
  }
  return new Uint8Array(await new Blob(stretches).arrayBuffer());
}

/** Search the browser's store for orphans of a kernel; earlier reports are left out. */
async function findOrphans(kernel: FakeKernel, anywhere = false): Promise<ReceivedOf<"kept">[]> {
  await kernel.letter("tried");
  const [before, lists] = [kernel.letters.length, kernel.letters.filter(isList).length];
  kernel.send({ kind: "seek", page: kernel.page, anywhere });
  await kernel.letter("listed", lists + 1);
  return kernel.letters.slice(before).filter((letter) => letter.kind === "kept");
}

const isList = ({ kind }: { kind: string }) => kind === "listed";

/** Wait for a number of seconds. */
const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));

/** The number of live tracks among all opened streams. */
const liveTracks = () =>
  streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === "live")
    .length;

/** Add JupyterLab's configuration element to the page. */
function showJupyterConfig(): void {
  const note = document.createElement("script");
  note.id = "jupyter-config-data";
  note.type = "application/json";
  note.textContent = JSON.stringify({ appName: "JupyterLab", appVersion: "4.6.6" });
  document.head.append(note);
}

/** Count the bars in a view's waveform: coloured columns whose left neighbour is empty. */
function countBars(view: number): number {
  const canvas = models[0]!.views[view]!.shadowRoot!.querySelector("canvas")!;
  const { data } = canvas
    .getContext("2d")!
    .getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1);
  const ink = data.filter((_, n) => n % 4 === 3);
  // A bar between two pixels covers half of each, and so does the next bar.
  const whole = 0.75 * Math.max(...ink);
  return ink.filter((value, x) => x > 0 && value > whole && ink[x - 1]! <= whole).length;
}

const testPage = {
  countBars,
  fetchTake,
  findOrphans,
  models,
  natives,
  devices,
  streams,
  permission,
  input,
  tone,
  microphone,
  model,
  kernel,
  startWithoutListener,
  nextChunk,
  compare,
  decoded,
  dominantFrequency,
  sleep,
  liveTracks,
  showJupyterConfig,
  badge: () => document.querySelector<HTMLElement>("[data-mediarecorder=badge]"),
};

export type TestPage = typeof testPage;

Object.assign(globalThis, { testPage });
