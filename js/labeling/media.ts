// The image and the sound of a prompt: opened at their address, or asked of Python.

import { ask, bytesOf, field, USUAL, type Channel } from "../wire/request";
import type { Scene } from "./scene";

type Medium = HTMLImageElement | HTMLAudioElement;

/** Fill `medium` with what the scene's prompt has under `name`, until `life` is over. */
export async function fillWith(
  medium: Medium,
  name: "image" | "sound",
  scene: Scene,
  channel: Channel,
  life: AbortSignal,
): Promise<void> {
  if (scene[name] !== "file") {
    medium.src = scene[name];
    return;
  }
  const question = { kind: "media", name, prompt: scene.prompt };
  const blob = await ask(channel, question, readerOf(question), { ...USUAL, until: life });
  if (!life.aborted) {
    const url = URL.createObjectURL(blob);
    life.addEventListener("abort", () => URL.revokeObjectURL(url));
    medium.src = url;
  }
}

const readerOf =
  (question: Record<string, string>) =>
  (content: unknown, buffers: DataView[]): Blob | undefined => {
    if (Object.entries(question).some(([key, value]) => field(content, key) !== value)) {
      return undefined;
    }
    const refusal = field(content, "error");
    if (typeof refusal === "string") {
      throw new Error(refusal);
    }
    const bytes = bytesOf(buffers[0]);
    return bytes && new Blob([bytes], { type: String(field(content, "type")) });
  };
