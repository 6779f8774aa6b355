// The browser's own MediaRecorder, without anything of ours in between.

export type Log = {
  /** Events in the order they came: name, bytes of a blob, and state of the recorder. */
  events: { name: string; size: number | null; state: string }[];
  names: string[];
  /** Class of the error event. */
  errorClass: string | null;
  /** `mimeType` right after stop(), or as it has stopped by itself. */
  mimeType: string;
  timecodes: (number | undefined)[];
};

type Asked = {
  options?: MediaRecorderOptions;
  timeslice?: number;
  /** Done once start() has returned; by default, wait for some data and stop. */
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

/** The next event of this name. */
const next = (recorder: MediaRecorder, name: string): Promise<void> =>
  new Promise((resolve) => recorder.addEventListener(name, () => resolve(), { once: true }));

/** Wait for a blob that is not empty. */
const data = (recorder: MediaRecorder): Promise<void> =>
  new Promise((resolve) => {
    const look = ({ data }: BlobEvent) => {
      if (data.size > 0) {
        recorder.removeEventListener("dataavailable", look);
        resolve();
      }
    };
    recorder.addEventListener("dataavailable", look);
  });

/** Wait for that many blobs that are not empty. */
const pieces = async (count: number, data: () => Promise<void>): Promise<void> => {
  for (let n = 0; n < count; n++) await data();
};

const bytesWhileRecording = ({ events }: Log): number =>
  events.reduce((sum, { size, state }) => sum + (state === "recording" ? (size ?? 0) : 0), 0);

const usual = async (recorder: MediaRecorder, data: () => Promise<void>) => {
  await data();
  recorder.stop();
};

/** Record `stream` until `act` has stopped it or something else has. */
async function record(
  stream: MediaStream,
  { options, timeslice = 250, act = usual }: Asked = {},
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

const native = { microphone, tone, next, data, pieces, bytesWhileRecording, record };

export type NativePage = typeof native;

Object.assign(globalThis, { native });
