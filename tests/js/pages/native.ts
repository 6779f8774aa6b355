// The browser's own MediaRecorder, without this package's code.

export type Log = {
  /** Events in the order they fired: name, size of the blob, and state of the recorder. */
  events: { name: string; size: number | null; state: string }[];
  names: string[];
  /** The class of the error event. */
  errorClass: string | null;
  /** `mimeType` after the stop event. */
  mimeType: string;
  timecodes: (number | undefined)[];
};

type RecordOptions = {
  options?: MediaRecorderOptions;
  timeslice?: number;
  /** Called once start() has returned; by default, waits for data and stops. */
  act?: (recorder: MediaRecorder, data: () => Promise<void>) => void | Promise<void>;
};

const EVENTS = ["start", "pause", "resume", "dataavailable", "error", "stop"];

const microphone = (): Promise<MediaStream> => navigator.mediaDevices.getUserMedia({ audio: true });

const tone = (): MediaStream => {
  const context = new AudioContext();
  const destination = new MediaStreamAudioDestinationNode(context);
  const oscillator = new OscillatorNode(context);
  oscillator.connect(destination);
  oscillator.start();
  return destination.stream;
};

/** Wait for the next event of this name. */
const next = (recorder: MediaRecorder, name: string): Promise<void> =>
  new Promise((resolve) => recorder.addEventListener(name, () => resolve(), { once: true }));

/** Wait for a nonempty blob. */
const data = (recorder: MediaRecorder): Promise<void> =>
  new Promise((resolve) => {
    const onData = ({ data }: BlobEvent) => {
      if (data.size > 0) {
        recorder.removeEventListener("dataavailable", onData);
        resolve();
      }
    };
    recorder.addEventListener("dataavailable", onData);
  });

/** Wait for `count` nonempty blobs. */
const waitForBlobs = async (count: number, data: () => Promise<void>): Promise<void> => {
  for (let n = 0; n < count; n++) await data();
};

const bytesWhileRecording = ({ events }: Log): number =>
  events.reduce((sum, { size, state }) => sum + (state === "recording" ? (size ?? 0) : 0), 0);

const stopAfterData = async (recorder: MediaRecorder, data: () => Promise<void>) => {
  await data();
  recorder.stop();
};

/** Record `stream` until its stop event, by `act` or otherwise. */
async function record(
  stream: MediaStream,
  { options, timeslice = 250, act = stopAfterData }: RecordOptions = {},
): Promise<Log> {
  const recorder = new MediaRecorder(stream, options);
  const log: Log = { events: [], names: [], errorClass: null, mimeType: "", timecodes: [] };
  for (const name of EVENTS) {
    recorder.addEventListener(name, (event) => {
      const size = event instanceof BlobEvent ? event.data.size : null;
      log.events.push({ name, size, state: recorder.state });
      log.names.push(name);
      if (event instanceof BlobEvent) log.timecodes.push(event.timecode);
      if (name === "error") log.errorClass = event.constructor.name;
    });
  }
  const stopped = next(recorder, "stop");
  recorder.start(timeslice);
  await act(recorder, () => data(recorder));
  await stopped;
  log.mimeType = recorder.mimeType;
  return log;
}

const native = { microphone, tone, next, data, waitForBlobs, bytesWhileRecording, record };

export type NativePage = typeof native;

Object.assign(globalThis, { native });
