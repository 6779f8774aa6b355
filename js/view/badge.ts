// The badge that indicates a live microphone when the recorder has no view.

import type { Recorder } from "../recorder/recorder";
import { element, styleSheet } from "../ui/dom";
import css from "./badge.css";
import { stringsFor } from "./locales";
import { isShown } from "./view-count";

/** Show a badge while `recorder` is live and has no view. Returns a function that ends this. */
export function showBadge(recorder: Recorder): () => void {
  const host = document.createElement("div");
  const strings = stringsFor(document);
  const button = element("button", "badge");
  button.textContent = strings.badge;
  button.title = strings.buttons.stop;
  button.addEventListener("click", () => recorder.press("stop"));
  host.attachShadow({ mode: "open" }).append(styleSheet(css), button);
  host.setAttribute("role", "status");
  host.dataset["mediarecorder"] = "badge";

  const draw = () => {
    const live = recorder.phase === "recording" || recorder.phase === "paused";
    const wanted = live && !isShown(recorder);
    if (wanted !== host.isConnected) {
      if (wanted) {
        document.body.append(host);
      } else {
        host.remove();
      }
    }
  };
  const unwatch = recorder.watch(draw);
  return () => {
    unwatch();
    host.remove();
  };
}
