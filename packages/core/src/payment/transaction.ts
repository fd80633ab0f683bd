/**
 * One exchange, without I/O: from the moment bytes may leave to a result. Whether the money moved is not decided
 * here, only what was proved about the request: never held, answered, or in doubt.
 * @module
 */
import { ConcertError, unreachable } from "../errors.ts";
import type { LinkFault, LinkOutput, Millis } from "../link/link.ts";
import type { Doubt } from "./outcome.ts";

export type TransactionResult =
  /** The terminal certainly holds no complete request. */
  | { readonly kind: "not-sent"; readonly error: ConcertError }
  | {
      readonly kind: "answer";
      readonly data: Uint8Array;
      readonly elapsedMs: number;
      readonly unread: Uint8Array;
    }
  | {
      readonly kind: "doubt";
      readonly doubt: Doubt;
      readonly unread: Uint8Array;
      readonly error?: ConcertError;
    };

/**
 * `answer`: ends the exchange. `interim`: taken into account, more may come. `stray`: belongs to another request.
 */
export type Classification = "answer" | "interim" | "stray";

type State =
  | { readonly name: "sending" }
  | {
      readonly name: "waiting";
      readonly since: Millis;
      readonly until: Millis;
      readonly interim?: Uint8Array;
    }
  | { readonly name: "done"; readonly result: TransactionResult };

export interface TransactionOptions {
  /** Longest wait from the moment the terminal holds the request, in milliseconds. */
  readonly answerWithinMs: number;
  readonly classify: (data: Uint8Array) => Classification;
  /** Only whether anyone is there is asked: ends when the request is taken. Default false. */
  readonly presence?: boolean;
}

/** How long past its time a timer may fire before it shows that the page was frozen, in milliseconds. */
const FROZEN_AFTER_MS = 2_000;
/** After a freeze, how long bytes that came meanwhile get to be read, in milliseconds. */
const AFTER_FREEZE_MS = 1_000;
/** An answer that is coming in when the time is up gets this long to end, once, in milliseconds. */
const UNFINISHED_MS = 1_000;
/** How often: the timers of a page that is merely hidden may come a minute late each time. */
const FREEZES = 3;

const NOTHING = new Uint8Array(0);

export class Transaction {
  readonly #options: TransactionOptions;
  #state: State = { name: "sending" };
  #unread: Uint8Array = NOTHING;
  #freezes = 0;
  #prolonged = false;

  constructor(options: TransactionOptions) {
    this.#options = options;
  }

  get result(): TransactionResult | undefined {
    return this.#state.name === "done" ? this.#state.result : undefined;
  }

  /** True from the moment the terminal holds the request until the exchange ends. */
  get waiting(): boolean {
    return this.#state.name === "waiting";
  }

  get deadline(): Millis | undefined {
    return this.#state.name === "waiting" ? this.#state.until : undefined;
  }

  /** The carrier took up an exchange whose request had been sent before. */
  resume(now: Millis): void {
    this.#wait(now);
  }

