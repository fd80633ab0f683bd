/**
 * Two ends and what is under way between them, in order. What TCP and a WebSocket over TCP have in common: nothing is
 * changed or lost in the middle; when the connection breaks, what had arrived until then is all that ever does.
 * @module
 */
import type { WorldClock } from "../clock.ts";

export type Side = "near" | "far";

export interface PipeEnd<T> {
  item(item: T): void;
  /** The other side closed in order. */
  ended(): void;
  /** The connection broke. */
  lost(): void;
}

export class Pipe<T> {
  readonly #clock: WorldClock;
  readonly #ends: { near?: PipeEnd<T>; far?: PipeEnd<T> } = {};
  /** When the last thing under way towards that side arrives. */
  readonly #due: Record<Side, number> = { near: 0, far: 0 };
  readonly #finished: Record<Side, boolean> = { near: false, far: false };
  /** The last thing under way towards each side. */
  readonly #pending: { near?: { item: T }; far?: { item: T } } = {};
  readonly #join: ((one: T, other: T) => T) | undefined;
  #broken = false;
  #frozen = false;

  /** @param join makes one of two neighbours, where the carrier may do so */
  constructor(clock: WorldClock, join?: (one: T, other: T) => T) {
    this.#clock = clock;
    this.#join = join;
  }

  attach(side: Side, end: PipeEnd<T>): void {
    this.#ends[side] = end;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** True where nothing more passes, though neither side was told. */
  get frozen(): boolean {
    return this.#frozen;
  }

  send(from: Side, item: T, latencyMs: number): void {
    if (this.#broken || this.#finished[from]) return;
    const to = other(from);
    this.#due[to] = Math.max(this.#due[to], this.#clock.now() + latencyMs);
    const pending = { item };
    this.#pending[to] = pending;
    this.#clock.setTimer(this.#due[to], () => {
      if (this.#pending[to] === pending) delete this.#pending[to];
      if (!this.#broken && !this.#frozen) this.#ends[to]?.item(pending.item);
    });
  }

  /** As `send`, but in one piece with what is under way already. False when nothing is. */
  sendJoined(from: Side, item: T): boolean {
    const pending = this.#pending[other(from)];
    if (pending === undefined || this.#join === undefined || this.#broken || this.#finished[from])
      return false;
    pending.item = this.#join(pending.item, item);
    return true;
  }

  /** That side will send no more; the other hears of it after what was sent before. */
  end(from: Side, latencyMs: number): void {
    if (this.#broken || this.#finished[from]) return;
    const to = other(from);
    this.#finished[from] = true;
    this.#due[to] = Math.max(this.#due[to], this.#clock.now() + latencyMs);
    this.#clock.setTimer(this.#due[to], () => {
      if (!this.#broken && !this.#frozen) this.#ends[to]?.ended();
    });
  }

  /** Breaks now: `near` and `far` hear of it after so many milliseconds, or never where absent. */
  break(hear: { readonly near?: number; readonly far?: number }): void {
    if (this.#broken) return;
    this.#broken = true;
    const quiet = this.#frozen;
    for (const side of ["near", "far"] as const) {
      const delay = hear[side];
      if (delay !== undefined && !quiet) this.#clock.after(delay, () => this.#ends[side]?.lost());
    }
  }

  /** Half-open: nothing passes any more, and nobody is told for now; keep-alive tells them after so long. */
  freeze(hear: { readonly near?: number; readonly far?: number }): void {
    if (this.#broken || this.#frozen) return;
    this.#frozen = true;
    for (const side of ["near", "far"] as const) {
      const delay = hear[side];
      if (delay !== undefined) this.#clock.after(delay, () => this.#ends[side]?.lost());
    }
  }
}

export function other(side: Side): Side {
  return side === "near" ? "far" : "near";
}
