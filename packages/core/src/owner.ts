/**
 * The right to use a terminal: taken at the first payment, kept until the Terminal is closed or the page is gone.
 * @module
 */
import { ConcertError } from "./errors.ts";
import type { Lease, LeaseResult } from "./ports/lease.ts";

export class Owner {
  readonly #lease: Lease | undefined;
  readonly #terminal: string;
  #held: (LeaseResult & { readonly held: true }) | undefined;
  #taking: Promise<LeaseResult> | undefined;

  constructor(lease: Lease | undefined, terminal: string) {
    this.#lease = lease;
    this.#terminal = terminal;
  }

  /** @throws ConcertError `WRONG_STATE` naming the holder */
  async own(): Promise<void> {
    if (this.#lease === undefined || this.#held !== undefined) return;
    this.#taking ??= this.#lease.acquire(this.#terminal).finally(() => (this.#taking = undefined));
    const result = await this.#taking;
    if (!result.held)
      throw new ConcertError("WRONG_STATE", `the terminal is in use by ${result.holder}`, {
        reason: "owned",
        holder: result.holder,
      });
    this.#held = result;
    void result.lost?.then(() => {
      if (this.#held === result) this.#held = undefined;
    });
  }

  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }
}
