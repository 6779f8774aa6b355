// Whether something can be seen: what nobody sees costs nothing.

/** Calls `changed` when `element` comes into sight and when it leaves it; it begins out of sight. */
export class Sight {
  seen = false;
  #observer: IntersectionObserver;

  constructor(element: Element, changed: () => void) {
    this.#observer = new IntersectionObserver((entries) => {
      this.seen = entries.at(-1)?.isIntersecting ?? false;
      changed();
    });
    this.#observer.observe(element);
  }

  destroy(): void {
    this.#observer.disconnect();
  }
}
