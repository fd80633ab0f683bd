/**
 * What applications hold: the contract of `openTerminal`.
 * @module
 */
import type { Message } from "./codec/message.ts";
import type { Ticket } from "./codec/ticket.ts";
import type { LineSettings } from "./link/line-settings.ts";
import type { Dialect, Profile } from "./payment/profile.ts";
import type { Money } from "./payment/money.ts";
import type { Outcome, Reason } from "./payment/outcome.ts";
import type { Clock } from "./ports/clock.ts";
import type { Connector } from "./ports/connector.ts";
import type { Journal, JournalEntry } from "./ports/journal.ts";
import type { Lease } from "./ports/lease.ts";
import type { RandomBytes } from "./ports/random.ts";
import type { TraceEvent } from "./trace.ts";

export interface TerminalOptions {
  readonly connector: Connector;
  /** `number`: CA, "00" to "99". `identifier`: CJ, 12 digits or capitals. */
  readonly register: { readonly number: string; readonly identifier: string };
  /** Default: the profile's. */
  readonly dialect?: Dialect;
  /** A profile or its name. Default `"generic"`. */
  readonly profile?: Profile | string;
  /**
   * How a serial line is set: the terminal's own menu must say the same, and `probe()` finds out. Default: what the
   * connector was made with, else the profile's. Ignored over IP.
   */
  readonly line?: LineSettings;
  /** Default: {@link memoryJournal}, which does not survive a reload. */
  readonly journal?: Journal;
  /** Default: none; then nothing stops a second program from using the terminal. */
  readonly lease?: Lease;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /** Longest wait for the answer of a financial action. Default 180 000; below 60 000 is refused. */
  readonly answerWithinMs?: number;
  /** Longest wait for the connection. Default 5 000. */
  readonly connectWithinMs?: number;
  /** Keep the masked card number in the journal. Default false. */
  readonly journalMaskedPan?: boolean;
  /** Every message and state, masked; of other bytes their number. Off by default. */
  readonly onTrace?: (event: TraceEvent) => void;
  /**
   * A payment given up as unknown was settled, or a person's word about it denied, by an answer that came late on a line
   * or in frames. A bare answer over IP is held by the bridge: `recover` fetches it.
   */
  readonly onLateAnswer?: (entry: JournalEntry, outcome: Outcome) => void;
}

export interface PaymentRequest {
  readonly amount: Money;
  /** Goes into CF, 1 to 99 printable ASCII characters; echoed by some terminals. */
  readonly reference?: string;
  /** Your name for this payment, 1 to 64 printable ASCII characters, fewer than 13 digits in a row. The same key and request again returns the
   * recorded outcome and charges nothing. Default: a random one. */
  readonly key?: string;
  /** `true`: the customer's ticket as text. Or a CK value such as `"120"`. */
  readonly tickets?: boolean | string;
  /** CC: forces a payment application, such as `"00C"` for a cheque. */
  readonly application?: string;
  /** BH: 8 to 20 characters. */
  readonly phone?: string;
  /** BI: 6 to 256 characters. */
  readonly email?: string;
  /** BB=1. */
  readonly forceAuthorisation?: boolean;
  /** BF=1 where the profile allows it: the terminal may charge less. */
  readonly acceptPartial?: boolean;
  /** CF, instead of `reference`. */
  readonly privateData?: string;
  /** CH. */
  readonly transactionReference?: string;
  /** Concert V2: ask for REP, the card number (kept masked) or the cheque's CMC7 line. Default false: IND=0. */
  readonly cardData?: boolean;
  /** IM (PayXpress): the ID received on the debit that a credit refers to. */
  readonly linkedTransaction?: string;
}

/**
 * Where a call is. `calling`: reaching the terminal. `card-expected`: it holds the request; the customer acts.
 * `answered`: the answer is being read and recorded. `done`.
 */
export type Phase = "calling" | "card-expected" | "answered" | "done";

export interface CallOptions {
  readonly onPhase?: (phase: Phase) => void;
  /** Overrides `TerminalOptions.answerWithinMs` for this call. */
  readonly answerWithinMs?: number;
}

/** Answer to an action that moves no money. */
export interface Reply {
  /** AE=10. */
  readonly done: boolean;
  /** AE as received, `undefined` when absent. */
  readonly status: string | undefined;
  readonly reason: Reason;
  readonly tickets: readonly Ticket[];
  /** Card numbers in it are the terminal's own words: mask before showing. Absent in V2. */
  readonly message?: Message;
}

export interface Terminal {
  /** Debit (CD=0). Rejects only when the terminal certainly holds no complete request; otherwise resolves. */
  pay(request: PaymentRequest, options?: CallOptions): Promise<Outcome>;
  /** Credit (CD=1). As `pay`. */
  refund(request: PaymentRequest, options?: CallOptions): Promise<Outcome>;
  /** Cancellation of a debit (CD=2), same amount. As `pay`. */
  reverse(request: PaymentRequest, options?: CallOptions): Promise<Outcome>;
  /**
   * Last ticket again (CD=3). This and every other question that moves no money is written into the journal before it
   * is asked where an answer names no request (a serial line, frames over IP), and rejects with `JOURNAL_FAILED` where
   * it cannot be: its answer might come when this page is gone, and be taken for a payment's.
   */
  duplicate(options?: CallOptions & { readonly tickets?: boolean | string }): Promise<Reply>;
  /** Is anyone there (CD=I; V2: ENQ, ACK, EOT)? Never carries an amount. */
  identify(options?: CallOptions): Promise<Reply>;
  /** Print a text on the terminal (CD=P). */
  print(text: string, options?: CallOptions): Promise<Reply>;
  /** What became of a transaction (CD=T), where the profile offers it. */
  transactionStatus(request?: { readonly reference?: string }, options?: CallOptions): Promise<Reply>;
  /** CD=R, Castles terminals. */
  reboot(options?: CallOptions): Promise<Reply>;
  /** CD=C, Castles terminals. */
  ctmsStatus(options?: CallOptions): Promise<Reply>;
  /** Unsettled payments of this terminal, oldest first, and what else blocks. */
  pending(): Promise<readonly JournalEntry[]>;
  /**
   * The recorded outcome of a settled payment; `undefined` where the journal holds none under that key, whichever
   * terminal made it, or it is unsettled. Only reads: for a page that comes back after the payment was over.
   */
  recorded(key: string): Promise<Outcome | undefined>;
  /**
   * Tries to learn the outcome of an unsettled payment; resolves with what is known then, `unknown` included. An outcome
   * that the terminal or the bridge has just told comes with its tickets and reason, as from `pay`; one of the journal
   * without.
   */
  recover(key: string, options?: CallOptions): Promise<Outcome>;
  /**
   * A person's decision, after looking at the terminal: about what is unsettled, or was settled as failed with
   * `checkTerminal`. With the `exchange` of the entry that the person was shown, it counts for that attempt only: where
   * another page has made the payment again since, it is refused (`WRONG_STATE`, `overtaken`), and somebody looks again.
   */
  settle(
    key: string,
    decision: {
      readonly outcome: "approved" | "declined" | "abandoned" | "failed";
      readonly by: string;
      readonly exchange?: string;
    },
  ): Promise<void>;
  /** Records the wish; changes nothing on the wire. The outcome still comes from the terminal. */
  requestCancel(): void;
  /** Ends the use of the terminal. A payment still running becomes `unknown`. */
  close(): Promise<void>;
}
