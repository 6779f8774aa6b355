// A labelling session as its page sees it: the scenes that Python would send, and what the page says.

import type { AnnotatorScene } from "../../../js/labeling/annotator";
import type { Scene } from "../../../js/labeling/scene";
import "./recorder";
import type { TestPage } from "./recorder";

const { testPage } = globalThis as unknown as { testPage: TestPage };

type Widget = { render: (props: object) => () => void };

const ASKED: Scene = {
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

/** A widget that is shown, beside a recorder of this page whose kernel answers for it. */
async function shown<S extends { step: number }>(entry: string, scene: S) {
  const recorder = await testPage.model({ source: testPage.microphone(), decode: false });
  const { kernel } = recorder;
  await kernel.letter("tried");
  const traits = { _key: kernel.traits["_key"], _scene: scene };
  const hears = new Map<string, Set<(...args: unknown[]) => void>>();
  const sent: Record<string, unknown>[] = [];
  const tell = (event: string, ...args: unknown[]) => hears.get(event)?.forEach((f) => f(...args));
  const model = {
    get: (name: keyof typeof traits) => traits[name],
    send: (content: Record<string, unknown>) =>
      ["do", "media"].includes(content["kind"] as string)
        ? sent.push(content)
        : kernel.model.send(content),
    on: (event: string, f: () => void) => {
      hears.set(event, (hears.get(event) ?? new Set()).add(f));
      if (event === "msg:custom") kernel.model.on(event, f);
    },
    off: (event: string, f: () => void) => {
      hears.get(event)?.delete(f);
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
    part: <E extends HTMLElement>(selector: string) => root.querySelector<E>(selector)!,
    /** The next scene, as Python would send it. */
    show: (more: Partial<S>) => {
      traits._scene = { ...traits._scene, step: traits._scene.step + 1, ...more };
      tell("change:_scene");
    },
    answer: (content: object, bytes: Uint8Array) =>
      tell("msg:custom", content, [new DataView(bytes.buffer)]),
    end: () => {
      end();
      el.remove();
    },
  };
}

const session = (scene: Partial<Scene> = {}) => shown("session", { ...ASKED, ...scene });

/** An annotator whose clip is drawn. */
async function annotator(page: Partial<AnnotatorScene> = {}) {
  const view = await shown("annotator", { ...CLIP, ...page });
  const isThere = () =>
    view.root.querySelector(".tape.drawn") !== null &&
    partsOf(view).length === (page.regions ?? []).length;
  while (!isThere()) await testPage.pass(0.02);
  return view;
}

/** The parts that are marked on the waveform, in wavesurfer's own shadow. */
function partsOf({ part }: { part: (selector: string) => HTMLElement }): HTMLElement[] {
  const { shadowRoot } = part(".canvas > div");
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
states["a clip with parts"] = async () => {
  const view = await annotator({
    label: "yes",
    regions: [
      [0.2, 0.6, "yes"],
      [1, 1.9, "no"],
    ],
  });
  partsOf(view)[0]!.click();
};
states["a clip that cannot be kept"] = () => annotator({ label: "no", notice: "No space left" });

const sessionPage = { session, annotator, partsOf };
Object.assign(globalThis, { sessionPage });
export type SessionPage = typeof sessionPage;
