/**
 * The terminal's books: money that moved, requests with their fates, and ended transactions for CD=3 and CD=T.
 * @module
 */
import type { Millis } from "@concert-pay/core";
import type { Fate, LedgerEntry, RequestRecord } from "./ledger.ts";
import type { ReadRequest } from "./request.ts";
import type { Ended } from "./services.ts";
import type { ShownPayment } from "./screen.ts";

/** Ended transactions kept. */
const KEPT = 100;
/** AC is at most 10 characters (protocol.md 2.1). */
const FIRST_AUTHORISATION = 100_001;

export class Accounts {
  readonly ledger: LedgerEntry[] = [];
  readonly requests: RequestRecord[] = [];
  /** Oldest first. */
  ended: readonly Ended[] = [];

  /** Writes down a request. Its answer is pending. */
  note(request: ReadRequest, at: Millis, connection: number, fate: Fate, behaviour?: string): RequestRecord {
    const { dialect, action, amount, currency, register, reference } = request;
    const about = { dialect, action, amount, currency, register, reference, behaviour };
    const record: RequestRecord = {
      index: this.requests.length,
      at,
      connection,
      ...about,
      fate,
      answer: "pending",
    };
    this.requests.push(record);
    return record;
  }

  settle({ index }: RequestRecord, change: Partial<Pick<RequestRecord, "fate" | "answer">>): void {
    const record = this.requests[index];
    if (record !== undefined) this.requests[index] = { ...record, ...change };
  }

  /** Moves money. @returns its authorisation number */
  charge(amount: number, { action, currency }: ShownPayment, record: RequestRecord, at: Millis): string {
    const { register = "", reference, index } = record;
    const authorisation = String(FIRST_AUTHORISATION + this.ledger.length);
    const more = reference === undefined ? {} : { reference };
    this.ledger.push({ at, action, amount, currency, register, ...more, request: index, authorisation });
    return authorisation;
  }

  remember(transaction: Omit<Ended, "ticket">): void {
    const { request, charged, authorisation } = transaction;
    const { amount, currency } = request;
    const done = charged !== undefined;
    const ticket = { amount: charged ?? amount, currency, done, authorisation, maskedCard: undefined };
    this.ended = [...this.ended, { ...transaction, ticket }].slice(-KEPT);
  }
}
