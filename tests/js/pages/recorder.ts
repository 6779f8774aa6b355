// The page of the recorder's tests: makes widgets as anywidget does, and witnesses what the
// browser's own MediaRecorder and getUserMedia did.

import type { Keeping, Limits, Source } from "../../../js/wire/protocol";
import { FakeKernel, type Received1, type Trouble } from "./kernel";

type Cleanup = () => void;
type Widget = {
  initialize: (props: object) => Cleanup;
  render: (props: object) => Cleanup | undefined;
};
type Asked = {
  source?: Source;
  mimeType?: string;
  decode?: boolean;
  live?: boolean;
  limits?: Partial<Limits>;
  packed?: boolean;
  keeping?: Partial<Keeping>;
} & Partial<Trouble>;

/** A native recorder of a take, and what it gave. */
type Native = { recorder: MediaRecorder; blobs: Blob[]; events: string[] };

const UNLIMITED: Limits = { max_duration: null, max_bytes: null, stop_on_silence: null };

const natives: Native[] = [];
const streams: MediaStream[] = [];
const EVENTS = ["start", "pause", "resume", "dataavailable", "error", "stop"];

class Witnessed extends MediaRecorder {
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
globalThis.MediaRecorder = Witnessed;

/** The person who is asked for the microphone; says yes at once unless told to wait. */
const person = {
  asked: 0,
  thinks: Promise.resolve(),
  /** Let every question wait; returns how to say yes, or no with a DOMException's name. */
  think(): (refusal?: string, words?: string) => void {
    let decide!: (refusal?: string, words?: string) => void;
    person.thinks = new Promise((resolve, reject) => {
      decide = (refusal, words = "No.") =>
        refusal === undefined ? resolve() : reject(new DOMException(words, refusal));
    });
    return decide;
  },
};

/** From second `at` on, a tone has these levels in the left and the right channel. */
type Step = [at: number, left: number, right: number];

/** What every microphone hears, counted from its opening; null leaves the browser's own. */
const speech = { steps: null as Step[] | null };

async function speak(steps: Step[]): Promise<MediaStream> {
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

/** Microphones in the place of the browser's own; what was asked of them, and what they do. */
const plugged = {
  names: null as string[] | null,
  /** Browsers name them only where one has been allowed. */
  named: false,
  asked: [] as MediaTrackConstraints[],
  does: {} as MediaTrackSettings,
  /** They are plugged in or out; the id of each is its name in capitals. */
  plug(...names: string[]): void {
    plugged.names = names;
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  },
};

// Insecure pages have none.
if ("mediaDevices" in navigator) {
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    person.asked += 1;
    await person.thinks;
    const stream =
      plugged.names !== null
        ? await listen(constraints?.audio as MediaTrackConstraints)
        : speech.steps === null
          ? await open(constraints)
          : await speak(speech.steps);
    streams.push(stream);
    return stream;
  };

  const enumerate = devices.enumerateDevices.bind(devices);
  devices.enumerateDevices = async () =>
    plugged.names?.map((name) => {
      const [deviceId, label] = plugged.named ? [name.toUpperCase(), name] : ["", ""];
      return { kind: "audioinput", deviceId, label, groupId: "" } as MediaDeviceInfo;
    }) ?? enumerate();

  async function listen({ deviceId, ...rest }: MediaTrackConstraints): Promise<MediaStream> {
    plugged.asked.push({ ...rest, ...(deviceId === undefined ? {} : { deviceId }) });
    plugged.named = true;
    const stream = await open({ audio: rest });
    const [track] = stream.getAudioTracks();
    const settings = track!.getSettings();
    track!.getSettings = () => ({ ...settings, ...plugged.does });
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

/** A kernel and a notebook that no other test has. */
const aNotebook = (): Keeping => ({
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

  /** Show a view; returns its root. */
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

  /** Take the oldest view away. */
  unrender(): void {
    this.#remove.shift()?.();
  }

  /** The model goes: its kernel has died, say. */
  destroy(): void {
    this.kernel.close();
    this.#end();
  }
}

const models: Model[] = [];

/** A recorder as anywidget makes it: every model imports the module anew. */
async function model(
  {
    source = tone(440),
    mimeType,
    decode = true,
    live = true, // letters go at once, which is the quicker test
    limits,
    packed = false,
    keeping,
    ...trouble
  }: Asked = {},
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
      keeping: { ...aNotebook(), ...keeping },
    },
    trouble,
    traits,
  );
  const folder = kernel.folder;
  const address = `${folder}/widget.js?copy=${models.length}`;
  const { default: widget } = (await import(address)) as { default: Widget };
  const made = new Model(kernel, widget);
  models.push(made);
  return made;
}

/** Like `model`, for who needs the kernel only. */
const kernel = async (asked: Asked = {}) => (await model(asked)).kernel;

/** Take "a" of the microphone, begun, whose samples nobody listens to. */
async function unheard(mimeType: string): Promise<{ kernel: FakeKernel; blobs: Blob[] }> {
  const started = await kernel({ source: microphone(), mimeType, decode: false, live: false });
  started.command("start", "a");
  await started.letter("started");
  return { kernel: started, blobs: natives[0]!.blobs };
}

/** Wait for the next bytes of the recorder that was made last. */
const chunk = () =>
  new Promise<void>((resolve) =>
    natives
      .at(-1)!
      .recorder.addEventListener("dataavailable", ({ data }) => data.size > 0 && resolve()),
  );

/** Whether two byte arrays are the same; where not, says so. */
async function compare(took: Uint8Array, blobs: Blob[]): Promise<string> {
  const gave = new Uint8Array(await new Blob(blobs).arrayBuffer());
  if (took.length !== gave.length) {
    return `${took.length} bytes of ${gave.length}`;
  }
  const at = took.findIndex((byte, n) => byte !== gave[n]);
  return at < 0 ? "equal" : `another byte at ${at}`;
}

/** What the browser's own decoder makes of a blob, interleaved, at `sampleRate`. */
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

/** The frequency in Hz, of whole tens, that is strongest in one channel. */
function strongest(samples: Float32Array, sampleRate: number, channels = 1, channel = 0): number {
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

/** The bytes of a take that the browser keeps, as a kernel fetches them. */
async function fetched(kernel: FakeKernel, take: string, parts: number): Promise<Uint8Array> {
  const stretches: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < parts;) {
    kernel.tell({ kind: "fetch", page: kernel.page, take, first, most: 1_000 });
    const stretch = await kernel.letter("stretch", stretches.length + 1);
    if (stretch.first !== first || stretch.next <= first) {
      throw new Error(`Asked for part ${first} of ${parts}, given ${stretch.first}.`);
    }
    stretches.push(stretch.bytes!);
    first = stretch.next;
  }
  return new Uint8Array(await new Blob(stretches).arrayBuffer());
}

/** What the browser keeps for a kernel: asked anew, without what was told before. */
async function kept(kernel: FakeKernel, anywhere = false): Promise<Received1<"kept">[]> {
  await kernel.letter("tried");
  const [before, lists] = [kernel.letters.length, kernel.letters.filter(isList).length];
  kernel.tell({ kind: "seek", page: kernel.page, anywhere });
  await kernel.letter("listed", lists + 1);
  return kernel.letters.slice(before).filter((letter) => letter.kind === "kept");
}

const isList = ({ kind }: { kind: string }) => kind === "listed";

/** Let so many seconds be recorded. */
const pass = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));

