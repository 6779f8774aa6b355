// The image and the sound of a prompt, loaded from a URL or from Python.

import { bytesOf, DEFAULT_RETRY, field, request, type Channel } from "../wire/request";
import type { Scene } from "./scene";

type Medium = HTMLImageElement | HTMLAudioElement;

/** Load the scene's image or sound into `medium`, and release it when `signal` is aborted. */
export async function fillWith(
  medium: Medium,
  name: "image" | "sound",
  scene: Scene,
  channel: Channel,
  signal: AbortSignal,
): Promise<void> {
  if (scene[name] !== "file") {
    medium.src = scene[name];
    return;
  }
  const content = { kind: "media", name, prompt: scene.prompt };
  const retry = { ...DEFAULT_RETRY, signal };
  const blob = await request(channel, content, parserFor(content), retry);
  if (!signal.aborted) {
    const url = URL.createObjectURL(blob);
    signal.addEventListener("abort", () => URL.revokeObjectURL(url));
    medium.src = url;
  }
}

const parserFor =
  (content: Record<string, string>) =>
  (reply: unknown, buffers: DataView[]): Blob | undefined => {
    if (Object.entries(content).some(([key, value]) => field(reply, key) !== value)) {
      return undefined;
    }
    const error = field(reply, "error");
    if (typeof error === "string") {
      throw new Error(error);
    }
    const bytes = bytesOf(buffers[0]);
    return bytes && new Blob([bytes], { type: String(field(reply, "type")) });
  };
