// The view of a prompt: a text, an image and a sound. All of these are untrusted input.

import { element, setText } from "../ui/dom";
import type { Channel } from "../wire/request";
import { fillWith } from "./media";
import type { Scene } from "./scene";
import type { SessionStrings } from "./strings";

export class PromptView {
  readonly element = element("div", "prompt");
  #text = element("p", "text");
  #media = element("div", "media");
  #trouble = element("p", "trouble");
  #shown = "";
  #life = new AbortController();

  constructor(
    readonly channel: Channel,
    readonly strings: SessionStrings,
  ) {
    this.#text.dir = "auto";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", strings.prompt);
    this.#text.setAttribute("aria-live", "polite");
    this.element.append(this.#text, this.#media, this.#trouble);
  }

  draw(scene: Scene): void {
    setText(this.#text, scene.text);
    const isLong = scene.text.length > 120;
    this.#text.classList.toggle("long", isLong);
    this.#text.tabIndex = isLong ? 0 : -1; // a long text can be scrolled with the keyboard
    if (this.#shown !== scene.prompt) {
      this.destroy();
      this.#shown = scene.prompt;
      this.#life = new AbortController();
      this.#show(scene);
    }
  }

  destroy(): void {
    this.#life.abort();
    this.#media.replaceChildren();
    this.#trouble.textContent = "";
  }

  #show(scene: Scene): void {
    if (scene.image !== "") {
      const image = element("img", "");
      image.alt = scene.text || this.strings.image;
      this.#fill(image, "image", scene);
    }
    if (scene.sound !== "") {
      const sound = element("audio", "");
      sound.controls = true;
      sound.setAttribute("aria-label", this.strings.sound);
      this.#fill(sound, "sound", scene);
    }
  }

  #fill(medium: HTMLImageElement | HTMLAudioElement, name: "image" | "sound", scene: Scene): void {
    const { signal } = this.#life;
    this.#media.append(medium);
    fillWith(medium, name, scene, this.channel, signal).catch((error: unknown) => {
      if (!signal.aborted) {
        medium.remove();
        this.#trouble.textContent = error instanceof Error ? error.message : String(error);
      }
    });
  }
}
