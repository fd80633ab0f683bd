/**
 * Performs exchanges: opens the connection, lets the transaction and the link run, and says what was proved. Left
 * and right of this file all is synchronous and pure.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { Link, LinkOutput, Millis } from "../link/link.ts";
import { Transaction, type Classification, type TransactionResult } from "../payment/transaction.ts";
import type { Clock } from "../ports/clock.ts";
import type { CloseOptions, Connection, Connector, LineSettings, Resumed } from "../ports/connector.ts";
import { letGo, Session } from "./session.ts";
import { describeBytes, type Trace } from "../trace.ts";
import { within } from "./within.ts";

export interface DriverOptions {
  readonly connector: Connector;
  /** `resumed`: the request was sent before, on another connection. */
  readonly makeLink: (options: { readonly resumed: boolean; readonly identification: boolean }) => Link;
  readonly line: LineSettings;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly connectWithinMs: number;
  /**
   * A whole message that belongs to no running exchange: a late answer, perhaps. `waiting`: an exchange runs, whose
   * end is still to come.
   */
  readonly onStray: (data: Uint8Array, waiting: boolean) => void;
}

export interface Exchange {
  readonly exchange: string;
  /** Bytes of the message; `undefined` to take up an exchange that the carrier holds. */
  readonly data: Uint8Array | undefined;
  /** An answer to an identification may end without AE (protocol.md 5). Default false. */
  readonly identification?: boolean;
  /** Serial framing only: asks whether anyone is there (ENQ, ACK, EOT); `data` is empty. Default false. */
  readonly presence?: boolean;
  readonly answerWithinMs: number;
  readonly classify: (data: Uint8Array) => Classification;
  /** Runs when the terminal is reached, before the first byte: what it throws stops the exchange. */
  readonly beforeSending: () => Promise<void>;
  /** The terminal holds the request. */
  readonly onSent: () => void;
  /**
   * Writes down what came of it, before the connection is closed. Resolves `true` when the carrier may forget the
   * exchange; otherwise it keeps waiting for the answer and holds it.
   */
  readonly conclude: (result: ExchangeResult) => Promise<boolean>;
}

/** An exchange that asks only whether anyone is there (protocol.md 7.3). */
export function presenceTest(exchange: string): Exchange {
  return {
    exchange,
    data: new Uint8Array(0),
    presence: true,
    answerWithinMs: 1,
    classify: () => "stray",
    beforeSending: async () => undefined,
    onSent: () => undefined,
    conclude: async () => true,
  };
}

export type ExchangeResult = TransactionResult & { readonly resumed?: Resumed };

/** One exchange at a time per driver. */
export class Driver {
  readonly #options: DriverOptions;
  #session: Session | undefined;
  /** Ended by the far end, and to be closed once its exchange is concluded. */
  #ending: Session | undefined;
  /** An exchange runs, or what came of it is being written down. */
  #concluding = false;
  #closed = false;
  #transaction: Transaction | undefined;
  #finish: ((result: TransactionResult) => void) | undefined;
  #onSent: (() => void) | undefined;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** True while an exchange runs. */
  get busy(): boolean {
    return this.#transaction !== undefined;
  }

  /** True while a serial line is open and listened to. */
  get listening(): boolean {
    return this.#session !== undefined && !this.#session.ended;
  }

  /** Opens a line that stays open, so that late answers are heard. Rejects as `Connector.open`. */
  async listen(exchange: string): Promise<void> {
    if (!this.listening) await this.#open(exchange, false);
  }

