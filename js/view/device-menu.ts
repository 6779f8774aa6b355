// The recorder's source. It is a menu of microphones once the browser reveals their names.

import type { Recorder } from "../recorder/recorder";
import { ALIASES } from "../sources/enumerate";
import { element, setText } from "../ui/dom";
import { fill } from "../ui/format";
import { assertNever, type Device, type Source } from "../wire/protocol";
import type { RecorderStrings } from "./strings";

export class DeviceMenu {
  readonly root = element("div", "devices");
  readonly mismatches = element("p", "differences");
  #name = element("span", "device");
  #select = element("select", "device");
  #entries = ""; // of the menu, as JSON

  constructor(
    readonly recorder: Recorder,
    readonly strings: RecorderStrings,
  ) {
    this.#select.setAttribute("aria-label", strings.microphone);
    this.#select.addEventListener("change", this.#choose);
    this.root.append(this.#name, this.#select);
    this.mismatches.setAttribute("role", "status");
    void recorder.devices.refresh();
  }

  /** Draw the menu. It is enabled between recordings only, as a choice applies to the next one. */
  draw(isEnabled: boolean): void {
    const { source, current } = this.recorder.devices;
    const offered = source?.kind === "microphone" ? this.#offered() : [];
    this.#name.hidden = offered.length > 0;
    this.#select.hidden = offered.length === 0;
    setText(this.#name, this.#nameOf(source));
    this.#fill([{ id: "", name: this.strings.defaultMicrophone }, ...offered]);
    const chosen = current?.id ?? "";
    if (this.#select.value !== chosen) {
      this.#select.value = chosen;
    }
    this.#select.disabled = !isEnabled;
    this.#drawMismatches();
  }

  #nameOf(source: Source | null): string {
    const { strings } = this;
    const append = (before: string, hertz: number) =>
      before === "" ? String(hertz) : fill(strings.and, before, hertz);
    switch (source?.kind) {
      case undefined:
      case "microphone":
        return this.recorder.devices.current?.name ?? strings.microphone;
      case "tone":
        return fill(strings.tone, source.frequencies.reduce<string>(append, ""));
      default:
        return assertNever(source);
    }
  }

  #drawMismatches(): void {
    const { unrequested, unfulfilled } = this.strings;
    const sentences = this.recorder.mismatches.map(
      ({ name, on }) => (on ? unrequested : unfulfilled)[name],
    );
    setText(this.mismatches, sentences.join(" "));
    this.mismatches.hidden = sentences.length === 0;
  }

  /** All microphones, and a chosen one that is absent. The default microphone has its own entry. */
  #offered() {
    const { all, current } = this.recorder.devices;
    const present = all.filter(({ id }) => !ALIASES.includes(id));
    const missing = current !== null && !present.some(({ id }) => id === current.id);
    return present.length > 0 && missing ? [...present, current] : present;
  }

  /** Replace the entries if they have changed: replacing them closes an open menu. */
  #fill(devices: Device[]): void {
    const entries = JSON.stringify(devices);
    if (entries !== this.#entries) {
      this.#entries = entries;
      this.#select.replaceChildren(...devices.map(({ id, name }) => new Option(name, id)));
    }
  }

  #choose = (): void => {
    const { value } = this.#select;
    this.recorder.devices.choose(this.#offered().find(({ id }) => id === value) ?? null);
  };
}
