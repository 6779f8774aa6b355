// The page of take.test.ts: shows a take in its real player, with a fake kernel.

import take from "../../../js/entries/player";
import type { TakeInfo } from "../../../js/player/requests";
import { VERSION } from "../../../js/wire/protocol";
import { deflate } from "./deflate";

type Answer = [content: unknown, data?: Uint8Array];
type Answers = Record<string, () => Answer | Promise<Answer>>;
type Listener = (...values: unknown[]) => void;

const get = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const peaks = Float32Array.from({ length: 200 }, (_, n) => Math.abs(Math.sin(n / 9)) / 2);

const DEFAULT_ANSWERS: Answers = {
  peaks: () => [{ kind: "peaks" }, new Uint8Array(peaks.buffer)],
  audio: async () => [{ kind: "audio", type: "audio/webm;codecs=opus" }, await get("/opus.webm")],
  file: async () => [{ kind: "file", name: "take-1.webm" }, await get("/opus.webm")],
  asset: async () => [
    { kind: "asset", name: "waveform", version: VERSION, encoding: "deflate" },
    await deflate(await get("/waveform.js")),
  ],
};

const sent: { kind: string }[] = [];
const downloads: string[] = [];
/** Every position that the player has displayed, in seconds. */
const times: number[] = [];
/** The texts of the status line. */
const statuses: (string | null)[] = [];
HTMLAnchorElement.prototype.click = function () {
  downloads.push(this.download);
};

function show(facts: TakeInfo, answers: Answers = {}): TestPage["shown"] {
  const listeners = new Map<string, Set<Listener>>();
  const of = (event: string) => {
    const registered = listeners.get(event) ?? new Set<Listener>();
    listeners.set(event, registered);
    return registered;
  };
  const model = {
    get: (name: keyof TakeInfo) => facts[name],
    on: (event: string, listener: Listener) => of(event).add(listener),
    off: (event: string, listener: Listener) => of(event).delete(listener),
    send: async (request: { kind: string }) => {
      sent.push(request);
      const [content, data] = (await { ...DEFAULT_ANSWERS, ...answers }[request.kind]?.()) ?? [];
      const views = data ? [new DataView(data.buffer, data.byteOffset, data.byteLength)] : [];
      [...of("msg:custom")].forEach((listener) => listener(content, views));
    },
  };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const { render } = take as { render: (props: object) => () => void };
  const destroy = render({ model, el });
  const time = el.shadowRoot!.querySelector(".time")!;
  const recordTime = () => times.push(Number(time.textContent.slice(2, 6)));
  new MutationObserver(recordTime).observe(time, { childList: true });
  const status = el.shadowRoot!.querySelector(".status")!;
  new MutationObserver(() => statuses.push(status.textContent)).observe(status, {
    childList: true,
  });
  return {
    destroy,
    listenerCount: () =>
      [...listeners.values()].reduce((sum, registered) => sum + registered.size, 0),
  };
}

const testPage = {
  sent,
  downloads,
  times,
  statuses,
  shown: { destroy: () => {}, listenerCount: () => 0 },
  show: (facts: TakeInfo, answers?: Answers) => {
    testPage.shown = show(facts, answers);
  },
  element: (selector: string) =>
    document.querySelector("div")!.shadowRoot!.querySelector<HTMLElement>(selector)!,
};

export type TestPage = typeof testPage;

Object.assign(globalThis, { testPage });
