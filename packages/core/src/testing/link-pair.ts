/**
 * Two links joined by a line in virtual time, for tests. No real clock, no promise: everything happens in `run`.
 * @module
 */
import type { Link, LinkOutput, Millis } from "../link/link.ts";

export type End = "register" | "terminal";

/**
 * What arrives in place of one byte: `[byte]` untouched, `[]` lost, two bytes for a doubled or inserted one.
 * `index` counts the bytes sent by that end, from 0.
 */
export type ByteFault = (from: End, index: number, byte: number) => readonly number[];

export interface LinkPairOptions {
  /** Time from the end of a write to its arrival. Default 1 ms. */
  readonly latencyMs?: Millis;
  /** Time each byte takes on the line; bytes then arrive one by one. Default 0: a write arrives whole. */
  readonly byteMs?: Millis;
  readonly fault?: ByteFault;
  /** Answers of the terminal's application, as `[delay in ms, data]`; it sends each when its time has come. */
  readonly answer?: (request: Uint8Array) => readonly (readonly [Millis, Uint8Array])[];
}

/** What one end reported, in order, with the time. */
export interface Report {
  readonly at: Millis;
  readonly output: LinkOutput;
}

interface Task {
  readonly at: Millis;
  readonly run: () => void;
}

export class LinkPair {
  now: Millis = 0;
  /** All outputs but writes. */
  readonly reports: Readonly<Record<End, Report[]>> = { register: [], terminal: [] };
  /** Bytes each end wrote, before any fault. */
  readonly wire: Readonly<Record<End, number[]>> = { register: [], terminal: [] };
  /** The whole dialogue as it was written: `R` and `T` lines of hexadecimal. */
  readonly log: { readonly at: Millis; readonly from: End; readonly bytes: Uint8Array }[] = [];

  readonly #links: Readonly<Record<End, Link>>;
  readonly #options: Required<Pick<LinkPairOptions, "latencyMs" | "byteMs">> & LinkPairOptions;
  readonly #lineFreeAt: Record<End, Millis> = { register: 0, terminal: 0 };
  /** In the order of their time. */
  readonly #tasks: Task[] = [];

  constructor(register: Link, terminal: Link, options: LinkPairOptions = {}) {
    this.#links = { register, terminal };
    this.#options = { latencyMs: 1, byteMs: 0, ...options };
  }

  /** Messages delivered at one end. */
  messages(end: End): readonly Extract<LinkOutput, { type: "message" }>[] {
    return this.#reported(end, "message");
  }

  /** Sends of one end that failed. */
  failures(end: End): readonly Extract<LinkOutput, { type: "failed" }>[] {
    return this.#reported(end, "failed");
  }

  /** How many messages of one end were acknowledged. */
  sent(end: End): number {
    return this.#reported(end, "sent").length;
  }

  /** Hands a message to one end, now or `delayMs` later. */
  send(from: End, data: Uint8Array, delayMs: Millis = 0): void {
    this.at(this.now + delayMs, () => this.#step(from, { type: "send", data }));
  }

  /** Puts bytes on the line that no link wrote: they arrive at `to` now. */
  inject(to: End, bytes: Uint8Array): void {
    this.#step(to, { type: "bytes", bytes });
  }

  /** Does something at a time to come; after what was planned earlier for the same time. */
  at(at: Millis, run: () => void): void {
    let index = this.#tasks.length;
    while (index > 0 && this.#tasks[index - 1]!.at > at) index -= 1;
    this.#tasks.splice(index, 0, { at, run });
  }

  /** Lets time pass until nothing more can happen. Throws when that takes more than `limitMs` from now. */
  run(limitMs: Millis = 600_000): this {
    const limit = this.now + limitMs;
    for (let steps = 0; ; steps += 1) {
      const next = this.#next();
      if (next === undefined) return this;
      if (next.at > limit || steps > 1_000_000)
        throw new Error(`the links are still busy after ${limitMs} ms`);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
  }

  /** Lets `ms` pass. */
  advance(ms: Millis): this {
    const end = this.now + ms;
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
    return this;
  }

  #next(): { readonly at: Millis; readonly run: () => void } | undefined {
    const task = this.#tasks[0];
    let at = task?.at ?? Infinity;
    let ticking: End | undefined;
    for (const end of ["register", "terminal"] as const) {
      const deadline = this.#links[end].deadline ?? Infinity;
      // What arrives at a deadline arrives before it has passed.
      if (deadline < at) [at, ticking] = [deadline, end];
    }
    if (ticking !== undefined) return { at, run: () => this.#step(ticking, { type: "tick" }) };
    return task && { at: task.at, run: () => this.#tasks.shift()?.run() };
  }

  #step(end: End, input: Parameters<Link["step"]>[0]): void {
    for (const output of this.#links[end].step(input, this.now)) {
      if (output.type === "write") this.#write(end, output.bytes);
      else {
        this.reports[end].push({ at: this.now, output });
        if (output.type === "message" && end === "terminal")
          for (const [delayMs, data] of this.#options.answer?.(output.data) ?? [])
            this.send("terminal", data, delayMs);
      }
    }
  }

  #write(from: End, bytes: Uint8Array): void {
    const { byteMs, latencyMs, fault } = this.#options;
    const to = from === "register" ? "terminal" : "register";
    this.log.push({ at: this.now, from, bytes });
    let free = Math.max(this.now, this.#lineFreeAt[from]);
    const whole: number[] = [];
    for (const byte of bytes) {
      const arriving = fault?.(from, this.wire[from].length, byte) ?? [byte];
      this.wire[from].push(byte);
      free += byteMs;
      if (byteMs === 0) whole.push(...arriving);
      else for (const each of arriving) this.#arrive(to, free + latencyMs, [each]);
    }
    if (whole.length > 0) this.#arrive(to, free + latencyMs, whole);
    this.#lineFreeAt[from] = free;
    this.at(free, () => this.#step(from, { type: "written" }));
  }

  #arrive(to: End, at: Millis, bytes: readonly number[]): void {
    this.at(at, () => this.#step(to, { type: "bytes", bytes: Uint8Array.from(bytes) }));
  }

  #reported<T extends LinkOutput["type"]>(end: End, type: T): Extract<LinkOutput, { type: T }>[] {
    return this.reports[end]
      .map(({ output }) => output)
      .filter((output): output is Extract<LinkOutput, { type: T }> => output.type === type);
  }
}