  /** @returns false when the message is not for this exchange and the caller must look for its owner */
  link(output: LinkOutput, now: Millis): boolean {
    if (this.#state.name === "done") return output.type !== "message";
    switch (output.type) {
      case "write":
        return true;
      case "sent":
        this.#wait(now);
        if (this.#options.presence === true)
          this.#end({ kind: "answer", data: NOTHING, elapsedMs: 0, unread: this.#unread });
        return true;
      case "discarded":
        this.#keep(output.bytes);
        return true;
      case "message":
        // While we wait, the link calls late what comes after another message. That one was not the answer, else the
        // wait were over: this one may be. Before, nothing of ours was held, so it is to something else.
        return output.late && !this.waiting ? false : this.#message(output.data, now);
      case "failed":
        this.#fail(output, now);
        return true;
    }
  }

  /**
   * Safe to call early: does nothing before the deadline.
   * @param unfinished what has come of an answer that has no end yet
   */
  tick(now: Millis, unfinished: Uint8Array = NOTHING): void {
    const state = this.#state;
    if (state.name !== "waiting" || now < state.until) return;
    // A timer this late means the page was frozen: what came meanwhile is read before time is called.
    if (now - state.until > FROZEN_AFTER_MS && this.#freezes < FREEZES) {
      this.#freezes += 1;
      this.#state = { ...state, until: now + AFTER_FREEZE_MS };
    } else if (unfinished.length > 0 && !this.#prolonged) {
      this.#prolonged = true;
      this.#state = { ...state, until: now + UNFINISHED_MS };
    } else {
      this.#keep(unfinished);
      const doubt = unfinished.length > 0 ? "cut" : "silence";
      this.#end({ kind: "doubt", doubt, unread: this.#unread });
    }
  }

  /** The connection is gone, in order (no error) or not. Comes after the link has been told. */
  lost(error: ConcertError | undefined): void {
    if (this.#state.name === "done") return;
    const doubt = error === undefined ? "closed" : "lost";
    this.#end({ kind: "doubt", doubt, unread: this.#unread, ...(error === undefined ? {} : { error }) });
  }

  #wait(now: Millis): void {
    if (this.#state.name === "sending")
      this.#state = { name: "waiting", since: now, until: now + this.#options.answerWithinMs };
  }

  #message(data: Uint8Array, now: Millis): boolean {
    const classification = this.#options.classify(data);
    if (classification === "stray") {
      // Another request's, as far as is known; whoever has to look at the terminal sees that it came.
      this.#keep(data);
      return false;
    }
    // An answer before the request was wholly handed over: the terminal is ahead of our own write's confirmation.
    this.#wait(now);
    const state = this.#state;
    if (state.name !== "waiting") return true;
    if (classification === "interim") this.#state = { ...state, interim: data };
    else this.#end({ kind: "answer", data, elapsedMs: now - state.since, unread: this.#unread });
    return true;
  }

  #fail(output: LinkOutput & { readonly type: "failed" }, now: Millis): void {
    this.#keep(output.received);
    if (output.stage === "before")
      this.#state = { name: "done", result: { kind: "not-sent", error: notSent(output.fault) } };
    // No ACK for the frame: the terminal may hold it, so its answer is waited for.
    else if (output.fault === "no-acknowledgement") this.#wait(now);
    else this.#end({ kind: "doubt", doubt: doubtOf(output.fault), unread: this.#unread });
  }

  /** An interim answer is better than none: it is judged (`acknowledged`), never taken for paid. */
  #end(result: TransactionResult): void {
    const interim = this.#state.name === "waiting" ? this.#state.interim : undefined;
    this.#state =
      interim !== undefined && result.kind === "doubt"
        ? { name: "done", result: { kind: "answer", data: interim, elapsedMs: 0, unread: result.unread } }
        : { name: "done", result };
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#unread.length > 4096) return;
    const both = new Uint8Array(this.#unread.length + bytes.length);
    both.set(this.#unread);
    both.set(bytes, this.#unread.length);
    this.#unread = both;
  }
}

function notSent(fault: LinkFault): ConcertError {
  switch (fault) {
    case "no-answer":
      return new ConcertError(
        "NO_ANSWER",
        "the terminal did not answer any ENQ: check cable, power and settings",
        {
          reason: fault,
        },
      );
    case "refused":
      return new ConcertError("REFUSED", "the terminal refused the request (NAK) through all attempts", {
        reason: fault,
      });
    case "collision":
      return new ConcertError(
        "REFUSED",
        "the terminal was delivering an earlier answer, which was taken; this request was not made: try again",
        { reason: fault },
      );
    case "too-long":
      return new ConcertError(
        "BAD_REQUEST",
        "the request is longer than one frame: at most 512 bytes on a serial line",
        {
          field: "request",
          rule: "at most 512 bytes",
          reason: fault,
        },
      );
    case "busy":
      return new ConcertError("WRONG_STATE", "the line is busy with another request", { reason: fault });
    case "malformed":
      return new ConcertError("BAD_REQUEST", "the request holds a byte that a serial line cannot carry", {
        field: "request",
        rule: "characters 0x20 to 0x7F only (protocol.md 7.1)",
        reason: fault,
      });
    case "no-acknowledgement":
    case "closed":
    case "lost":
    case "cut":
    case "oversize":
      return new ConcertError("PORT_LOST", "the connection was lost before the request had left", {
        reason: fault,
      });
    default:
      return unreachable(fault);
  }
}

function doubtOf(fault: Exclude<LinkFault, "no-acknowledgement">): Doubt {
  switch (fault) {
    case "closed":
    case "lost":
    case "cut":
    case "malformed":
    case "oversize":
      return fault;
    case "no-answer":
    case "refused":
    case "collision":
    case "too-long":
    case "busy":
      return "lost";
    default:
      return unreachable(fault);
  }
}
