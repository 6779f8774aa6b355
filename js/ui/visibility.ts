// Whether an element is visible: a hidden one need not be drawn.

/** Calls `onChange` when `element` becomes visible and when it is hidden; at first it is hidden. */
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
