// The microphones of this page as one recorder knows them, and which of them a person has chosen.
//
// Names are personal: they go to Python in messages, which are saved nowhere. The choice is
// remembered in this browser, for this notebook, and is a wish: should that microphone be gone,
// the browser takes another. Python's `device` is an order, and comes first.

import type { Device, Keeping, Letter, Options, Source } from "../wire/protocol";
import { knownMicrophones, matching } from "./enumerate";

type Ways = { report: (letter: Letter) => void; changed: () => void };

export class Devices {
  /** Those that there are, once the browser tells their names. */
  all: Device[] = [];

  #source: Source | null = null;
  #memory: Memory | null = null;
  #chosen: string | null | undefined; // until Python has heard of it
  #reported = "[]";

  constructor(readonly ways: Ways) {
    media()?.addEventListener("devicechange", this.look);
  }

  destroy(): void {
    media()?.removeEventListener("devicechange", this.look);
  }

  /** What is to be opened: what Python asks for, with what a person has chosen here since. */
  get source(): Source | null {
    const source = this.#source;
    if (source?.kind !== "microphone") return source;
    const device = this.#chosen === undefined ? source.device : this.#chosen;
    const wish = device === null ? this.#memory?.device : null;
    const constraints = wish
      ? { ...source.constraints, deviceId: { ideal: wish.id } }
      : source.constraints;
    return { ...source, device, constraints };
  }

  /** The one that is asked for, or wished; null for the browser's default. */
  get current(): Device | null {
    const source = this.source;
    if (source?.kind !== "microphone") return null;
    const { device } = source;
    if (device === null) return this.#memory?.device ?? null;
    return matching(this.all, device)[0] ?? { id: device, name: device };
  }

  /** Python has said what to open. */
  follow({ source, keeping }: Options): void {
    const before = deviceOf(this.#source);
    this.#source = source;
    this.#memory ??= new Memory(keeping);
    if (deviceOf(source) !== before) {
      this.#chosen = undefined;
      if (before !== null && deviceOf(source) === null) this.#memory.forget();
    }
  }

  /** To Python, this page is another one from now on. */
  beginAnew(): void {
    this.#source = null;
    this.#chosen = undefined;
    this.#reported = "[]";
  }

  /** A person chooses; null is the browser's default. */
  choose(device: Device | null): void {
    device === null ? this.#memory?.forget() : this.#memory?.keep(device);
    const alike = this.all.filter(({ name }) => name === device?.name);
    this.#chosen = device && (alike.length === 1 ? device.name : device.id);
    this.ways.report({ kind: "chosen", device: this.#chosen });
    this.ways.changed();
  }

  /** See which there are; opens nothing. What is known stays where a browser tells no names. */
  look = async (): Promise<void> => {
    const known = await knownMicrophones().catch(() => []);
    if (known.length > 0) {
      this.all = known;
      this.#tell();
    }
  };

  #tell(): void {
    const now = JSON.stringify(this.all);
    if (this.#source !== null && now !== this.#reported) {
      this.#reported = now;
      this.ways.report({ kind: "devices", devices: this.all });
      this.ways.changed();
    }
  }
}

/** The choice for one notebook, in this browser; a frame that may store nothing forgets it. */
class Memory {
  device: Device | null;
  readonly #key: string;

  constructor({ person, notebook }: Keeping) {
    this.#key = `mediarecorder.microphone/${person}/${notebook}`;
    this.device = deviceFrom(attempt(() => localStorage.getItem(this.#key)));
  }

  keep(device: Device): void {
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

/** Browsers refuse a page its storage by a throw. */
function attempt<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}

/** What lies in a browser's storage may have been put there by anybody. */
function deviceFrom(kept: string | null): Device | null {
  const { id, name } = (attempt(() => JSON.parse(kept ?? "null")) ?? {}) as Partial<Device>;
  const isText = (value: unknown) => typeof value === "string" && value.length <= 4096;
  return isText(id) && isText(name) ? { id: id!, name: name! } : null;
}
