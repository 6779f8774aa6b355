// The microphones of this page, and which of them a person has chosen for one recorder.
//
// Names are personal: they go to Python in messages, which are saved nowhere. The choice is
// remembered in this browser, for this notebook, and is a preference: should that microphone be
// missing, the browser takes another. Python's `device` is a requirement, and comes first.

import type { Device, Keeping, Letter, Options, Source } from "../wire/protocol";
import { enumerateMicrophones, matching } from "./enumerate";

type Listener = { report: (letter: Letter) => void; onChange: () => void };

export class DeviceChoice {
  /** All microphones, once the browser names them. */
  all: Device[] = [];

  #source: Source | null = null;
  #remembered: RememberedDevice | null = null;
  #chosen: string | null | undefined; // until Python's options follow
  #reported = "[]";

  constructor(readonly listener: Listener) {
    media()?.addEventListener("devicechange", this.#onDeviceChange);
  }

  destroy(): void {
    media()?.removeEventListener("devicechange", this.#onDeviceChange);
  }

  /** The source to open: Python's, with the choice that a person has made here since. */
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

  /** The required or preferred one; null for the browser's default. */
  get current(): Device | null {
    const source = this.source;
    if (source?.kind !== "microphone") return null;
    const { device } = source;
    if (device === null) return this.#remembered?.device ?? null;
    return matching(this.all, device)[0] ?? { id: device, name: device };
  }

  /** Follow Python's options. */
  follow({ source, keeping }: Options): void {
    const before = deviceOf(this.#source);
    this.#source = source;
    this.#remembered ??= new RememberedDevice(keeping);
    if (deviceOf(source) !== before) {
      this.#chosen = undefined;
      if (before !== null && deviceOf(source) === null) this.#remembered.forget();
    }
  }

  /** Begin anew: to Python, this is another page from now on. */
  reset(): void {
    this.#source = null;
    this.#chosen = undefined;
    this.#reported = "[]";
  }

  /** Choose for a person; null is the browser's default. */
  choose(device: Device | null): void {
    if (device === null) {
      this.#remembered?.forget();
    } else {
      this.#remembered?.set(device);
    }
    const alike = this.all.filter(({ name }) => name === device?.name);
    this.#chosen = device && (alike.length === 1 ? device.name : device.id);
    this.listener.report({ kind: "chosen", device: this.#chosen });
    this.listener.onChange();
  }

  /** Enumerate them; opens nothing. The last names stay where a browser names none. */
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

/** The choice for one notebook, in this browser; not remembered in a frame that may store nothing. */
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

/** Access to a storage that is refused throws. */
function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}

/** Any script of the page's origin can write to the storage. */
function parseDevice(stored: string | null): Device | null {
  const { id, name } = (attempt(() => JSON.parse(stored ?? "null") as unknown) ??
    {}) as Partial<Device>;
  const isText = (value: unknown): value is string =>
    typeof value === "string" && value.length <= 4096;
  return isText(id) && isText(name) ? { id, name } : null;
}
