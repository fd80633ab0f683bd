/**
 * What a simulated terminal does with a financial request, as data: whether money moves, what it answers, and how
 * the answer travels. The list is in `catalogue.ts`.
 * @module
 */
import type { LineFault } from "../line/line-fault.ts";

/** How the customer pays; decides CC, CI, AI and AA (protocol.md 2.4). */
export type Card = "contact" | "contactless" | "amex" | "cheque";

/** A ticket in the answer, whatever CK asked for. */
export interface TicketPlan {
  readonly recipient: "customer" | "merchant";
  readonly format: "text" | "html";
  /** Line feeds in the base64, as PayXpress sends it (protocol.md 1). */
  readonly wrap?: boolean;
  /** Fills AK to its 900 characters. */
  readonly long?: boolean;
}

/** The answer, before it becomes tags or V2 fields. What V2 cannot say is left out there. */
export interface AnswerPlan {
  /** AE; absent: the answer has none. V2: 10 is STAT 0, 01 is STAT 7, 11 is STAT 9, others STAT 5. */
  readonly status?: string;
  /** AF. */
  readonly reason?: string;
  readonly card?: Card;
  /** CB. `lower` and `higher` are also what is charged. Default `asked`. */
  readonly amount?: "asked" | "absent" | "lower" | "higher" | "zero-padded";
  /** CA, CD or CE of the answer is not that of the request. */
  readonly other?: "register" | "action" | "currency";
  /** Default: what CK of the request asks for. */
  readonly tickets?: readonly TicketPlan[];
  /** AA holds a whole (test) card number, to prove that clients mask it. */
  readonly wholeCardNumber?: boolean;
  /** Tags that no dictionary knows. */
  readonly unknownTags?: boolean;
  /** `same`: AE, CB and CE come twice. `contradicting`: a second AE denies the first. */
  readonly repeated?: "same" | "contradicting";
  /** The bytes are no message: noise, a length that is no number, a length that overruns, or 65 KiB. */
  readonly spoilt?: "garbage" | "bad-length" | "overrun" | "oversize";
}

/** Where an answer is cut: at these offsets, or every so many bytes; then so many milliseconds of silence. */
export interface Pieces {
  readonly at?: readonly number[];
  readonly every?: number;
  readonly gapMs: number;
}

export interface Behaviour {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Money moves, and the ledger says so, whatever the answer says. */
  readonly charges: boolean;
  /** Absent: none is sent. */
  readonly answer?: AnswerPlan;
  /** How long the customer takes, in milliseconds. Default: `delayMs` of the terminal. */
  readonly customerMs?: number;
  /** The customer acts on the screen (`key`), not a timer. */
  readonly interactive?: boolean;
  /** The answer leaves so many milliseconds after the customer is done; the terminal is free meanwhile. */
  readonly lateMs?: number;
  /** Over IP only. */
  readonly pieces?: Pieces;
  /** The answer is sent again so many milliseconds later. */
  readonly repeatMs?: number;
  /** After the answer, or instead of one. Over IP only. */
  readonly hangUp?: "end" | "reset";
  /** What goes wrong on a serial line; nothing elsewhere. */
  readonly line?: LineFault;
}

/** A behaviour by name, or by name with some of its fields anew: `{ name: "late", lateMs: 200_000 }`. */
export type BehaviourChoice =
  string | ({ readonly name: string } & Partial<Omit<Behaviour, "name" | "summary">>);
