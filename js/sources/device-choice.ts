// The microphones of this page, and the one that the user has chosen for a recorder.
//
// The names of devices are personal. They travel to Python in messages, which are never saved. The
// browser remembers the choice for each notebook. A remembered microphone is a preference: if it is
// missing, the browser uses another one. Python's `device` is a requirement and takes precedence.

import type { Device, Keeping, Letter, Options, Source } from "../wire/protocol";
import { enumerateMicrophones, matching } from "./enumerate";

type Listener = { report: (letter: Letter) => void; onChange: () => void };

export class DeviceChoice {
  /** All microphones; empty until the browser gives their names. */
  all: Device[] = [];

  #source: Source | null = null;
  #remembered: RememberedDevice | null = null;
  #chosen: string | null | undefined; // the view's choice, until Python changes its device
  #reported = "[]";

  constructor(readonly listener: Listener) {
    media()?.addEventListener("devicechange", this.#onDeviceChange);
  }

  destroy(): void {
    media()?.removeEventListener("devicechange", this.#onDeviceChange);
  }

  /** The source to open: Python's, with the device that the user has chosen since in this page. */
  get source(): Source | null {
    const source = this.#source;
    if (source?.kind !== "microphone") return source;
    const device = this.#chosen === undefined ? source.device : this.#chosen;
    const preferred = device === null ? this.#remembered?.device : null;
    const constraints = preferred
      ? { ...source.constraints, deviceId: { ideal: preferred.id } }
      : source.constraints;
    return { ...source, device, constraints };
  }

  /** The required or preferred microphone; null for the browser's default. */
  get current(): Device | null {
    const source = this.source;
    if (source?.kind !== "microphone") return null;
    const { device } = source;
    if (device === null) return this.#remembered?.device ?? null;
    return matching(this.all, device)[0] ?? { id: device, name: device };
  }

  /** Adopt Python's options. If they change the device, they override the user's choice. */
  follow({ source, keeping }: Options): void {
    const before = deviceOf(this.#source);
    this.#source = source;
    this.#remembered ??= new RememberedDevice(keeping);
    if (deviceOf(source) !== before) {
      this.#chosen = undefined;
      if (before !== null && deviceOf(source) === null) this.#remembered.forget();
    }
  }

  /** Forget Python's options, since the page reconnects as a new one. */
  reset(): void {
    this.#source = null;
    this.#chosen = undefined;
    this.#reported = "[]";
  }

  /** Set the user's choice; null is the browser's default. */
  choose(device: Device | null): void {
    if (device === null) {
      this.#remembered?.forget();
    } else {
      this.#remembered?.set(device);
    }
    const sameName = this.all.filter(({ name }) => name === device?.name);
    this.#chosen = device && (sameName.length === 1 ? device.name : device.id);
    this.listener.report({ kind: "chosen", device: this.#chosen });
    this.listener.onChange();
  }

  /** Enumerate the microphones without opening one. Without names, the previous list stays. */
  async refresh(): Promise<void> {
    const named = await enumerateMicrophones().catch(() => []);
    if (named.length > 0) {
      this.all = named;
      this.#reportChange();
    }
  }

  #onDeviceChange = (): void => void this.refresh();

  #reportChange(): void {
    const now = JSON.stringify(this.all);
    if (this.#source !== null && now !== this.#reported) {
      this.#reported = now;
      this.listener.report({ kind: "devices", devices: this.all });
      this.listener.onChange();
    }
  }
}

/** The choice for one notebook, in localStorage; not kept in a frame without storage access. */
class RememberedDevice {
  device: Device | null;
  readonly #key: string;

  constructor({ person, notebook }: Keeping) {
    this.#key = `mediarecorder.microphone/${person}/${notebook}`;
    this.device = parseDevice(attempt(() => localStorage.getItem(this.#key)));
  }

  set(device: Device): void {
    this.device = device;
    attempt(() => localStorage.setItem(this.#key, JSON.stringify(device)));
  }

  forget(): void {
    this.device = null;
    attempt(() => localStorage.removeItem(this.#key));
  }
}

const media = (): MediaDevices | undefined => navigator.mediaDevices;
const deviceOf = (source: Source | null) => (source?.kind === "microphone" ? source.device : null);

/** The result of `access`, or null if it throws, as storage does where access is denied. */
function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}

/** Validate the stored choice, since any script of the page's origin can write to the storage. */
function parseDevice(stored: string | null): Device | null {
  const { id, name } = (attempt(() => JSON.parse(stored ?? "null") as unknown) ??
    {}) as Partial<Device>;
  const isText = (value: unknown): value is string =>
    typeof value === "string" && value.length <= 4096;
  return isText(id) && isText(name) ? { id, name } : null;
}
