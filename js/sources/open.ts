// What a recorder listens to: a microphone, or tones made here.

import { explained } from "../environment/access";
import { assertNever, Refusal, type Device, type Settings, type Source } from "../wire/protocol";
import { knownMicrophones, matching } from "./enumerate";

export type OpenSource = {
  stream: MediaStream;
  settings: Settings;
  /** Releases the microphone, or ends the tones. */
  close: () => void;
};

/** Open `source`; throws the browser's own DOMException when it may not or cannot. */
export function openSource(source: Source): Promise<OpenSource> {
  switch (source.kind) {
    case "microphone":
      return openMicrophone(source.device, source.constraints);
    case "tone":
      return openTone(source.frequencies, source.level, source.sample_rate);
    default:
      return assertNever(source);
  }
}

async function openMicrophone(
  device: string | null,
  constraints: MediaTrackConstraints,
): Promise<OpenSource> {
  // (bug: insecure pages lack randomUUID and microphones)
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices?.getUserMedia === undefined) {
    throw new DOMException("This page is not secure: it has no microphones.", "SecurityError");
  }
  const deviceId = device === null ? {} : { deviceId: { exact: await findDevice(device) } };
  const stream = await devices
    .getUserMedia({ audio: { ...constraints, ...deviceId } })
    .catch(explain);
  return { stream, settings: settingsOf(stream), close: stopper(stream) };
}

/** The id of the one microphone that `wanted` names; asks for permission where names need it. */
async function findDevice(wanted: string): Promise<string> {
  const all = await namedMicrophones();
  const [match, ...more] = matching(all, wanted);
  if (match === undefined) {
    throw new DOMException(
      `No microphone is called ${wanted}. There are: ${names(all)}.`,
      "NotFoundError",
    );
  }
  if (more.length > 0) {
    throw new DOMException(
      `Several microphones are called ${wanted}: ${names([match, ...more])}.`,
      "OverconstrainedError",
    );
  }
  return match.id;
}

/** Names are told only to a page that has been allowed a microphone. */
async function namedMicrophones(): Promise<Device[]> {
  const known = await knownMicrophones();
  if (known.length > 0) {
    return known;
  }
  const stop = stopper(await navigator.mediaDevices.getUserMedia({ audio: true }).catch(explain));
  try {
    return await knownMicrophones();
  } finally {
    stop();
  }
}

const names = (devices: Device[]) =>
  devices.map(({ name }) => name || "a microphone without a name").join(", ") || "none";

/** Chromium says only in `constraint` what it is (bug: OverconstrainedError has no message). */
async function explain(thrown: unknown): Promise<never> {
  const { name, constraint } = thrown as { name?: string; constraint?: string };
  if (name === "OverconstrainedError") {
    const what = constraint ? ` in its ${constraint}` : "";
    throw new DOMException(`No microphone fits what was asked${what}.`, "OverconstrainedError");
  }
  throw name === "NotAllowedError" ? await explained(thrown as DOMException) : thrown;
}

async function openTone(
  frequencies: number[],
  level: number,
  sampleRate: number,
): Promise<OpenSource> {
  const context = new AudioContext({ sampleRate });
  const destination = new MediaStreamAudioDestinationNode(context, {
    channelCount: frequencies.length,
  });
  const merger = new ChannelMergerNode(context, { numberOfInputs: frequencies.length });
  const gain = new GainNode(context, { gain: level });
  merger.connect(gain).connect(destination);
  frequencies.forEach((frequency, channel) => {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(merger, 0, channel);
    oscillator.start();
  });
  const { stream } = destination;
  const stop = stopper(stream);
  const close = () => {
    stop();
    if (context.state !== "closed") {
      void context.close();
    }
  };
  if (!(await runs(context))) {
    close();
    throw new Refusal("The page may not play.", "silent");
  }
  const settings = { ...settingsOf(stream), sampleRate, channelCount: frequencies.length };
  return { stream, settings, close };
}

/** Whether the context runs; one that waits for a person's gesture never says so. */
async function runs(context: AudioContext): Promise<boolean> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, 2_000));
  await Promise.race([context.resume(), late]);
  return context.state === "running";
}

/** What the track really does; it can differ from what was asked. */
function settingsOf(stream: MediaStream): Settings {
  const [track] = stream.getAudioTracks();
  if (track === undefined) {
    return {};
  }
  const scalars = Object.entries(track.getSettings()).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return { ...Object.fromEntries(scalars), label: track.label };
}

/** Ends every track of `stream`: also one that is taken out of it later, or put into it. */
function stopper(stream: MediaStream): () => void {
  const opened = stream.getTracks();
  return () => [...opened, ...stream.getTracks()].forEach((track) => track.stop());
}