/** The live tracks of all microphones that were opened. */
const liveTracks = () =>
  streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === "live")
    .length;

/** JupyterLab's note of itself in its page. */
function showJupyterConfig(): void {
  const note = document.createElement("script");
  note.id = "jupyter-config-data";
  note.type = "application/json";
  note.textContent = JSON.stringify({ appName: "JupyterLab", appVersion: "4.6.6" });
  document.head.append(note);
}

/** How many bars the wave of a view has: columns with colour, beside one without. */
function barsOf(view: number): number {
  const canvas = models[0]!.views[view]!.shadowRoot!.querySelector("canvas")!;
  const { data } = canvas
    .getContext("2d")!
    .getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1);
  const ink = data.filter((_, n) => n % 4 === 3);
  // A bar that stands between pixels covers two of them by half, and so does the next one.
  const whole = 0.75 * Math.max(...ink);
  return ink.filter((value, x) => x > 0 && value > whole && ink[x - 1]! <= whole).length;
}

const testPage = {
  barsOf,
  fetched,
  kept,
  models,
  natives,
  plugged,
  streams,
  person,
  speech,
  tone,
  microphone,
  model,
  kernel,
  unheard,
  chunk,
  compare,
  decoded,
  strongest,
  pass,
  liveTracks,
  showJupyterConfig,
  badge: () => document.querySelector<HTMLElement>("[data-mediarecorder=badge]"),
};

export type TestPage = typeof testPage;

Object.assign(globalThis, { testPage });
