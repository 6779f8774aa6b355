// The capabilities of this page and its browser, for MediaRecorder.diagnose() in Python.

import type { Facts } from "../wire/protocol";
import { checkAccess, withTimeout } from "./access";

/** Gather the facts without prompting the user; `withNames` adds the devices' personal names. */
export async function diagnose(withNames: boolean): Promise<Facts> {
  const [access, databases, storage] = await Promise.all([
    checkAccess(),
    withTimeout(() => indexedDB.databases()), // rejected in a frame without storage access
    withTimeout(() => navigator.storage.estimate()),
  ]);
  const { microphones, ...rest } = access;
  return {
    ...rest,
    host: hostOf(document),
    user_agent: navigator.userAgent.slice(0, 500),
    visible: document.visibilityState === "visible",
    microphones: microphones?.length ?? null,
    names: withNames ? namesOf(microphones ?? []) : null,
    media_devices: "mediaDevices" in navigator,
    media_recorder: "MediaRecorder" in globalThis,
    web_codecs: "AudioDecoder" in globalThis,
    audio_context: "AudioContext" in globalThis,
    web_locks: "locks" in navigator,
    indexed_db: databases !== null,
    stored_bytes: storage?.usage ?? null,
    storable_bytes: storage?.quota ?? null,
  };
}

const namesOf = (devices: MediaDeviceInfo[]) =>
  devices.map(({ label }) => label.slice(0, 200)).filter((label) => label !== "");

/** The name and version of JupyterLab or Notebook, from the configuration in its page. */
function hostOf(document: Document): string | null {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "";
  try {
    const { appName, appVersion } = JSON.parse(config) as Record<string, unknown>;
    return typeof appName === "string" ? `${appName} ${String(appVersion)}`.slice(0, 200) : null;
  } catch {
    return null;
  }
}
