/**
 * Asks before the page is left while a payment runs. Nothing is lost if it is left all the same: the journal has the
 * payment; but the customer stands there.
 * @module
 */

/** Whose `beforeunload` is heard: `window`, or what stands in for it. */
export interface UnloadEvents {
  addEventListener(type: "beforeunload", listener: (event: Event) => void): void;
  removeEventListener(type: "beforeunload", listener: (event: Event) => void): void;
}

export class UnloadGuard {
  readonly #page: UnloadEvents;
  #on = false;

  constructor(page: UnloadEvents) {
    this.#page = page;
  }

  /** On only while needed: a listener alone keeps some browsers from their back-forward cache. */
  set(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    if (on) this.#page.addEventListener("beforeunload", askFirst);
    else this.#page.removeEventListener("beforeunload", askFirst);
  }
}

function askFirst(event: Event): void {
  event.preventDefault();
}
