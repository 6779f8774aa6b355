// The visibility of an element: a hidden one need not be drawn.

/** Calls `onChange` when `element` is shown or hidden. Until the first call it counts as hidden. */
export class Visibility {
  isVisible = false;
  #observer: IntersectionObserver;

  constructor(element: Element, onChange: () => void) {
    this.#observer = new IntersectionObserver((entries) => {
      this.isVisible = entries.at(-1)?.isIntersecting ?? false;
      onChange();
    });
    this.#observer.observe(element);
  }

  destroy(): void {
    this.#observer.disconnect();
  }
}
