/**
 * Where exchanges run: over IP each on a connection of its own, on a serial line all on the one that stays open.
 * @module
 */
import { Driver, type Exchange, type ExchangeResult } from "./driver.ts";
import { ConcertError } from "../errors.ts";
import { LineMemory, questionOf, type Asks } from "./line-memory.ts";
import type { QuestionAction } from "../ports/journal.ts";
import { randomId } from "../ports/random.ts";
import type { Questions } from "./questions.ts";
import { isFramed, makeLink, type Setting } from "./setting.ts";

export class Lines {
  readonly #setting: Setting;
  readonly #questions: Pick<Questions, "answered" | "asks" | "owed">;
  readonly #onStray: (data: Uint8Array, waiting: boolean) => void;
  readonly #open = new Set<Driver>();
  readonly #line: Driver | undefined;
  readonly #memory = new LineMemory();
  /** Those that run. */
  #exchanges = 0;
  #closed = false;

  /**
   * @param questions told what is asked where an answer names no request, before it is
   * @param onStray as `DriverOptions.onStray`; `waiting` is always true where each exchange has its own connection.
   *   Not called for bare messages over IP: what comes on a connection is to the request it was opened for.
   */
  constructor(
    setting: Setting,
    questions: Pick<Questions, "answered" | "asks" | "owed">,
    onStray: (data: Uint8Array, waiting: boolean) => void,
  ) {
    this.#setting = setting;
    this.#questions = questions;
    this.#onStray = onStray;
    this.#line = setting.connector.carrier === "serial" ? this.#driver() : undefined;
  }

  /** True where one line carries all exchanges, so that only one can run. */
  get shared(): boolean {
    return this.#line !== undefined;
  }

  /**
   * True where what comes may be to another request than the one that waits: on a line, and over IP where the terminal
   * bids before it answers (V2, framed V3). A bare answer over IP is to the request that its connection was opened for.
   */
  get mixed(): boolean {
    return isFramed(this.#setting);
  }

  /** Key of the payment that the last request was for; `undefined` where it was for something else. */
  get lastPayment(): string | undefined {
    return this.#memory.lastPayment;
  }

  /** Questions of this page whose answer may still come. */
  get owed(): readonly QuestionAction[] {
    return this.#memory.owed(this.#setting.clock.now());
  }

  /**
   * As `Driver.exchange`. `asks`: what for; absent where nothing is asked that the terminal answers with a message.
   * @throws ConcertError `WRONG_STATE` where the one line is in use, or all is closed; `JOURNAL_FAILED` where what is
   *   asked cannot be written down and must be
   */
  async exchange(exchange: Exchange, asks?: Asks): Promise<ExchangeResult> {
    this.#mustBeOpen();
    const driver = this.#line ?? this.#driver();
    // Nothing is asked by a presence test that an answer could be to.
    const counts = exchange.presence !== true;
    if (driver.busy || (this.mixed && counts && this.#exchanges > 0))
      throw new ConcertError("WRONG_STATE", "the line is busy with another request; wait for its end", {
        reason: "line-busy",
      });
    this.#open.add(driver);
    if (counts) this.#exchanges += 1;
    try {
      return await driver.exchange(asks === undefined ? exchange : this.#remembered(exchange, asks));
    } finally {
      if (counts) this.#exchanges -= 1;
      if (driver !== this.#line) this.#open.delete(driver);
    }
  }

  /** Keeps a serial line open to hear late answers; over IP there is nothing to listen to. */
  async listen(): Promise<void> {
    this.#mustBeOpen();
    if (this.#line === undefined) return;
    this.#open.add(this.#line);
    await this.#line.listen(randomId(this.#setting.random));
  }

  /** True once nothing is sent, and nothing heard, any more. */
  get closed(): boolean {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open].map((driver) => driver.close()));
  }

  #remembered(exchange: Exchange, asks: Asks): Exchange {
    let ended: ((result: ExchangeResult) => void) | undefined;
    return {
      ...exchange,
      beforeSending: async () => {
        await exchange.beforeSending();
        const note = "action" in asks && this.mixed ? await this.#questions.asks(asks.action) : undefined;
        const memory = this.#memory.asked(asks, note);
        ended = (result) => memory(result, this.#setting.clock.now(), this.#questions.owed());
      },
      conclude: (result) => {
        ended?.(result);
        return exchange.conclude(result);
      },
    };
  }

  #mustBeOpen(): void {
    if (this.#closed)
      throw new ConcertError("WRONG_STATE", "the terminal was closed by the application", {
        reason: "closed",
      });
  }

  #driver(): Driver {
    const { connector, line, clock, trace, connectWithinMs } = this.#setting;
    return new Driver({
      connector,
      makeLink: (options) => makeLink(this.#setting, options),
      line,
      clock,
      trace,
      connectWithinMs,
      onStray: (data, waiting) => {
        if (!this.mixed) return;
        const question = this.#setting.dialect === "v3" ? questionOf(data) : undefined;
        if (question === undefined) this.#onStray(data, waiting || !this.shared);
        else if (!this.#memory.answered(question)) this.#questions.answered(question);
      },
    });
  }
}
