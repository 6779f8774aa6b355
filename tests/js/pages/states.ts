// Every state in which a person can find a recorder, one at a time, for those who look at all of them.

import "./recorder";
import type { TestPage } from "./recorder";
import { states as ofSessions } from "./sessions";

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
  return { model, kernel: model.kernel, root, part, face, player };
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
  await until(() => view.part(".time").textContent >= `0:0${seconds}`);
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
    await until(() => view.player()!.querySelector(".time")!.textContent >= "0:00.3");
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

Object.assign(states, ofSessions);

/** All elements of ours that are seen, in whatever shadow root; the waveform's are wavesurfer's. */
function* seen(root: ParentNode = document.body): Generator<HTMLElement> {
  for (const found of root.querySelectorAll<HTMLElement>("*")) {
    if (found.parentElement?.matches(".canvas")) continue;
    else if (found.shadowRoot) yield* seen(found.shadowRoot);
    else if (found.checkVisibility() && found.getRootNode() !== document) yield found;
  }
}

/** Every text that a person reads or hears. */
function words(): string[] {
  const texts = [...seen()].flatMap((one) => {
    const own = [...one.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const named = ["aria-label", "title", "aria-valuetext", "placeholder", "alt"];
    return [
      ...own.flatMap(({ textContent }) => textContent!.split(" · ")),
      ...named.map((name) => one.getAttribute(name) ?? ""),
    ];
  });
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/** What is wider than its place, or than the page. */
const overflowing = (): string[] =>
  [...seen()]
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      const isCut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
      return left < -1 || right > innerWidth + 1 || (isCut && !one.matches("input, svg, svg *"));
    })
    .map(({ className, tagName }) => `${tagName} ${className}`);

const statesPage = {
  names: Object.keys(states),
  enter: (name: string) => states[name]!().then(() => undefined),
  words,
  overflowing,
  /** Make it illegible, and a button without a name. */
  spoil: () => {
    for (const one of seen()) {
      if (one.matches(".devices")) one.style.color = "#ddd";
      if (one.matches(".main"))
        ["aria-label", "title"].forEach((name) => one.removeAttribute(name));
    }
  },
};

export type StatesPage = typeof statesPage;

Object.assign(globalThis, { statesPage });
