/**
 * The right to use a terminal: taken at the first payment, kept until the Terminal is closed or the page is gone.
 * @module
 */
import { ConcertError } from "./errors.ts";
import type { Lease } from "./ports/lease.ts";

/**
 * One time of owning the terminal, from taking it to losing it. What was begun in it writes nothing down once it is
 * over: another page may own the terminal by then, and have settled what this one left (the page lay in the
 * back-forward cache). Owning the terminal again is another tenure.
 */
export interface Tenure {
  readonly held: boolean;
}

/** Without a lease nobody else is known of. */
const ALWAYS: Tenure = { held: true };

export class Owner {
  readonly #lease: Lease | undefined;
  readonly #terminal: string;
  #tenure: { held: boolean; readonly release: () => void } | undefined;
  #taking: Promise<Tenure> | undefined;

  constructor(lease: Lease | undefined, terminal: string) {
    this.#lease = lease;
    this.#terminal = terminal;
  }

  /** Takes the terminal, unless it is ours already. @throws ConcertError `WRONG_STATE` naming the holder */
  async own(): Promise<Tenure> {
    if (this.#lease === undefined) return ALWAYS;
    if (this.#tenure?.held === true) return this.#tenure;
    this.#taking ??= this.#take(this.#lease).finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  release(): void {
    const tenure = this.#tenure;
    if (tenure?.held !== true) return;
    tenure.held = false;
    tenure.release();
  }

  async #take(lease: Lease): Promise<Tenure> {
    const result = await lease.acquire(this.#terminal);
    if (!result.held)
      throw new ConcertError("WRONG_STATE", `the terminal is in use by ${result.holder}`, {
        reason: "owned",
        holder: result.holder,
      });
    const tenure = { held: true, release: () => result.release() };
    this.#tenure = tenure;
    void result.lost?.then(() => (tenure.held = false));
    return tenure;
  }
}
