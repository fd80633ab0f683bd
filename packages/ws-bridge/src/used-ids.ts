/**
 * Ids of exchanges that are forgotten but for having been. In memory, so until the bridge ends.
 * @module
 */
export class UsedIds {
  readonly #limit: number;
  /** Oldest first. */
  readonly #ids = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Beyond the limit the oldest is dropped. */
  add(id: string): void {
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > this.#limit && oldest !== undefined) this.#ids.delete(oldest);
  }
}
