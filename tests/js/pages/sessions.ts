// A labelling session on the page's side: the scenes that Python sends, and the page's messages.

import type { AnnotatorScene } from "../../../js/labeling/annotator";
import type { Scene } from "../../../js/labeling/scene";
import "./recorder";
import type { TestPage } from "./recorder";

const { testPage } = globalThis as unknown as { testPage: TestPage };

type Widget = { render: (props: object) => () => void };

const PROMPT: Scene = {
  step: 1,
  phase: "ask",
  consent: "",
  prompt: "a",
  text: "The quick brown fox jumps over the lazy dog.",
  image: "",
  sound: "",
  take: 1,
  takes: 1,
  done: 3,
  total: 200,
  skipped: 0,
  labels: [],
  findings: [],
  judged: false,
  trim: null,
  notice: "",
};

/** Show a widget next to a recorder of this page, whose kernel serves both. */
async function showWidget<S extends { step: number }>(entry: string, scene: S) {
  const recorder = await testPage.model({ source: testPage.microphone(), decode: false });
  const { kernel } = recorder;
  await kernel.letter("tried");
  const traits = { _key: kernel.traits["_key"], _scene: scene };
  const listeners = new Map<string, Set<(...args: unknown[]) => void>>();
  const sent: Record<string, unknown>[] = [];
  const emit = (event: string, ...args: unknown[]) =>
    listeners.get(event)?.forEach((f) => f(...args));
  const model = {
    get: (name: keyof typeof traits) => traits[name],
    send: (content: Record<string, unknown>) =>
      ["do", "media"].includes(content["kind"] as string)
        ? sent.push(content)
        : kernel.model.send(content),
    on: (event: string, f: () => void) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(f));
      if (event === "msg:custom") kernel.model.on(event, f);
    },
    off: (event: string, f: () => void) => {
      listeners.get(event)?.delete(f);
      if (event === "msg:custom") kernel.model.off(event, f);
    },
  };
  const { default: widget } = (await import(`${kernel.folder}/${entry}.js`)) as { default: Widget };
  const el = document.createElement("div");
  document.body.append(el);
  const end = widget.render({ model, el });
  const root = el.shadowRoot!;
  return {
    recorder,
    sent,
    root,
    element: <E extends HTMLElement>(selector: string) => root.querySelector<E>(selector)!,
    /** Show the next scene, as Python sends it. */
    show: (more: Partial<S>) => {
      traits._scene = { ...traits._scene, step: traits._scene.step + 1, ...more };
      emit("change:_scene");
    },
    answer: (content: object, bytes: Uint8Array) =>
      emit("msg:custom", content, [new DataView(bytes.buffer)]),
    end: () => {
      end();
      el.remove();
    },
  };
}

const session = (scene: Partial<Scene> = {}) => showWidget("session", { ...PROMPT, ...scene });

/** Show an annotator and wait until its clip is drawn. */
async function annotator(page: Partial<AnnotatorScene> = {}) {
  const view = await showWidget("annotator", { ...CLIP, ...page });
  const isDrawn = () =>
    view.root.querySelector(".tape.drawn") !== null &&
    regionsOf(view).length === (page.regions ?? []).length;
  while (!isDrawn()) await testPage.sleep(0.02);
  return view;
}

/** The regions on the waveform, in wavesurfer's own shadow root. */
function regionsOf({ element }: { element: (selector: string) => HTMLElement }): HTMLElement[] {
  const { shadowRoot } = element(".canvas > div");
  return [...shadowRoot!.querySelectorAll<HTMLElement>("[part~=region]")];
}

const CLIP: AnnotatorScene = {
  step: 1,
  number: 2,
  total: 40,
  done: 1,
  clip: "a clip",
  take: "a take",
  text: "The quick brown fox jumps over the lazy dog.",
  labels: ["yes", "no"],
  label: "",
  regions: [],
  facts: {
    seconds: 2,
    mime_type: "audio/wav",
    sample_rate: 48_000,
    channels: 1,
    interrupted: "",
    span: false,
  },
  notice: "",
};

const JUDGED: Partial<Scene> = { phase: "judged", judged: true };

export const states: Record<string, () => Promise<unknown>> = {
  "session asking": () => session({ takes: 3 }),
  "session with a long prompt": () => session({ text: "wordwordword ".repeat(60), skipped: 12 }),
  "session with a hostile prompt": () =>
    session({ text: "<img src=x onerror=alert(1)> שלום ".repeat(8) + "w".repeat(200) }),
  "session for consent": () =>
    session({ phase: "consent", consent: "I may be recorded.\n\nAlways." }),
  "session in a room": () => session({ phase: "room" }),
  "session judged good": () => session(JUDGED),
  "session judged bad": () =>
    session({
      ...JUDGED,
      labels: ["yes", "no", "an unusually long label that has to be broken somewhere"],
      trim: [0.5, 1.5],
      findings: [
        { sentence: "It is too quiet: -60 dBFS, and -40 are needed.", refused: true },
        { sentence: "It begins with 1.2 s of silence, which can be cut off.", refused: false },
      ],
    }),
  "session with a full disk": () => session({ ...JUDGED, notice: "No space left on device" }),
  "session done": () => session({ phase: "done", prompt: "", text: "", done: 200 }),
  "session with some skipped": () => session({ phase: "done", prompt: "", text: "", skipped: 4 }),
};

states["a clip to label"] = () => annotator();
states["a clip with regions"] = async () => {
  const view = await annotator({
    label: "yes",
    regions: [
      [0.2, 0.6, "yes"],
      [1, 1.9, "no"],
    ],
  });
  regionsOf(view)[0]!.click();
};
states["a clip that cannot be kept"] = () => annotator({ label: "no", notice: "No space left" });

const sessionPage = { session, annotator, regionsOf };
Object.assign(globalThis, { sessionPage });
export type SessionPage = typeof sessionPage;
