/**
 * Time in a world: a queue of timers. It jumps from one to the next, and in between lets every promise settle.
 * @module
 */
import type { Clock } from "@concert-pay/core";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

const EPOCH = Date.UTC(2026, 0, 1);

export class WorldClock implements Clock {
  #now = 0;
  #skew = 0;
  #order = 0;
  /** A binary heap: the next one first. */
  readonly #heap: Timer[] = [];
  /** Something was handed to code that waits on a promise. */
  #touched = true;

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return EPOCH + this.#now + this.#skew;
  }

  /** Somebody sets the wall clock of the register's machine. */
  setWall(byMs: number): void {
    this.#skew += byMs;
  }

  setTimer(at: number, callback: () => void): () => void {
    const timer: Timer = {
      at: Math.max(at, this.#now),
      order: this.#order++,
      run: callback,
      cancelled: false,
    };
    this.#push(timer);
    return () => (timer.cancelled = true);
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.setTimer(this.#now + delayMs, callback);
  }

  /** Promises may have been settled: `settle` has something to do. Whoever hands anything to a page says so. */
  touch(): void {
    this.#touched = true;
  }

  /** Resolves when no promise can settle any more: between two turns of the event loop all of them have. */
  async settle(): Promise<void> {
    if (!this.#touched) return;
    this.#touched = false;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** True while a turn of the event loop is owed to promises. */
  get touched(): boolean {
    return this.#touched;
  }

  /** Jumps to the next timer and runs it. False when there is none. */
  fireNext(): boolean {
    for (let timer = this.#pop(); timer !== undefined; timer = this.#pop()) {
      if (timer.cancelled) continue;
      this.#now = timer.at;
      timer.run();
      return true;
    }
    return false;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      if (!before(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
