/**
 * The log as this page knows it: read once, then only what was appended since, by whichever tab; and rewritten when it
 * is damaged, of an older format, or mostly of no account any more.
 * @module
 */
import type { JournalRecord } from "@concert-pay/core";
import { entryPayload, parsePayload } from "./entry-fields.ts";
import { EXPIRED_AT_MOST, worthKeeping } from "./expiry.ts";
import { LogGone, messageOf, newerVersion } from "./failures.ts";
import type { Fold } from "./fold.ts";
import { FORMAT_VERSION } from "./log-format.ts";
import type { LogStore, StoreKind } from "./log-store.ts";
import { foldOf, tornTail, type Finding, type FoundLog } from "./read-log.ts";
import type { LogReading, LogToken } from "./slot-log.ts";

export interface LogKeeperOptions {
  readonly keepSettledForDays: number;
  readonly compactAboveBytes: number;
  /** Milliseconds since 1970-01-01. */
  readonly now: () => number;
  readonly report: (kind: Finding["kind"], detail: string) => void;
}

/** What was read. */
interface Held {
  readonly fold: Fold;
  readonly token: LogToken;
  readonly findings: readonly Finding[];
  /** Neither damaged nor of an older format: what is appended can be added to it. */
  readonly isSound: boolean;
}

/** Another tab may have rewritten the log between our reading and our writing; so often in a row it does not. */
const TRIES = 20;
/** Expired entries are looked for whenever so many records have come: it takes a look at all. */
const LOOK_EVERY_RECORDS = 1_000;

/** The caller makes one call after the other, and a new keeper after a failure. */
export class LogKeeper {
  readonly #log: LogStore;
  readonly #options: LogKeeperOptions;
  #held: Held | undefined;
  /** Bytes above which the log may be mostly of no account. */
  #compactAt: number;
  #lookAtRecords = 0;

  /** @param reading what was read of the log, if it was */
  constructor(log: LogStore, reading: LogReading | undefined, options: LogKeeperOptions) {
    this.#log = log;
    this.#options = options;
    this.#compactAt = options.compactAboveBytes;
    if (reading?.state === "found") this.#hold(reading);
  }

  get kind(): StoreKind {
    return this.#log.kind;
  }

  close(): void {
    this.#log.close();
  }

  /** What counts of every key, frozen. */
  async entries(): Promise<readonly JournalRecord[]> {
    return this.#load(false);
  }

  /** @returns whether the log has grown so much that {@link entries} may shorten it */
  async record(payload: string): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const appended = await this.#log.append(payload);
      if (appended === "attention") {
        this.#held = undefined;
        await this.#load(true);
        continue;
      }
      if (appended.tornBytes > 0) this.#options.report("torn-tail", tornTail(appended.tornBytes));
      return appended.bytes > this.#compactAt;
    }
    throw rewrittenWithoutEnd();
  }

  /** @param mustWrite whether a failure to rewrite is one of this call */
  async #load(mustWrite: boolean): Promise<readonly JournalRecord[]> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const held = await this.#read();
      const { entries } = held.fold;
      if (held.isSound && !this.#isMostlyOfNoAccount(held)) {
        this.#tell(held);
        return entries;
      }
      const { now, keepSettledForDays } = this.#options;
      try {
        const kept = worthKeeping(entries, { now: now(), keepSettledForDays });
        const payloads = kept.map(entryPayload);
        const token = await this.#log.replace(payloads, held.token);
        if (token === undefined) {
          this.#held = undefined;
          continue;
        }
        this.#tell(held);
        return this.#hold(soundReading(payloads, token)).fold.entries;
      } catch (error) {
        // What was read still stands, and what was lost blocks in it.
        if (mustWrite) throw error;
        this.#compactAt = held.token.bytes + this.#options.compactAboveBytes;
        this.#tell(held);
        this.#options.report("compaction-failed", messageOf(error));
        return entries;
      }
    }
    throw rewrittenWithoutEnd();
  }

  async #read(): Promise<Held> {
    const followed = this.#held && (await this.#follow(this.#held));
    if (followed !== undefined) return followed;
    this.#held = undefined;
    const reading = await this.#log.read();
    if (reading.state === "newer") throw newerVersion(reading.version);
    if (reading.state === "missing") throw new LogGone();
    return this.#hold(reading);
  }

  /** `undefined`: all is to be read. */
  async #follow(held: Held): Promise<Held | undefined> {
    const appended = await this.#log.follow(held.token);
    const entries = appended?.payloads.map(parsePayload);
    if (appended === undefined || entries?.includes(undefined)) return undefined;
    for (const entry of entries as readonly JournalRecord[]) held.fold.add(entry);
    return (this.#held = { ...held, token: appended.token, findings: [] });
  }

  #hold(reading: FoundLog): Held {
    const { fold, findings } = foldOf(reading, this.#options.now);
    const isDamaged = findings.some((finding) => finding.kind === "damaged-record");
    const isSound = !isDamaged && reading.version === FORMAT_VERSION;
    const held = { fold, token: reading.token, findings, isSound };
    this.#held = isSound ? held : undefined;
    this.#compactAt = this.#options.compactAboveBytes;
    this.#lookAtRecords = 0;
    return held;
  }

  #isMostlyOfNoAccount({ fold, token }: Held): boolean {
    return this.#isMostlyOutdated(fold, token) || this.#hasManyExpired(fold);
  }

  /** Whether, above what is too little to care, more records were replaced by later ones than count. */
  #isMostlyOutdated({ records, entries }: Fold, { bytes }: LogToken): boolean {
    if (bytes <= this.#compactAt || records === 0) return false;
    if (records > 2 * entries.length) return true;
    this.#compactAt = Math.max(this.#options.compactAboveBytes, (2 * bytes * entries.length) / records);
    return false;
  }

  #hasManyExpired({ records, entries }: Fold): boolean {
    if (records < this.#lookAtRecords) return false;
    this.#lookAtRecords = records + LOOK_EVERY_RECORDS;
    const { now, keepSettledForDays } = this.#options;
    const kept = worthKeeping(entries, { now: now(), keepSettledForDays });
    return entries.length - kept.length >= EXPIRED_AT_MOST;
  }

  #tell({ findings }: Held): void {
    for (const { kind, detail } of findings) this.#options.report(kind, detail);
  }
}

/** What is read of a log that was just written. */
function soundReading(payloads: readonly string[], token: LogToken): FoundLog {
  return { state: "found", token, version: FORMAT_VERSION, payloads, damaged: [], tornBytes: 0 };
}

function rewrittenWithoutEnd(): Error {
  return new Error("other tabs rewrite the journal without end");
}
