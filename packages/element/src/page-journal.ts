/**
 * The journal and the lease of this page: one of each, however many buttons stand on it.
 * @module
 */
import type { Journal, Lease } from "@concert-pay/core";
import { openWebJournal, webLocksLease } from "@concert-pay/web-journal";

let journal: Promise<Journal> | undefined;
let lease: Lease | undefined;

/** Opened when first needed. A failure is not kept: the next payment tries again. */
export function pageJournal(): Promise<Journal> {
  journal ??= openWebJournal().catch((error: unknown) => {
    journal = undefined;
    throw error;
  });
  return journal;
}

/** @throws ConcertError `NOT_SUPPORTED` where the browser has no Web Locks */
export function pageLease(): Lease {
  lease ??= webLocksLease();
  return lease;
}
