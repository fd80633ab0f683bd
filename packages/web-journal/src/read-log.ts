/**
 * From records to entries: what counts of every key, and what was lost. Pure.
 * @module
 */
import type { HistoryLostEntry, JournalRecord } from "@concert-pay/core";
import { parsePayload } from "./entry-fields.ts";
import { Fold } from "./fold.ts";
import { SlotLog, type LogReading } from "./slot-log.ts";
import type { SyncFile } from "./sync-file.ts";
import { FORMAT_VERSION } from "./log-format.ts";
import { upgradePayload } from "./upgrade.ts";

/** Something to know about the journal that is no entry. Shown to support, never to a cashier. */
export interface Finding {
  /**
   * - `torn-tail` a write that did not finish was cut off; it was never acknowledged, so nothing is lost
   * - `damaged-record` bytes that are no record; a `history-lost` entry blocks until a person has looked
   * - `wiped` a log existed and is gone; likewise
   * - `upgraded` the log was of an older format
   * - `marker-restored` the sign outside the log was gone and is there again
   * - `marker-failed` it could not be written: a wipe would go unseen
   * - `fallback` the file system cannot be used here; IndexedDB is
   * - `compaction-failed` the log could not be shortened; it is whole
   */
  readonly kind:
    | "torn-tail"
    | "damaged-record"
    | "wiped"
    | "upgraded"
    | "marker-restored"
    | "marker-failed"
    | "fallback"
    | "compaction-failed";
  /** In English. */
  readonly detail: string;
}

export interface LogContents {
  /** The record of every key that counts, in the order the keys were first recorded. */
  readonly entries: readonly JournalRecord[];
  readonly findings: readonly Finding[];
}

export type FoundLog = Extract<LogReading, { state: "found" }>;

/**
 * Reads the bytes of a log file, as support may have them from a register.
 * @param now milliseconds since 1970-01-01, for the time at which a loss was found
 * @throws RangeError where a later version of this code wrote it
 */
export function readLog(bytes: Uint8Array, now: () => number = Date.now): LogContents {
  const reading = new SlotLog().read([readOnlyFile(bytes), readOnlyFile(new Uint8Array())]);
  if (reading.state === "missing") return { entries: [], findings: [] };
  if (reading.state === "newer") throw new RangeError(`journal format ${reading.version} is not known here`);
  const { fold, findings } = foldOf(reading, now);
  return { entries: fold.entries, findings };
}

/** What a reading means. A loss adds an entry that blocks, its key the same however often it is read. */
export function foldOf(
  reading: FoundLog,
  now: () => number,
): { readonly fold: Fold; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  if (reading.tornBytes > 0) findings.push({ kind: "torn-tail", detail: tornTail(reading.tornBytes) });
  if (reading.version < FORMAT_VERSION)
    findings.push({ kind: "upgraded", detail: `from format ${reading.version} to ${FORMAT_VERSION}` });
  const fold = new Fold();
  const lost = (place: string, detail: string): void => {
    findings.push({ kind: "damaged-record", detail });
    fold.damaged(historyLost("damaged-record", `${reading.token.generation}:${place}`, now()));
  };
  const damaged = [...reading.damaged];
  const reportDamage = (after: number): void => {
    while (damaged[0] !== undefined && damaged[0].after <= after) {
      const run = damaged.shift() as (typeof damaged)[number];
      lost(String(run.at), `${run.bytes} bytes at ${run.at} are no record`);
    }
  };
  reading.payloads.forEach((payload, index) => {
    reportDamage(index);
    const entry = parsePayload(upgradePayload(payload, reading.version));
    if (entry === undefined) lost(`record-${index}`, `record ${index} is intact but is no entry`);
    else fold.add(entry);
  });
  reportDamage(Infinity);
  return { fold, findings };
}

export function tornTail(bytes: number): string {
  return `${bytes} bytes of an unfinished record were cut off`;
}

/** An entry that blocks until a person has looked at the terminal. */
export function historyLost(
  reason: "wiped" | "damaged-record",
  place: string,
  now: number,
): HistoryLostEntry {
  return {
    kind: "history-lost",
    key: `history-lost:${reason}:${place}`,
    reason,
    state: "unknown",
    times: { unknown: new Date(now).toISOString() },
  };
}

function readOnlyFile(bytes: Uint8Array): SyncFile {
  const refuse = (): never => {
    throw new TypeError("this file is only read");
  };
  return {
    getSize: () => bytes.length,
    read(into, { at }) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    write: refuse,
    truncate: refuse,
    flush: refuse,
    close: () => undefined,
  };
}
