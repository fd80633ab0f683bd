/**
 * The journal of a page: entries in, entries out, and every way of losing them told.
 * @module
 */
import { ConcertError, isForgettable, type Journal, type JournalRecord } from "@concert-pay/core";
import { entryPayload } from "./entry-fields.ts";
import { askToPersist, browserEnvironment, type JournalEnvironment } from "./environment.ts";
import { badOption, isGone, journalFailed, LogGone, messageOf, newerVersion } from "./failures.ts";
import { EXPIRED_AT_MOST, worthKeeping } from "./expiry.ts";
import { findLog, tornTail } from "./find-log.ts";
import { FORMAT_VERSION } from "./log-format.ts";
import type { LogStore, StoreKind } from "./log-store.ts";
import { contentsOf, type Finding } from "./read-log.ts";

export interface WebJournalOptions {
  /** Tells apart journals of one origin: 1 to 40 letters, digits and hyphens. Default `"payments"`. */
  readonly name?: string;
  /**
   * Days that settled entries are kept. Default 400: a cardholder may dispute a payment for 13 months (directive
   * (EU) 2015/2366, article 71). Unsettled entries, and the last thousand settled, are kept without limit: the clock
   * may be wrong.
   */
  readonly keepSettledForDays?: number;
  /** Bytes above which the log is rewritten without outdated records. Default 131 072. */
  readonly compactAboveBytes?: number;
  /**
   * Says whether anyone else knows of a payment of this register, such as a bridge that holds an exchange. Asked only
   * where no trace of a log is found: `true` means that everything was wiped. A rejection counts as `false`.
   */
  readonly witness?: () => Promise<boolean>;
  /** Ask the browser, once, not to evict this origin's data. Firefox asks the person. Default true. */
  readonly persist?: boolean;
  /** Default: the browser's own. */
  readonly environment?: Partial<JournalEnvironment>;
}

/** A {@link Journal} that survives reload, crash and kill of the browser. */
export interface WebJournal extends Journal {
  /** What was found and done since the journal was opened, oldest first. */
  readonly findings: readonly Finding[];
  /** Where the log lies; `undefined` while it cannot be opened. */
  readonly store: StoreKind | undefined;
  /** Whether the browser promised not to evict this origin's data. Never rejects. */
  readonly persisted: Promise<boolean>;
  /**
   * All entries as JSON, for accounting and support: no field but those of `JournalRecord`, no card number. What a
   * person decided has `settledBy.by` `"person"` and who it was. Rejects as `entries` does.
   */
  exportJson(): Promise<string>;
  /** Waits for what was begun, then ends the worker. Calls after it reject with `WRONG_STATE`. */
  close(): Promise<void>;
}

/** Another tab may have rewritten the log between our reading and our writing; so often in a row it does not. */
const TRIES = 20;

/**
 * Opens the journal of this origin. Resolves also where nothing can be kept (private mode, no quota, opaque origin):
 * then `record` rejects with `JOURNAL_FAILED` and says why, and tries anew each time.
 * @throws ConcertError `BAD_REQUEST` naming the option
 */
export async function openWebJournal(options: WebJournalOptions = {}): Promise<WebJournal> {
  const { name = "payments", keepSettledForDays = 400, compactAboveBytes = 131_072, witness } = options;
  if (!/^[a-z\d-]{1,40}$/i.test(name)) throw badOption("name", "1 to 40 letters, digits and hyphens", name);
  if (!(keepSettledForDays >= 1)) throw badOption("keepSettledForDays", "at least 1", keepSettledForDays);
  const environment = { ...browserEnvironment(), ...options.environment };
  const findings: Finding[] = [];
  /** What cannot be mended is found at every reading, and told once. */
  const report = (kind: Finding["kind"], detail: string): void => {
    if (!findings.some((found) => found.kind === kind && found.detail === detail))
      findings.push({ kind, detail });
  };
  const reportAll = (found: readonly Finding[]): void =>
    found.forEach(({ kind, detail }) => report(kind, detail));

  let store: LogStore | undefined;
  let compactAt = compactAboveBytes;
  let logSeen = false;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One call after the other; a failure closes the store, so that the next call begins afresh. */
  const inTurn = <T>(call: (log: LogStore) => Promise<T>): Promise<T> => {
    const turn = last.then(async () => {
      if (closed) throw new ConcertError("WRONG_STATE", "the journal is closed; open it again");
      for (let again = true; ; again = false)
        try {
          return await call((store ??= await open()));
        } catch (error) {
          store?.close();
          store = undefined;
          if (!again || !isGone(error)) throw journalFailed(error);
        }
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  const open = async (): Promise<LogStore> => {
    const log = await findLog({ name, environment, logSeen, witness, report });
    logSeen = true;
    return log;
  };

  /**
   * Reads the log and, where it is damaged, outdated or has `grown`, writes it anew.
   * @param mustWrite whether a failure to write is one of this call
   */
  const load = async (
    log: LogStore,
    mustWrite: boolean,
    grown = false,
  ): Promise<readonly JournalRecord[]> => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const reading = await log.read();
      if (reading.state === "newer") throw newerVersion(reading.version);
      if (reading.state === "missing") throw new LogGone();
      const contents = contentsOf(reading, environment.now);
      const remembered = contents.entries.filter((entry) => !isForgettable(entry));
      const kept = worthKeeping(remembered, { now: environment.now(), keepSettledForDays });
      const isOutdated =
        reading.version < FORMAT_VERSION || remembered.length - kept.length >= EXPIRED_AT_MOST;
      const isDamaged = contents.findings.some((finding) => finding.kind === "damaged-record");
      if (!isOutdated && !isDamaged && !grown) {
        reportAll(contents.findings);
        return remembered;
      }
      try {
        const token = await log.replace(kept.map(entryPayload), reading.token);
        if (token === undefined) continue;
        compactAt = Math.max(compactAboveBytes, 2 * token.bytes);
        reportAll(contents.findings);
        return kept;
      } catch (error) {
        // What was read still stands, and what was lost blocks in it.
        if (mustWrite) throw error;
        reportAll(contents.findings);
        report("compaction-failed", messageOf(error));
        return kept;
      }
    }
    throw new Error("other tabs rewrite the journal without end");
  };

  const write = async (log: LogStore, payload: string): Promise<void> => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const appended = await log.append(payload);
      if (appended === "attention") {
        await load(log, true);
        continue;
      }
      if (appended.tornBytes > 0) report("torn-tail", tornTail(appended.tornBytes));
      if (appended.bytes > compactAt) void inTurn((again) => load(again, false, true)).catch(() => undefined);
      return;
    }
    throw new Error("other tabs rewrite the journal without end");
  };

  const journal: WebJournal = {
    findings,
    get store() {
      return store?.kind;
    },
    persisted: options.persist === false ? Promise.resolve(false) : askToPersist(environment.storage),
    entries: () => inTurn((log) => load(log, false)),
    async record(entry) {
      const payload = entryPayload(entry);
      await inTurn((log) => write(log, payload));
    },
    async exportJson() {
      const entries = await journal.entries();
      const exportedAt = new Date(environment.now()).toISOString();
      return JSON.stringify(
        { journal: name, format: FORMAT_VERSION, exportedAt, entries, findings },
        undefined,
        2,
      );
    },
    async close() {
      await last;
      closed = true;
      store?.close();
      store = undefined;
    },
  };
  // A log that cannot be opened now is told by `record` and `entries`, to whom it matters.
  await journal.entries().catch(() => undefined);
  return journal;
}
