// A live microphone is always visible: by this badge where no view shows the recorder.

import type { Recorder } from "../recorder/recorder";
import { element, styleSheet } from "../ui/dom";
import css from "./badge.css";
import { wordsOf } from "./locales";
import { isShown } from "./view-count";

/** Keep a badge in the page while `recorder` is live and not shown; returns how to stop that. */
export function showBadge(recorder: Recorder): () => void {
  const host = document.createElement("div");
  const words = wordsOf(document);
  const button = element("button", "badge");
  button.textContent = words.badge;
  button.title = words.buttons.stop;
  button.addEventListener("click", () => recorder.press("stop"));
  host.attachShadow({ mode: "open" }).append(styleSheet(css), button);
  host.setAttribute("role", "status");
  host.dataset["mediarecorder"] = "badge";

  const draw = () => {
    const live = recorder.phase === "recording" || recorder.phase === "paused";
    const wanted = live && !isShown(recorder);
    if (wanted !== host.isConnected) {
      wanted ? document.body.append(host) : host.remove();
    }
  };
  const unwatch = recorder.watch(draw);
  return () => {
    unwatch();
    host.remove();
  };
}
