// What this page and its browser allow, for MediaRecorder.diagnose() in Python.

import type { Facts } from "../wire/protocol";
import { lookAround, soon } from "./access";

/** Take stock; asks nobody, opens nothing. Names of devices are personal: only if asked for. */
export async function diagnose(named: boolean): Promise<Facts> {
  const [place, store, room] = await Promise.all([
    lookAround(),
    soon(() => indexedDB.databases()), // refused in a frame that may store nothing
    soon(() => navigator.storage.estimate()),
  ]);
  const { microphones, ...rest } = place;
  return {
    ...rest,
    host: hostOf(document),
    user_agent: navigator.userAgent.slice(0, 500),
    visible: document.visibilityState === "visible",
    microphones: microphones && microphones.length,
    names: named ? namesOf(microphones ?? []) : null,
    media_devices: "mediaDevices" in navigator,
    media_recorder: "MediaRecorder" in globalThis,
    web_codecs: "AudioDecoder" in globalThis,
    audio_context: "AudioContext" in globalThis,
    web_locks: "locks" in navigator,
    indexed_db: store !== null,
    stored_bytes: room?.usage ?? null,
    storable_bytes: room?.quota ?? null,
  };
}

const namesOf = (devices: MediaDeviceInfo[]) =>
  devices.map(({ label }) => label.slice(0, 200)).filter((label) => label !== "");

/** JupyterLab and Notebook leave a note of themselves in their pages. */
function hostOf(document: Document): string | null {
  const note = document.getElementById("jupyter-config-data")?.textContent ?? "";
  try {
    const { appName, appVersion } = JSON.parse(note) as Record<string, unknown>;
    return typeof appName === "string" ? `${appName} ${appVersion}`.slice(0, 200) : null;
  } catch {
    return null;
  }
}
