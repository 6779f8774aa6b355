// Tones made in the page: a source for demos and tests.

import { Refusal } from "../wire/fault";
import { settingsOf, stopper, type OpenSource } from "./stream";

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
  if (!(await runs(context))) {
    close();
    throw new Refusal("The page may not play.", "silent");
  }
  const settings = { ...settingsOf(stream), sampleRate, channelCount: frequencies.length };
  return { stream, settings, close };
}

/** Whether the context runs; resume() never settles where a person's gesture is missing. */
async function runs(context: AudioContext): Promise<boolean> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, 2_000));
  await Promise.race([context.resume(), late]);
  return context.state === "running";
}
