// The keyboard, while the focus is in the widget: a key that is bound stays here, any other goes on to
// the notebook.

/** What each key does now; a key without a function is missing. */
export type KeyBindings = Partial<Record<string, () => void>>;

const RANGE_KEYS = [
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "PageUp",
  "PageDown",
];

/** Listen in `root`, which is in the shadow of `host`, until `signal` is aborted. */
export function listenToKeys(
  host: HTMLElement,
  root: HTMLElement,
  bindings: () => KeyBindings,
  signal: AbortSignal,
): void {
  const actionOf = (event: KeyboardEvent) =>
    isPlain(event) ? bindings()[nameOf(event)] : undefined;

  // JupyterLab listens at the document, before us; but it runs no command for a key from an element
  // with this attribute.
  const mark = (event: KeyboardEvent) => {
    if (event.composedPath().includes(root)) {
      const isOurs = isNative(event) || actionOf(event) !== undefined;
      host.toggleAttribute("data-lm-suppress-shortcuts", isOurs);
    }
  };
  const act = (event: KeyboardEvent): void => {
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
  addEventListener("keydown", mark, { capture: true, signal });
  root.addEventListener("keydown", act, { signal });
}

/** Shift is for capitals, and on some keyboards for digits. */
const isPlain = ({ ctrlKey, metaKey, altKey, shiftKey, isComposing, key }: KeyboardEvent) =>
  !(ctrlKey || metaKey || altKey || isComposing || (shiftKey && key.length > 1));

/** A digit is named by the position of its key: a French keyboard types it with Shift only. */
const nameOf = ({ code, key, shiftKey }: KeyboardEvent) =>
  code.startsWith("Digit") ? code.slice(5) : shiftKey ? "" : key.toLowerCase();

/** Whether the control in focus handles this key itself. */
function isNative(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!isPlain(event) || event.key === "Tab" || !(target instanceof HTMLElement)) {
    return false;
  }
  if (target.matches("button")) {
    return [" ", "Enter"].includes(event.key);
  }
  if (target.matches("input[type=range]")) {
    return RANGE_KEYS.includes(event.key);
  }
  return target.matches("input, select, textarea, [role^=menu], [role=option], [role=listbox]");
}
