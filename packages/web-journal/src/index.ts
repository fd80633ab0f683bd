/**
 * A journal and a lease for pages.
 * @module
 */
export type { JournalEnvironment } from "./environment.ts";
export { webLocksLease, type WebLease, type WebLeaseResult, type WebLocksLeaseOptions } from "./lease.ts";
export type { StoreKind } from "./log-store.ts";
export { readLog, type Finding, type LogContents } from "./read-log.ts";
export { openWebJournal, type WebJournal, type WebJournalOptions } from "./web-journal.ts";
