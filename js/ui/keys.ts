// The keyboard, while the focus is in the widget: what it has a use for stays here, all else goes on
// to the notebook.

/** By key, what it does now; a key that has nothing to do now is not there. */
export type Actions = Partial<Record<string, () => void>>;

const OF_A_RANGE = [
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "PageUp",
  "PageDown",
];

/** Listen in `root`, which is in the shadow of `host`, until `life` is over. */
export function listenToKeys(
  host: HTMLElement,
  root: HTMLElement,
  actions: () => Actions,
  life: AbortSignal,
): void {
  const actionOf = (event: KeyboardEvent) =>
    isPlain(event) ? actions()[nameOf(event)] : undefined;

  // JupyterLab listens at the document, before us; but it runs no command for a key that comes out
  // of an element that is marked so.
  const mark = (event: KeyboardEvent) => {
    if (event.composedPath().includes(root)) {
      const isOurs = isNative(event) || actionOf(event) !== undefined;
      host.toggleAttribute("data-lm-suppress-shortcuts", isOurs);
    }
  };
  const act = (event: KeyboardEvent) => {
    if (isNative(event)) {
      return event.stopPropagation(); // other hosts listen above us
    }
    const action = actionOf(event);
    if (action !== undefined) {
      event.stopPropagation();
      event.preventDefault();
      if (!event.repeat) {
        action();
      }
    }
  };
  addEventListener("keydown", mark, { capture: true, signal: life });
  root.addEventListener("keydown", act, { signal: life });
}

/** Shift is for capitals, and on some keyboards for digits. */
const isPlain = ({ ctrlKey, metaKey, altKey, shiftKey, isComposing, key }: KeyboardEvent) =>
  !(ctrlKey || metaKey || altKey || isComposing || (shiftKey && key.length > 1));

/** A digit is told by the place of its key: a French keyboard types it with Shift only. */
const nameOf = ({ code, key, shiftKey }: KeyboardEvent) =>
  /^Digit/.test(code) ? code.slice(5) : shiftKey ? "" : key.toLowerCase();

/** Whether the control in focus has a use of its own for this key. */
function isNative(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!isPlain(event) || event.key === "Tab" || !(target instanceof HTMLElement)) {
    return false;
  }
  if (target.matches("button")) {
    return [" ", "Enter"].includes(event.key);
  }
  if (target.matches("input[type=range]")) {
    return OF_A_RANGE.includes(event.key);
  }
  return target.matches("input, select, textarea, [role^=menu], [role=option], [role=listbox]");
}
