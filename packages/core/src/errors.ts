/**
 * Every error this library raises on purpose, in one class with a closed list of codes.
 * `docs/errors.md` has a heading for each code.
 * @module
 */
import { maskCardNumbers } from "./mask.ts";
import type { JournalEntry } from "./ports/journal.ts";

/**
 * Whose fault it is, and so what the till may do about it.
 *
 * - `BAD_REQUEST` caller: cannot be encoded; names the field, the rule and the value. Fix and call again.
 * - `WRONG_STATE` caller: a payment runs or is unsettled, another page owns the terminal, or it is closed.
 * - `NOT_SUPPORTED` / `NOT_ALLOWED` environment: no Web Serial, insecure page, origin refused, prompt denied.
 * - `UNREACHABLE` carrier: nothing answered before any byte left.
 * - `NO_ANSWER` / `REFUSED` terminal: silent through all ENQ / NAK through all attempts. It holds no request.
 * - `BAD_MESSAGE` terminal: the bytes arrived, the tags make no sense; carries `offset` and `tag`.
 * - `PORT_LOST` carrier: unplugged, socket closed, bridge gone.
 * - `JOURNAL_FAILED` environment: the payment cannot be recorded, so it was not begun.
 */
export type ConcertErrorCode =
  | "BAD_REQUEST"
  | "WRONG_STATE"
  | "NO_ANSWER"
  | "REFUSED"
  | "BAD_MESSAGE"
  | "PORT_LOST"
  | "UNREACHABLE"
  | "NOT_ALLOWED"
  | "NOT_SUPPORTED"
  | "JOURNAL_FAILED";

/** What an error knows beside its code and message. Values are masked: no card number survives here. */
export interface ConcertErrorDetails {
  /** The option or tag at fault, as the caller wrote it: `"amount"`, `"register.number"`, `"CB"`. */
  readonly field?: string;
  /** The rule that was broken, in words: `"2 to 12 digits"`. */
  readonly rule?: string;
  /** The offending value, masked and cut to 64 characters. */
  readonly value?: string;
  /** Offset of the offending byte in the message, from 0. */
  readonly offset?: number;
  /** Tag being read when the bytes stopped making sense. */
  readonly tag?: string;
  /** Close code of the bridge (4000 to 4999), where there was one. */
  readonly closeCode?: number;
  /** A short word for programs where one code has several causes: `"bridge-not-running"`, `"busy"`. */
  readonly reason?: string;
  /** Key of the unsettled payment that blocks this call. */
  readonly pendingKey?: string;
  /** That payment, or the loss of history that blocks, as the journal has it. */
  readonly pending?: JournalEntry;
  /** Who holds the terminal, where another page does. */
  readonly holder?: string;
  /** The whole text that could not be read, masked: of a ticket, for a person to look at. */
  readonly raw?: string;
  readonly cause?: unknown;
}

const BRAND = Symbol.for("@concert-pay/ConcertError");

/** The one error class. `instanceof` works across two copies of the package. */
export class ConcertError extends Error {
  override readonly name = "ConcertError";
  readonly code: ConcertErrorCode;
  readonly field: string | undefined;
  readonly rule: string | undefined;
  readonly value: string | undefined;
  readonly offset: number | undefined;
  readonly tag: string | undefined;
  readonly closeCode: number | undefined;
  readonly reason: string | undefined;
  readonly pendingKey: string | undefined;
  readonly pending: JournalEntry | undefined;
  readonly holder: string | undefined;
  readonly raw: string | undefined;

  constructor(code: ConcertErrorCode, message: string, details: ConcertErrorDetails = {}) {
    super(maskCardNumbers(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.rule = details.rule;
    this.value = details.value === undefined ? undefined : maskCardNumbers(details.value).slice(0, 64);
    this.offset = details.offset;
    this.tag = details.tag;
    this.closeCode = details.closeCode;
    this.reason = details.reason;
    this.pendingKey = details.pendingKey;
    this.pending = details.pending;
    this.holder = details.holder;
    this.raw = details.raw === undefined ? undefined : maskCardNumbers(details.raw);
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/** `BAD_REQUEST` in the one form all validation uses: field, rule, value. */
export function badRequest(field: string, rule: string, value: unknown): ConcertError {
  const text = maskCardNumbers(describe(value)).slice(0, 64);
  const shown = typeof value === "string" ? JSON.stringify(text) : text;
  return new ConcertError("BAD_REQUEST", `${field} must be ${rule}; got ${shown}`, {
    field,
    rule,
    value: text,
  });
}

function describe(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}

/** Closes a switch over a union: a case forgotten is a compile error. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
