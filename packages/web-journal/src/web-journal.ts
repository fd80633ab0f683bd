/**
 * The journal of a page: entries in, entries out, and every way of losing them told.
 * @module
 */
import { ConcertError, type Journal } from "@concert-pay/core";
import { entryPayload } from "./entry-fields.ts";
import { askToPersist, browserEnvironment, type JournalEnvironment } from "./environment.ts";
import { badOption, isGone, journalFailed } from "./failures.ts";
import { findLog } from "./find-log.ts";
import { FORMAT_VERSION } from "./log-format.ts";
import { LogKeeper } from "./log-keeper.ts";
import type { StoreKind } from "./log-store.ts";
import type { Finding } from "./read-log.ts";

export interface WebJournalOptions {
  /** Tells apart journals of one origin: 1 to 40 letters, digits and hyphens. Default `"payments"`. */
  readonly name?: string;
  /**
   * Days that settled entries are kept. Default 400: a cardholder may dispute a payment for 13 months (directive
   * (EU) 2015/2366, article 71). Unsettled entries, and the last thousand settled, are kept without limit: the clock
   * may be wrong. What has expired stays until the log is next rewritten, which a thousand of them bring about.
   */
  readonly keepSettledForDays?: number;
  /** Bytes above which the log is rewritten once more of its records were replaced than count. Default 131 072. */
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

  let keeper: LogKeeper | undefined;
  let logSeen = false;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One call after the other; a failure closes the log, so that the next call begins afresh. */
  const inTurn = <T>(call: (log: LogKeeper) => Promise<T>): Promise<T> => {
    const turn = last.then(async () => {
      if (closed) throw new ConcertError("WRONG_STATE", "the journal is closed; open it again");
      for (let again = true; ; again = false)
        try {
          return await call((keeper ??= await open()));
        } catch (error) {
          keeper?.close();
          keeper = undefined;
          if (!again || !isGone(error)) throw journalFailed(error);
        }
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  const open = async (): Promise<LogKeeper> => {
    const { log, reading } = await findLog({ name, environment, logSeen, witness, report });
    logSeen = true;
    const { now } = environment;
    return new LogKeeper(log, reading, { keepSettledForDays, compactAboveBytes, now, report });
  };

  const journal: WebJournal = {
    findings,
    get store() {
      return keeper?.kind;
    },
    persisted: options.persist === false ? Promise.resolve(false) : askToPersist(environment.storage),
    entries: () => inTurn((log) => log.entries()),
    async record(entry) {
      const payload = entryPayload(entry);
      await inTurn(async (log) => {
        if (await log.record(payload)) journal.entries().catch(() => undefined);
      });
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
      keeper?.close();
      keeper = undefined;
    },
  };
  // A log that cannot be opened now is told by `record` and `entries`, to whom it matters.
  await journal.entries().catch(() => undefined);
  return journal;
}