  /** Never rejects for what happens on the wire; rejects with what `beforeSending` or `conclude` throws. */
  async exchange(exchange: Exchange): Promise<ExchangeResult> {
    let keepAnswer = true;
    this.#concluding = true;
    try {
      const result = await this.#run(exchange);
      keepAnswer = !(await exchange.conclude(result));
      return result;
    } finally {
      this.#concluding = false;
      if (this.#options.connector.carrier === "ip") await this.#close(keepAnswer ? { keepAnswer } : {});
    }
  }

  async #run(exchange: Exchange): Promise<ExchangeResult> {
    const transaction = new Transaction({
      answerWithinMs: exchange.answerWithinMs,
      ...(exchange.presence === true ? { presence: true } : {}),
      classify: (data) => safely(() => exchange.classify(data), "answer"),
    });
    const finished = new Promise<TransactionResult>((resolve) => (this.#finish = resolve));
    this.#transaction = transaction;
    this.#onSent = exchange.onSent;
    try {
      let session: Session;
      try {
        session = await this.#open(exchange.exchange, exchange.data === undefined, exchange.identification);
      } catch (error) {
        return { kind: "not-sent", error: unreachable(error) };
      }
      const { resumed } = session.connection;
      if (exchange.data === undefined) {
        transaction.resume(this.#options.clock.now());
        this.#sent();
      }
      await exchange.beforeSending();
      if (exchange.data !== undefined) {
        // Nothing was pushed yet: a connection lost, or closed by the application, meanwhile has carried nothing.
        if (session.ended || transaction.result !== undefined)
          return { kind: "not-sent", error: lostBefore() };
        session.push({ type: "send", data: exchange.data });
      }
      session.arm();
      const result = await finished;
      return { ...result, ...(resumed === undefined ? {} : { resumed }) };
    } finally {
      this.#transaction = undefined;
      this.#finish = undefined;
      this.#onSent = undefined;
    }
  }

  /** Ends the connection, for good. A running exchange ends in doubt, `lost`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#transaction?.lost(new ConcertError("PORT_LOST", "the terminal was closed by the application"));
    this.#settle();
    await this.#close({ keepAnswer: true });
  }

  async #close(options: CloseOptions): Promise<void> {
    const session = this.#session ?? this.#ending;
    this.#session = this.#ending = undefined;
    await session?.close(options);
  }

  async #open(exchange: string, resume: boolean, identification = false): Promise<Session> {
    const { connector, clock, trace, line, connectWithinMs } = this.#options;
    if (this.#session !== undefined && !this.#session.ended) return this.#session;
    trace?.("open", () => connector.id);
    const opening = connector.open({ exchange, line, ...(resume ? { resume } : {}) });
    // Nothing was sent on a connection that opens when nobody waits for it, but it may hold an earlier answer.
    const closeLate = (late: Connection): void => void letGo(late, { keepAnswer: true }, clock);
    const connection = await within(clock, connectWithinMs, opening, closeLate).catch((error: unknown) => {
      trace?.("error", () => String(error));
      throw error;
    });
    if (this.#closed) {
      closeLate(connection);
      throw lostBefore();
    }
    trace?.("opened", () => connector.id);
    const session: Session = new Session(
      connection,
      this.#options.makeLink({ resumed: resume, identification }),
      clock,
      trace,
      {
        link: (output, now) => this.#link(session, output, now),
        ended: (error) => this.#ended(session, error),
        tick: (now) => this.#tick(session, now),
        get deadline() {
          return deadline();
        },
      },
    );
    const deadline = (): Millis | undefined =>
      this.#session === session ? this.#transaction?.deadline : undefined;
    this.#session = session;
    return session;
  }

  #link(session: Session, output: LinkOutput, now: Millis): void {
    if (session !== this.#session) return;
    this.#options.trace?.("link", () => describeOutput(output));
    const transaction = this.#transaction;
    const taken = transaction?.link(output, now) ?? false;
    if (!taken && output.type === "message")
      this.#options.onStray(output.data, transaction !== undefined && transaction.result === undefined);
    if (transaction?.waiting === true) this.#sent();
    this.#settle();
  }

  #sent(): void {
    this.#onSent?.();
    this.#onSent = undefined;
  }

  #ended(session: Session, error: ConcertError | undefined): "closed-later" | void {
    if (session !== this.#session) return;
    this.#session = undefined;
    const concludes = this.#options.connector.carrier === "ip" && this.#concluding;
    if (concludes) this.#ending = session;
    this.#transaction?.lost(error);
    this.#settle();
    // Only what was concluded tells the carrier whether it may forget the answer.
    return concludes ? "closed-later" : undefined;
  }

  #tick(session: Session, now: Millis): void {
    this.#transaction?.tick(now, session.link.unfinished);
    this.#settle();
  }

  #settle(): void {
    const result = this.#transaction?.result;
    if (result !== undefined) this.#finish?.(result);
  }
}

function unreachable(error: unknown): ConcertError {
  if (error instanceof ConcertError) return error;
  return new ConcertError("UNREACHABLE", "the terminal could not be reached", { cause: error });
}

function lostBefore(): ConcertError {
  return new ConcertError("PORT_LOST", "the connection was lost before the request had left", {
    reason: "closed",
  });
}

function safely<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}

function describeOutput(output: LinkOutput): string {
  switch (output.type) {
    case "write":
      return `write ${output.bytes.length} bytes`;
    case "sent":
      return "sent";
    case "message":
      return `message${output.late ? ", late" : ""}: ${describeBytes(output.data)}`;
    case "failed":
      return `failed ${output.stage} the terminal could hold the request: ${output.fault}`;
    case "discarded":
      return `${output.bytes.length} bytes discarded: ${output.why}`;
  }
}
