/**
 * Where the log lies; whether one is missing that should be there; and the making of the first.
 * @module
 */
import { MarkedElsewhere, openDatabase, readMark, writeMark } from "./database.ts";
import { entryPayload } from "./entry-fields.ts";
import type { JournalEnvironment } from "./environment.ts";
import { journalFailed, messageOf } from "./failures.ts";
import { indexedDbStore } from "./indexeddb-store.ts";
import type { LogStore } from "./log-store.ts";
import { readLocalMark, writeLocalMark, type Mark } from "./marker.ts";
import { opfsStore } from "./opfs-store.ts";
import { historyLost, tornTail, type Finding } from "./read-log.ts";
import type { LogReading } from "./slot-log.ts";

export interface LogSearch {
  readonly name: string;
  readonly environment: JournalEnvironment;
  /** This page has had the log open before. */
  readonly logSeen: boolean;
  /** Knows otherwise of a payment of this register. */
  readonly witness: (() => Promise<boolean>) | undefined;
  readonly report: (kind: Finding["kind"], detail: string) => void;
}

/** What lies outside the log and tells of it. */
interface Surroundings {
  readonly local: Mark | undefined;
  readonly inDatabase: Mark | undefined;
  readonly db: IDBDatabase | undefined;
  readonly dataLoss: string | undefined;
  readonly noDatabase: string | undefined;
}

export interface FoundStore {
  readonly log: LogStore;
  /** As it was before one was made, if none was there. */
  readonly reading: LogReading;
}

/**
 * Opens the log, making one where there is none. Where there was one before, the new one begins with an entry that
 * blocks. Rejects where nothing can be kept, or where the log lies in a place that cannot be reached.
 */
export async function findLog(search: LogSearch): Promise<FoundStore> {
  // Marks first: a log is made before its mark, so one that is missing after its mark was seen is gone.
  const around = await lookAround(search);
  let log: LogStore | undefined;
  try {
    const chosen = await chooseStore(search, around);
    log = chosen.log;
    await ensureLog(search, around, log, chosen.reading);
    await leaveMarks(search, around, { store: log.kind });
    return chosen;
  } catch (error) {
    log?.close();
    throw error;
  } finally {
    if (log?.kind !== "indexeddb") around.db?.close();
  }
}

async function lookAround({ name, environment }: LogSearch): Promise<Surroundings> {
  const local = readLocalMark(environment.localStorage, name);
  try {
    const { db, dataLoss } = await openDatabase(environment.indexedDB, name);
    return { local, inDatabase: await readMark(db), db, dataLoss, noDatabase: undefined };
  } catch (error) {
    return { local, inDatabase: undefined, db: undefined, dataLoss: undefined, noDatabase: messageOf(error) };
  }
}

async function chooseStore(
  { name, environment, report }: LogSearch,
  { local, inDatabase, db, noDatabase }: Surroundings,
): Promise<FoundStore> {
  const mark = inDatabase ?? local;
  let noFiles: unknown = new Error("the origin private file system is missing");
  if (mark?.store !== "indexeddb" && environment.startWorker !== undefined) {
    const log = opfsStore(name, environment.startWorker);
    try {
      return { log, reading: await log.read() };
    } catch (error) {
      log.close();
      // A tab that holds the files too long, or a full disk, is no reason to begin a second log.
      if (["locked", "quota"].includes(journalFailed(error).reason ?? "")) throw error;
      noFiles = error;
    }
  }
  // The log is in the file system: an empty one elsewhere would say "no open payment".
  if (mark?.store === "file-system") throw noFiles;
  if (db === undefined)
    throw new Error(mark === undefined ? `${messageOf(noFiles)}; ${noDatabase}` : noDatabase);
  const why = mark === undefined ? messageOf(noFiles) : "as when the log was made";
  report("fallback", `IndexedDB is used: ${why}`);
  const log = indexedDbStore(db);
  return { log, reading: await log.read() };
}

async function ensureLog(
  { name, environment, logSeen, witness, report }: LogSearch,
  { local, inDatabase, db, dataLoss }: Surroundings,
  log: LogStore,
  reading: LogReading,
): Promise<void> {
  const wasMarked = local !== undefined || inDatabase !== undefined;
  if (reading.state === "missing") {
    const wiped = logSeen || wasMarked || dataLoss !== undefined || (await ask(witness));
    if (wiped) report("wiped", `a log existed and is gone${dataLoss === undefined ? "" : `: ${dataLoss}`}`);
    const now = environment.now();
    const first = wiped ? [entryPayload(historyLost("wiped", new Date(now).toISOString(), now))] : [];
    // Another tab may have been faster; it has written what there was to say.
    await log.replace(first, undefined);
  } else if (!wasMarked && !logSeen) {
    // Looked at again: the tab that has just made the log marks it after.
    const marked = readLocalMark(environment.localStorage, name) ?? (db && (await readMark(db)));
    const isNew = reading.state === "found" && reading.payloads.length === 0;
    if (marked === undefined && !isNew)
      report("marker-restored", "the log is there, the sign of it outside was gone");
  }
  if (reading.state === "found" && reading.tornBytes > 0) report("torn-tail", tornTail(reading.tornBytes));
}

/** Writes the marks that are missing, before the first record is. */
async function leaveMarks(
  { name, environment, report }: LogSearch,
  { local, inDatabase, db }: Surroundings,
  mark: Mark,
): Promise<void> {
  // With the log in the database, the mark there was written with it.
  let isInDatabase = inDatabase?.store === mark.store || mark.store === "indexeddb";
  if (!isInDatabase && db !== undefined)
    try {
      await writeMark(db, mark);
      isInDatabase = true;
    } catch (error) {
      if (error instanceof MarkedElsewhere) throw error;
    }
  const isLocal = local?.store === mark.store || writeLocalMark(environment.localStorage, name, mark);
  if (!isLocal && !isInDatabase)
    report("marker-failed", "neither localStorage nor IndexedDB keeps the sign of a log");
}

async function ask(witness: LogSearch["witness"]): Promise<boolean> {
  try {
    return (await witness?.()) ?? false;
  } catch {
    return false;
  }
}
