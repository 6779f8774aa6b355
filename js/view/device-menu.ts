// What is recorded: a menu of microphones, as soon as the browser tells their names.

import type { Recorder } from "../recorder/recorder";
import { ALIASES } from "../sources/enumerate";
import { element, setText } from "../ui/dom";
import { fill } from "../ui/format";
import type { Device } from "../wire/protocol";
import type { Words } from "./strings";

export class DeviceMenu {
  readonly root = element("div", "devices");
  readonly differences = element("p", "differences");
  #name = element("span", "device");
  #select = element("select", "device");
  #filled = "";

  constructor(
    readonly recorder: Recorder,
    readonly words: Words,
  ) {
    this.#select.setAttribute("aria-label", words.microphone);
    this.#select.addEventListener("change", this.#choose);
    this.root.append(this.#name, this.#select);
    this.differences.setAttribute("role", "status");
    void recorder.devices.look();
  }

  /** A choice holds from the next recording, so it is open only between two. */
  draw(open: boolean): void {
    const { source, current } = this.recorder.devices;
    const { words } = this;
    const and = (before: string, hertz: number) =>
      before === "" ? String(hertz) : fill(words.and, before, hertz);
    const offered = source?.kind === "microphone" ? this.#offered() : [];
    this.#name.hidden = offered.length > 0;
    this.#select.hidden = offered.length === 0;
    setText(
      this.#name,
      source?.kind === "tone"
        ? fill(words.tone, source.frequencies.reduce<string>(and, ""))
        : (current?.name ?? words.microphone),
    );
    this.#fill([{ id: "", name: words.defaultMicrophone }, ...offered]);
    const chosen = current?.id ?? "";
    if (this.#select.value !== chosen) {
      this.#select.value = chosen;
    }
    this.#select.disabled = !open;
    this.#drawDifferences();
  }

  #drawDifferences(): void {
    const { does, doesNot } = this.words;
    const unlike = this.recorder.differences.map(({ name, on }) => (on ? does : doesNot)[name]);
    setText(this.differences, unlike.join(" "));
    this.differences.hidden = unlike.length === 0;
  }

  /** Those that there are, and another one that is asked for; the default has our own entry. */
  #offered() {
    const { all, current } = this.recorder.devices;
    const there = all.filter(({ id }) => !ALIASES.includes(id));
    const missing = current !== null && !there.some(({ id }) => id === current.id);
    return there.length > 0 && missing ? [...there, current] : there;
  }

  /** Nothing is touched where nothing has changed: a menu that is open would close. */
  #fill(devices: Device[]): void {
    const filled = JSON.stringify(devices);
    if (filled !== this.#filled) {
      this.#filled = filled;
      this.#select.replaceChildren(...devices.map(({ id, name }) => new Option(name, id)));
    }
  }

  #choose = (): void => {
    const { value } = this.#select;
    this.recorder.devices.choose(this.#offered().find(({ id }) => id === value) ?? null);
  };
}
