/**
 * One open connection and the link that speaks on it: performs what the link asks for, one thing after the other,
 * and keeps one timer. Promises and timers live here and in `driver.ts`, nowhere else in core.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { Link, LinkInput, LinkOutput, Millis } from "../link/link.ts";
import type { Clock } from "../ports/clock.ts";
import type { CloseOptions, Connection } from "../ports/connector.ts";
import { describeBytes, type Trace } from "../trace.ts";
import { within } from "./within.ts";

/** A carrier that takes no bytes (flow control, a dead adapter) is lost: at 1200 bauds a whole frame takes 4.3 s. */
const WRITE_WITHIN_MS = 15_000;
/** A carrier that does not let go is left behind: the outcome of a payment does not wait for it. */
const CLOSE_WITHIN_MS = 5_000;

export interface SessionEvents {
  /** Every output of the link but writes, in order. */
  link(output: LinkOutput, now: Millis): void;
  /**
   * The connection ended; nothing more will come. `error` is absent when the far end closed in order. Whoever
   * returns `"closed-later"` calls `close` when it is known whether the carrier must keep the answer.
   */
  ended(error: ConcertError | undefined): "closed-later" | void;
  /** A second deadline to wake up for, beside the link's own. */
  readonly deadline: Millis | undefined;
  tick(now: Millis): void;
}

export class Session {
  readonly connection: Connection;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #events: SessionEvents;
  readonly #inputs: LinkInput[] = [];
  #running = false;
  #ended = false;
  #error: ConcertError | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(connection: Connection, link: Link, clock: Clock, trace: Trace, events: SessionEvents) {
    this.connection = connection;
    this.#link = link;
    this.#clock = clock;
    this.#trace = trace;
    this.#events = events;
    void this.#read();
  }

  get ended(): boolean {
    return this.#ended;
  }

  get link(): Link {
    return this.#link;
  }

  /** Feeds the link. Inputs are taken one after the other, each write waited for. */
  push(input: LinkInput): void {
    if (this.#ended) return;
    this.#inputs.push(input);
    if (!this.#running) void this.#run();
  }

  /** Looks at the deadlines again: one of them may have moved. */
  arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#ended || this.#running) return;
    const deadline = earlier(this.#link.deadline, this.#events.deadline);
    if (deadline === undefined) return;
    this.#cancelTimer = this.#clock.setTimer(deadline, () => {
      this.#events.tick(this.#clock.now());
      this.push({ type: "tick" });
    });
  }

  /** Ends the connection from our side. Never rejects, and waits no longer than 5 s. */
  async close(options: CloseOptions = {}): Promise<void> {
    this.#end();
    await letGo(this.connection, options, this.#clock);
  }

  async #read(): Promise<void> {
    try {
      for await (const bytes of this.connection.incoming) {
        // Only counted here: a card number cut in two by the carrier would pass the mask. Whole messages are traced.
        this.#trace?.("read", () => `${bytes.length} bytes`);
        this.push({ type: "bytes", bytes });
      }
    } catch (error) {
      this.#error = portLost(error);
    }
    this.push({ type: "closed", lost: this.#error !== undefined });
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (
        let input = this.#inputs.shift();
        input !== undefined && !this.#ended;
        input = this.#inputs.shift()
      )
        await this.#take(input);
    } catch (error) {
      // A fault of our own must not leave a payment waiting for ever: the connection counts as lost.
      this.#error ??= portLost(error);
      this.#lose();
    }
    this.#running = false;
    this.arm();
  }

  async #take(input: LinkInput): Promise<void> {
    const now = this.#clock.now();
    for (const output of this.#link.step(input, now)) {
      if (this.#ended) return;
      if (output.type === "write") await this.#write(output.bytes);
      else this.#events.link(output, now);
    }
    if (input.type === "closed") this.#lose();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#trace?.("write", () => describeBytes(bytes));
    try {
      await within(this.#clock, WRITE_WITHIN_MS, this.connection.write(bytes));
      this.#inputs.unshift({ type: "written" });
    } catch (error) {
      this.#error ??= portLost(error);
      this.#inputs.unshift({ type: "closed", lost: true });
    }
  }

  #lose(): void {
    if (this.#ended) return;
    const error = this.#error;
    this.#end();
    this.#trace?.("closed", () => error?.message ?? "by the far end");
    if (this.#events.ended(error) !== "closed-later") void this.close({ keepAnswer: true });
  }

  #end(): void {
    this.#ended = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

/** Closes a connection, whatever its `close` does. */
export function letGo(connection: Connection, options: CloseOptions, clock: Clock): Promise<void> {
  const closing = new Promise<void>((resolve) => resolve(connection.close(options)));
  return within(clock, CLOSE_WITHIN_MS, closing).catch(() => undefined);
}

function earlier(a: Millis | undefined, b: Millis | undefined): Millis | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

function portLost(error: unknown): ConcertError {
  if (error instanceof ConcertError && error.code === "PORT_LOST") return error;
  return new ConcertError("PORT_LOST", "the connection to the terminal was lost", { cause: error });
}
