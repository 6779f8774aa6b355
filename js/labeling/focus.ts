// The focus stays in a widget: where it is, the keys are.

/** What a mouse has opened or put a cursor into; a menu without the focus would close. */
const KEEPS_IT = "select, option, audio, input:not([type=checkbox])";

/** Called before `box` is drawn, its result after it: what was in focus may have gone, and `box` has it. */
export function holdFocus(box: HTMLElement): () => void {
  const focus = (box.getRootNode() as ShadowRoot).activeElement;
  return () => {
    if (focus !== null && focus.getClientRects().length === 0) {
      box.focus();
    }
  };
}

/** After a click the keys are those of `box` again, not those of a button. */
export function focusAfterClick(box: HTMLElement): void {
  box.addEventListener("click", (event) => {
    const [target] = event.composedPath() as [Element];
    if (event.detail > 0 && !target.matches(KEEPS_IT)) {
      box.focus();
    }
  });
}
