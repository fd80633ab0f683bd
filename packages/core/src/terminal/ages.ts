/**
 * How long ago something was written down, at least. The wall clock can be set; the page's own cannot, but knows nothing
 * of other pages.
 * @module
 */
import type { Millis } from "../link/link.ts";
import type { Clock } from "../ports/clock.ts";

const DAY_MS = 86_400_000;
/** So far the two clocks may drift apart by themselves while a page is open, in milliseconds. */
const DRIFT_MS = 2_000;

interface Known {
  readonly at: Millis;
  /** This page did it then; else it was there when this page looked. */
  readonly here: boolean;
}

export class Ages {
  readonly #clock: Clock;
  readonly #openedAt: Millis;
  readonly #offset: Millis;
  #wasSet = false;
  /** By key and the time it bears. */
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#openedAt = clock.now();
    this.#offset = clock.wallTime() - clock.now();
  }

  /** This page does it now, the first time it says so. @param time what the journal says of it, ISO 8601 */
  happens(key: string, time: string): void {
    const name = `${key} ${time}`;
    if (this.#known.get(name)?.here !== true) this.#known.set(name, { at: this.#clock.now(), here: true });
  }

  /** Nobody will ask for it any more. */
  forget(key: string, time: string): void {
    this.#known.delete(`${key} ${time}`);
  }

  /** It stands in the journal by now. */
  seen(key: string, time: string): void {
    this.setBy();
    const name = `${key} ${time}`;
    if (!this.#known.has(name)) this.#known.set(name, { at: this.#clock.now(), here: false });
  }

  /**
   * In milliseconds. Of what another page did only the wall clock tells: within a day it counts for no more than the
   * time that this page is open, and for nothing once it was set meanwhile; then it is as old as this page knows of it.
   */
  of(key: string, time: string): Millis {
    const now = this.#clock.now();
    const known = this.#known.get(`${key} ${time}`);
    if (known?.here === true) return now - known.at;
    const wall = this.#clock.wallTime();
    const elapsed = wall - Date.parse(time);
    const least = Math.min(elapsed, elapsed - this.setBy());
    if (least > DAY_MS) return least;
    if (this.#wasSet) return known === undefined ? 0 : now - known.at;
    const open = now - this.#openedAt;
    // From a time to come: written before this page was opened, by a clock that was set back since.
    return elapsed >= 0 ? Math.min(elapsed, open) : open;
  }

  /**
   * By how much the wall clock was set since this page was opened, in milliseconds. To be looked at now and then: once
   * it was set, what was written meanwhile bears a wrong time.
   */
  setBy(): Millis {
    const by = this.#clock.wallTime() - this.#clock.now() - this.#offset;
    if (Math.abs(by) > DRIFT_MS) this.#wasSet = true;
    return by;
  }
}
