// Every state in which a person can find a recorder, one at a time, for those who look at all of them.

import type { TestPage } from "./recorder";
import "./recorder";

const { testPage } = globalThis as unknown as { testPage: TestPage };
type Asked = NonNullable<Parameters<TestPage["model"]>[0]>;

const TAKE = {
  id: "a",
  seconds: 4.2,
  mime_type: "audio/webm;codecs=opus",
  sample_rate: 48_000,
  channels: 2,
  interrupted: "",
  span: false,
  waveform: true,
};

/** A recorder that is shown and has been welcomed. */
async function shown(asked: Asked = {}, traits: Record<string, unknown> = {}) {
  const source = testPage.microphone();
  const model = await testPage.model({ source, decode: false, ...asked }, traits);
  const root = model.render();
  await model.kernel.letter("tried");
  const part = <E extends HTMLElement>(selector: string) => root.querySelector<E>(selector)!;
  const face = (name: string) => until(() => part(".recorder").dataset["phase"] === name);
  const player = () => root.querySelector(".done > div")?.shadowRoot;
  return { ...model, kernel: model.kernel, root, part, face, player };
}

async function until(condition: () => unknown): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function recording(seconds = 1, asked: Asked = {}) {
  const view = await shown(asked);
  view.part(".main").click();
  await view.face("recording");
  await until(() => view.part(".time").textContent! >= `0:0${seconds}`);
  return view;
}

async function withTake(facts: object = {}) {
  const view = await shown({}, { _shown: { ...TAKE, ...facts } });
  await until(() => view.player()?.querySelector(".drawn"));
  return view;
}

const trouble = (cause: string) => async () => {
  await shown({}, { _notice: "Python says it, too.", _cause: cause });
};

const states: Record<string, () => Promise<unknown>> = {
  waiting: async () => {
    const model = await testPage.model({ source: testPage.microphone() });
    model.kernel.busy = true;
    model.render();
  },
  "at rest": () => shown(),
  "a named microphone": () =>
    shown({ source: testPage.microphone({}, "USB PnP Sound Device Analog Stereo (0d8c:013c)") }),
  "a tone": () => shown({ source: testPage.tone(440) }),
  asking: async () => {
    const view = await shown();
    testPage.person.think();
    view.part(".main").click();
    await view.face("asking");
  },
  testing: async () => {
    const view = await shown();
    view.part(".test").click();
    await until(() => view.part(".hears"));
    await testPage.pass(1);
  },
  recording: () => recording(),
  "recording for a busy kernel": async () => {
    const view = await recording(0, { mimeType: "audio/webm;codecs=pcm" });
    view.kernel.busy = true;
    await until(() => view.part(".unsent").textContent);
  },
  paused: async () => {
    const view = await recording();
    view.part(".second").click();
    await view.face("paused");
  },
  elsewhere: () => shown({}, { state: "recording" }),
  done: () => withTake(),
  playing: async () => {
    const view = await withTake({ seconds: 1.02 });
    view.player()!.querySelector<HTMLElement>(".play")!.click();
    await until(() => view.player()!.querySelector(".time")!.textContent! >= "0:00.3");
  },
  interrupted: () => withTake({ interrupted: "page gone" }),
  "a long take without a picture": () =>
    shown({}, { _shown: { ...TAKE, seconds: 5_025, waveform: false, sample_rate: null } }),
  "a download that failed": async () => {
    const view = await withTake();
    view.kernel.refusal = "The disk is full.";
    view.player()!.querySelector<HTMLElement>(".download")!.click();
    await until(() => view.player()!.querySelector(".failed"));
  },
  "another error": () => shown({}, { _notice: "The journal's disk is full. Make room on it." }),
  "a badge": async () => {
    const { kernel } = await testPage.model({ source: testPage.microphone(), decode: false });
    kernel.command("start", "a");
    await until(() => testPage.badge());
  },
};

for (const cause of [
  "NotAllowedError",
  "NotFoundError",
  "NotReadableError",
  "SecurityError",
  "dismissed",
  "system",
  "frame",
  "header",
  "webview",
  "silent",
  "muted",
  "kept",
  "max_duration",
]) {
  states[`trouble ${cause}`] = trouble(cause);
}

const statesPage = {
  names: Object.keys(states),
  enter: (name: string) => states[name]!().then(() => undefined),
};

export type StatesPage = typeof statesPage;

Object.assign(globalThis, { statesPage });
