/**
 * One thing after the other, in the order asked for.
 * @module
 */

export class TaskQueue {
  #last: Promise<void> = Promise.resolve();

  /** @param task never rejects */
  add(task: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(task);
    return this.#last;
  }

  /** Waits for all that was asked for, and for what is asked for meanwhile. */
  async idle(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== this.#last; await seen) seen = this.#last;
  }
}
