/**
 * The life of a page: while it lasts, what the world hands to it arrives; after it, nothing that the page asked for
 * ever comes back, its timers never fire, and its promises are left as they are.
 * @module
 */
import type { Clock } from "@concert-pay/core";
import type { World } from "./world.ts";

export class Life {
  readonly name: string;
  readonly #world: World;
  readonly #onDeath: (() => void)[] = [];
  readonly #onCache: (() => void)[] = [];
  #alive = true;
  #frozenUntil = 0;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Called at every touch of page and world. @returns false when the page is dead, perhaps from now on */
  step(): boolean {
    if (this.#alive) this.#world.step(this);
    return this.#alive;
  }

  /** Runs code of the page: not at all when it is dead, later when it is frozen. */
  run(code: () => void): void {
    if (!this.#alive) return;
    const { clock } = this.#world;
    if (clock.now() < this.#frozenUntil) return void clock.setTimer(this.#frozenUntil, () => this.run(code));
    clock.touch();
    code();
  }

  freeze(forMs: number): void {
    // A page can be frozen twice over: it thaws when both have ended.
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#world.clock.now() + forMs);
  }

  /**
   * The person leaves the page, and it lies in the back-forward cache for so long: its connections die, it gives up
   * what it owns, and then it goes on where it was.
   */
  cache(forMs: number): void {
    for (const run of this.#onCache) run();
    this.freeze(forMs);
  }

  /** Runs when the page is about to be put into the back-forward cache. */
  onCache(run: () => void): void {
    this.#onCache.push(run);
  }

  onDeath(run: () => void): void {
    this.#onDeath.push(run);
  }

  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const run of this.#onDeath) run();
  }

  /** The page's clock. */
  get clock(): Clock {
    const { clock } = this.#world;
    return {
      now: () => clock.now(),
      wallTime: () => clock.wallTime(),
      setTimer: (at, callback) => {
        if (!this.#alive) return () => {};
        let cancelled = false;
        const cancel = clock.setTimer(at, () =>
          this.run(() => {
            if (!cancelled) callback();
          }),
        );
        return () => {
          cancelled = true;
          cancel();
        };
      },
    };
  }
}
