// Keyboard handling while the focus is in the widget. The widget consumes the keys that it binds;
// the notebook receives all others.

/** The current action of each key. A key without an action has no entry. */
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

/** Handle keys in `root`, which is in the shadow tree of `host`, until `signal` is aborted. */
export function listenToKeys(
  host: HTMLElement,
  root: HTMLElement,
  bindings: () => KeyBindings,
  signal: AbortSignal,
): void {
  const actionOf = (event: KeyboardEvent) =>
    isUnmodified(event) ? bindings()[nameOf(event)] : undefined;

  // JupyterLab's listener on the document runs before ours. It runs no command for a key event from
  // an element that has this attribute.
  const suppressShortcuts = (event: KeyboardEvent) => {
    if (event.composedPath().includes(root)) {
      const isHandled = isNative(event) || actionOf(event) !== undefined;
      host.toggleAttribute("data-lm-suppress-shortcuts", isHandled);
    }
  };
  const onKeydown = (event: KeyboardEvent): void => {
    if (isNative(event)) {
      return event.stopPropagation(); // the listeners of other hosts are above ours
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
  addEventListener("keydown", suppressShortcuts, { capture: true, signal });
  root.addEventListener("keydown", onKeydown, { signal });
}

/** Shift modifies named keys only: with others, it types capitals and on some keyboards digits. */
const isUnmodified = ({ ctrlKey, metaKey, altKey, shiftKey, isComposing, key }: KeyboardEvent) =>
  !(ctrlKey || metaKey || altKey || isComposing || (shiftKey && key.length > 1));

/** The name of a key. Digits are named by position: a French keyboard types them with Shift. */
const nameOf = ({ code, key, shiftKey }: KeyboardEvent) =>
  code.startsWith("Digit") ? code.slice(5) : shiftKey ? "" : key.toLowerCase();

/** Whether the focused control handles this key itself. */
function isNative(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!isUnmodified(event) || event.key === "Tab" || !(target instanceof HTMLElement)) {
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
