// Focus management: the focus stays in the widget, so that its keys keep working.

/** Controls that keep the focus after a click. A menu closes when it loses the focus. */
const KEEPS_FOCUS = "select, option, audio, input:not([type=checkbox])";

/**
 * Call this before drawing `box`, and the returned function afterwards. If the focused element is
 * no longer visible then, `box` gets the focus.
 */
export function holdFocus(box: HTMLElement): () => void {
  const focus = (box.getRootNode() as ShadowRoot).activeElement;
  return () => {
    if (focus !== null && focus.getClientRects().length === 0) {
      box.focus();
    }
  };
}

/** Move the focus to `box` after a click in it, so that keys act on the widget, not on a button. */
export function focusAfterClick(box: HTMLElement): void {
  box.addEventListener("click", (event) => {
    const [target] = event.composedPath() as [Element];
    if (event.detail > 0 && !target.matches(KEEPS_FOCUS)) {
      box.focus();
    }
  });
}
