// Finds a microphone by its name, and opens it.

import { withCause } from "../environment/access";
import type { Device } from "../wire/protocol";
import { enumerateMicrophones, matching } from "./enumerate";
import { settingsOf, stopper, type OpenSource } from "./stream";

export async function openMicrophone(
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

/** The id of the only microphone called `wanted`. Prompts for permission if names require it. */
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

/** Browsers give the names of microphones only after the page has been allowed to use one. */
async function namedMicrophones(): Promise<Device[]> {
  const named = await enumerateMicrophones();
  if (named.length > 0) {
    return named;
  }
  const stop = stopper(await navigator.mediaDevices.getUserMedia({ audio: true }).catch(explain));
  try {
    return await enumerateMicrophones();
  } finally {
    stop();
  }
}

const names = (devices: Device[]) =>
  devices.map(({ name }) => name || "a microphone without a name").join(", ") || "none";

/** Chromium gives only the `constraint` (bug: OverconstrainedError has no message). */
async function explain(thrown: unknown): Promise<never> {
  const { name, constraint } = thrown as { name?: string; constraint?: string };
  if (name === "OverconstrainedError") {
    const requested = constraint ? `requested ${constraint}` : "requested constraints";
    throw new DOMException(`No microphone satisfies the ${requested}.`, "OverconstrainedError");
  }
  throw name === "NotAllowedError" ? await withCause(thrown as DOMException) : thrown;
}
