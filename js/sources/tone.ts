// Tones that the page generates: a source for demos and tests.

import { Refusal } from "../wire/fault";
import { settingsOf, stopper, type OpenSource } from "./stream";

/** Open a tone with one channel for each frequency, in Hz, at a `level` from 0 to 1. */
export async function openTone(
  frequencies: number[],
  level: number,
  sampleRate: number,
): Promise<OpenSource> {
  const context = new AudioContext({ sampleRate });
  const destination = new MediaStreamAudioDestinationNode(context, {
    channelCount: frequencies.length,
  });
  const merger = new ChannelMergerNode(context, { numberOfInputs: frequencies.length });
  const gain = new GainNode(context, { gain: level });
  merger.connect(gain).connect(destination);
  frequencies.forEach((frequency, channel) => {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(merger, 0, channel);
    oscillator.start();
  });
  const { stream } = destination;
  const stop = stopper(stream);
  const close = () => {
    stop();
    if (context.state !== "closed") {
      void context.close();
    }
  };
  if (!(await resumed(context))) {
    close();
    throw new Refusal("The page is not allowed to play audio.", "silent");
  }
  const settings = { ...settingsOf(stream), sampleRate, channelCount: frequencies.length };
  return { stream, settings, close };
}

/** Resume the context; returns whether it runs. Without a user gesture, resume() never settles. */
async function resumed(context: AudioContext): Promise<boolean> {
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, 2_000));
  await Promise.race([context.resume(), timeout]);
  return context.state === "running";
}
