// Every state of a recorder's view and of the labelling views, for tests that visit each of them.

import "./recorder";
import type { TestPage } from "./recorder";
import { states as sessionStates } from "./sessions";

const { testPage } = globalThis as unknown as { testPage: TestPage };
type ModelOptions = NonNullable<Parameters<TestPage["model"]>[0]>;

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

/** Show a recorder and wait for its welcome. */
async function showRecorder(options: ModelOptions = {}, traits: Record<string, unknown> = {}) {
  const source = testPage.microphone();
  const model = await testPage.model({ source, decode: false, ...options }, traits);
  const root = model.render();
  await model.kernel.letter("tried");
  const element = <E extends HTMLElement>(selector: string) => root.querySelector<E>(selector)!;
  const phase = (name: string) => until(() => element(".recorder").dataset["phase"] === name);
  const player = () => root.querySelector(".done > div")?.shadowRoot;
  return { model, kernel: model.kernel, root, element, phase, player };
}

async function until(condition: () => unknown): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function startRecording(seconds = 1, options: ModelOptions = {}) {
  const view = await showRecorder(options);
  view.element(".main").click();
  await view.phase("recording");
  await until(() => view.element(".time").textContent >= `0:0${seconds}`);
  return view;
}

async function showTake(facts: object = {}) {
  const view = await showRecorder({}, { _shown: { ...TAKE, ...facts } });
  await until(() => view.player()?.querySelector(".drawn"));
  return view;
}

const showNotice = (cause: string) => async () => {
  await showRecorder({}, { _notice: "Python says it, too.", _cause: cause });
};

const states: Record<string, () => Promise<unknown>> = {
  waiting: async () => {
    const model = await testPage.model({ source: testPage.microphone() });
    model.kernel.busy = true;
    model.render();
  },
  "at rest": () => showRecorder(),
  "a named microphone": () =>
    showRecorder({
      source: testPage.microphone({}, "USB PnP Sound Device Analog Stereo (0d8c:013c)"),
    }),
  "a tone": () => showRecorder({ source: testPage.tone(440) }),
  asking: async () => {
    const view = await showRecorder();
    testPage.permission.defer();
    view.element(".main").click();
    await view.phase("asking");
  },
  testing: async () => {
    const view = await showRecorder();
    view.element(".test").click();
    await until(() => view.element(".hears"));
    await testPage.sleep(1);
  },
  recording: () => startRecording(),
  "recording for a busy kernel": async () => {
    const view = await startRecording(0, { mimeType: "audio/webm;codecs=pcm" });
    view.kernel.busy = true;
    await until(() => view.element(".unsent").textContent);
  },
  paused: async () => {
    const view = await startRecording();
    view.element(".second").click();
    await view.phase("paused");
  },
  elsewhere: () => showRecorder({}, { state: "recording" }),
  done: () => showTake(),
  playing: async () => {
    const view = await showTake({ seconds: 1.02 });
    view.player()!.querySelector<HTMLElement>(".play")!.click();
    await until(() => view.player()!.querySelector(".time")!.textContent >= "0:00.3");
  },
  interrupted: () => showTake({ interrupted: "page gone" }),
  "a long take without a picture": () =>
    showRecorder({}, { _shown: { ...TAKE, seconds: 5_025, waveform: false, sample_rate: null } }),
  "a download that failed": async () => {
    const view = await showTake();
    view.kernel.refusal = "The disk is full.";
    view.player()!.querySelector<HTMLElement>(".download")!.click();
    await until(() => view.player()!.querySelector(".failed"));
  },
  "another error": () =>
    showRecorder({}, { _notice: "The journal's disk is full. Make room on it." }),
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
  states[`notice ${cause}`] = showNotice(cause);
}

Object.assign(states, sessionStates);

/** Our visible elements, in every shadow root; those of the waveform belong to wavesurfer. */
function* visibleElements(root: ParentNode = document.body): Generator<HTMLElement> {
  for (const element of root.querySelectorAll<HTMLElement>("*")) {
    if (element.parentElement?.matches(".canvas")) continue;
    else if (element.shadowRoot) yield* visibleElements(element.shadowRoot);
    else if (element.checkVisibility() && element.getRootNode() !== document) yield element;
  }
}

/** Return every visible text and every accessible name. */
function texts(): string[] {
  const contents = [...visibleElements()].flatMap((element) => {
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const named = ["aria-label", "title", "aria-valuetext", "placeholder", "alt"];
    return [
      ...own.flatMap(({ textContent }) => textContent!.split(" · ")),
      ...named.map((name) => element.getAttribute(name) ?? ""),
    ];
  });
  return contents.map((text) => text.trim()).filter((text) => text !== "");
}

/** Return the elements that overflow their box or the page. */
const overflowing = (): string[] =>
  [...visibleElements()]
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      return (
        left < -1 || right > innerWidth + 1 || (isCut && !element.matches("input, svg, svg *"))
      );
    })
    .map(({ className, tagName }) => `${tagName} ${className}`);

const statesPage = {
  names: Object.keys(states),
  enter: (name: string) => states[name]!().then(() => undefined),
  texts,
  overflowing,
  /** Reduce the contrast of one element, and remove the name of one button. */
  breakAccessibility: () => {
    for (const element of visibleElements()) {
      if (element.matches(".devices")) element.style.color = "#ddd";
      if (element.matches(".main"))
        ["aria-label", "title"].forEach((name) => element.removeAttribute(name));
    }
  },
};

export type StatesPage = typeof statesPage;

Object.assign(globalThis, { statesPage });
