// The focus stays in a widget: where it is, the keys are.

/** Controls that keep the focus after a click: a menu without it would close. */
const KEEPS_FOCUS = "select, option, audio, input:not([type=checkbox])";

/** Call it before `box` is drawn, and its result after: `box` takes the focus of an element that has gone. */
export function holdFocus(box: HTMLElement): () => void {
  const focus = (box.getRootNode() as ShadowRoot).activeElement;
  return () => {
    if (focus !== null && focus.getClientRects().length === 0) {
      box.focus();
    }
  };
}

/** After a click, `box` has the focus and its keys, and not the button. */
export function focusAfterClick(box: HTMLElement): void {
  box.addEventListener("click", (event) => {
    const [target] = event.composedPath() as [Element];
    if (event.detail > 0 && !target.matches(KEEPS_FOCUS)) {
      box.focus();
    }
  });
}
