/**
 * The right to use a terminal: taken at the first payment, kept until the Terminal is closed or the page is gone.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Lease, LeaseResult } from "../ports/lease.ts";
import { within } from "./within.ts";

/** A lease that does not answer is as bad as one that is held elsewhere: nothing hangs on it. */
const LEASE_WITHIN_MS = 10_000;

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
  readonly #clock: Clock;
  #released = false;
  #tenure: { held: boolean; readonly release: () => void } | undefined;
  #taking: Promise<Tenure> | undefined;

  constructor(lease: Lease | undefined, terminal: string, clock: Clock) {
    this.#lease = lease;
    this.#terminal = terminal;
    this.#clock = clock;
  }

  /** Takes the terminal, unless it is ours already. @throws ConcertError `WRONG_STATE` naming the holder */
  async own(): Promise<Tenure> {
    if (this.#lease === undefined) return ALWAYS;
    if (this.#tenure?.held === true) return this.#tenure;
    this.#taking ??= this.#take(this.#lease).finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  /** Gives the terminal back for good: what is still on its way to take it takes nothing. */
  release(): void {
    this.#released = true;
    const tenure = this.#tenure;
    if (tenure?.held !== true) return;
    tenure.held = false;
    tenure.release();
  }

  async #take(lease: Lease): Promise<Tenure> {
    if (this.#released) throw closed();
    const result = await this.#ask(lease);
    if (this.#released) {
      giveBack(result);
      throw closed();
    }
    if (!result.held)
      throw new ConcertError("WRONG_STATE", `the terminal is in use by ${result.holder}`, {
        reason: "owned",
        holder: result.holder,
      });
    const tenure = { held: true, release: () => result.release() };
    this.#tenure = tenure;
    const lose = (): void => void (tenure.held = false);
    void result.lost?.then(lose, lose);
    return tenure;
  }

  /** @throws ConcertError `WRONG_STATE` where the lease says nothing in time, or fails */
  async #ask(lease: Lease): Promise<LeaseResult> {
    const asking = new Promise<LeaseResult>((resolve) => resolve(lease.acquire(this.#terminal)));
    try {
      return await within(this.#clock, LEASE_WITHIN_MS, asking, giveBack);
    } catch (cause) {
      if (cause instanceof ConcertError && cause.reason !== "timeout") throw cause;
      throw new ConcertError("WRONG_STATE", "it could not be learnt whether another page uses the terminal", {
        reason: "owner-unknown",
        cause,
      });
    }
  }
}

function giveBack(result: LeaseResult): void {
  if (result.held) result.release();
}

function closed(): ConcertError {
  return new ConcertError("WRONG_STATE", "the terminal was closed by the application", { reason: "closed" });
}
