/**
 * One log in two files, so that it can be rewritten in one step: the new log is written whole into the idle file,
 * flushed, and only then given its header; the higher generation counts. A rename would do the same, but Chromium
 * keeps the names of the origin private file system in a LevelDB of its own, and a kill amid a write to such a
 * database is what loses IndexedDB. Here names are made once and never change.
 *
 * The idle file is emptied before the first append to a new log. So where an intact file stands beside one without
 * an intact header, the latter is a rewrite that did not finish, and nothing acknowledged is in it alone.
 * @module
 */
import {
  decodeFileHeader,
  encodeFileHeader,
  encodeRecord,
  FILE_HEADER_BYTES,
  FORMAT_VERSION,
  scanRecords,
  type Damage,
} from "./log-format.ts";
import { empty, readAll, readFrom, tryTruncate, writeAll, type SyncFile } from "./sync-file.ts";

/** Names one state of the log: a rewrite goes through only if nothing has changed since it was read. */
export interface LogToken {
  readonly generation: number;
  readonly bytes: number;
}

/** The log as found. `missing`: no byte of a log exists. `newer`: written by a later version of this code. */
export type LogReading =
  | { readonly state: "missing" }
  | { readonly state: "newer"; readonly version: number }
  | {
      readonly state: "found";
      readonly token: LogToken;
      readonly version: number;
      readonly payloads: readonly string[];
      /** Damaged runs, `after` that many payloads. Not empty: rewrite the log before appending. */
      readonly damaged: readonly (Damage & { readonly after: number })[];
      /** Bytes of a record whose writing had not finished; they are gone now. */
      readonly tornBytes: number;
    };

/** What stands behind a state of the log that was read before. Nothing else has changed since. */
export interface Continuation {
  readonly token: LogToken;
  readonly payloads: readonly string[];
}

/** `attention`: read first; the log is missing, damaged or of another version. Nothing was written. */
export type Appended = { readonly bytes: number; readonly tornBytes: number } | "attention";

/** A state of the log that this object has verified, so that an append need not read all of it again. */
interface Verified {
  readonly slot: 0 | 1;
  readonly token: LogToken;
}

/** Not thread-safe: the caller holds a lock over each call, and both files are its alone meanwhile. */
export class SlotLog {
  #verified: Verified | undefined;

  /** Reads everything, and cuts off a torn tail. */
  read(files: readonly [SyncFile, SyncFile]): LogReading {
    this.#verified = undefined;
    const active = activeSlot(files);
    if (active === undefined) return readWithoutHeader(files);
    if (active.version > FORMAT_VERSION) return { state: "newer", version: active.version };
    const file = files[active.slot];
    const scan = scanRecords(readAll(file), FILE_HEADER_BYTES);
    if (scan.torn !== undefined) tryTruncate(file, scan.end);
    const token = { generation: active.generation, bytes: scan.end };
    if (scan.damaged.length === 0 && active.version === FORMAT_VERSION)
      this.#verified = { slot: active.slot, token };
    return {
      state: "found",
      token,
      version: active.version,
      payloads: scan.payloads,
      damaged: scan.damaged,
      tornBytes: scan.torn?.bytes ?? 0,
    };
  }

  /**
   * Reads only what was appended behind a state in which {@link read} found nothing amiss. `undefined`: anything else
   * has happened, and all is to be read; nothing was changed.
   */
  follow(files: readonly [SyncFile, SyncFile], since: LogToken): Continuation | undefined {
    const active = activeSlot(files);
    if (active?.version !== FORMAT_VERSION || active.generation !== since.generation) return undefined;
    const file = files[active.slot];
    if (file.getSize() < since.bytes) return undefined;
    const scan = scanRecords(readFrom(file, since.bytes), 0);
    if (scan.damaged.length > 0 || scan.torn !== undefined) return undefined;
    const token = { generation: since.generation, bytes: since.bytes + scan.end };
    this.#verified = { slot: active.slot, token };
    return { token, payloads: scan.payloads };
  }

  /**
   * Adds one record and flushes it.
   * @throws what the file throws (quota); then nothing of the record is left behind, if that can be helped
   */
  append(files: readonly [SyncFile, SyncFile], payload: string): Appended {
    const record = encodeRecord(payload);
    const caughtUp = this.#catchUp(files);
    if (caughtUp === undefined) return "attention";
    const { slot, token } = caughtUp.verified;
    const idle = files[slot === 0 ? 1 : 0];
    if (idle.getSize() > 0) empty(idle);
    const file = files[slot];
    try {
      writeAll(file, record, token.bytes);
      file.flush();
    } catch (cause) {
      this.#verified = undefined;
      tryTruncate(file, token.bytes);
      throw cause;
    }
    const bytes = token.bytes + record.length;
    this.#verified = { slot, token: { generation: token.generation, bytes } };
    return { bytes, tornBytes: caughtUp.tornBytes };
  }

  /**
   * Puts a whole new log in place of the old one, in one step.
   * @param expected the state it was made from; `undefined`: there was no log
   * @returns the new state, or `undefined` where the log has changed meanwhile and nothing was done
   * @throws what the file throws (quota); then the old log stands
   */
  replace(
    files: readonly [SyncFile, SyncFile],
    payloads: readonly string[],
    expected: LogToken | undefined,
  ): LogToken | undefined {
    const now = this.read(files);
    if (now.state === "newer") return undefined;
    const token = now.state === "found" ? now.token : undefined;
    if (token?.generation !== expected?.generation || token?.bytes !== expected?.bytes) return undefined;
    this.#verified = undefined;
    const from = activeSlot(files)?.slot ?? slotWithoutHeader(files);
    const slot = from === 0 ? 1 : 0;
    const target = files[slot];
    const generation = token?.generation ? token.generation + 1 : firstGeneration();
    let bytes = FILE_HEADER_BYTES;
    try {
      target.truncate(0);
      const body = concatenate(payloads.map(encodeRecord));
      // The header's place is left as zeros, which are no header: the file does not count until that is written.
      if (body.length > 0) writeAll(target, body, FILE_HEADER_BYTES);
      bytes += body.length;
      target.flush();
      writeAll(target, encodeFileHeader({ version: FORMAT_VERSION, generation }), 0);
      target.flush();
    } catch (cause) {
      tryTruncate(target, 0);
      throw cause;
    }
    empty(files[from]);
    const done = { generation, bytes };
    this.#verified = { slot, token: done };
    return done;
  }

  /** Verifies what has been appended since the last call, by whomever. `undefined`: a full reading is needed. */
  #catchUp(
    files: readonly [SyncFile, SyncFile],
  ): { readonly verified: Verified; readonly tornBytes: number } | undefined {
    const active = activeSlot(files);
    const known = this.#verified;
    if (active === undefined || active.version !== FORMAT_VERSION) return undefined;
    const file = files[active.slot];
    const isKnown = known?.slot === active.slot && known.token.generation === active.generation;
    const from = isKnown ? known.token.bytes : FILE_HEADER_BYTES;
    const size = file.getSize();
    if (size < from) return undefined;
    if (isKnown && size === from) return { verified: known, tornBytes: 0 };
    const scan = scanRecords(readFrom(file, from), 0);
    if (scan.damaged.length > 0) return undefined;
    if (scan.torn !== undefined) file.truncate(from + scan.end);
    const token = { generation: active.generation, bytes: from + scan.end };
    return { verified: { slot: active.slot, token }, tornBytes: scan.torn?.bytes ?? 0 };
  }
}

function activeSlot(
  files: readonly [SyncFile, SyncFile],
): { slot: 0 | 1; version: number; generation: number } | undefined {
  const [first, second] = files.map((file) => {
    const bytes = new Uint8Array(FILE_HEADER_BYTES);
    return decodeFileHeader(bytes.subarray(0, file.read(bytes, { at: 0 })));
  });
  if (first === undefined) return second && { slot: 1, ...second };
  if (second === undefined || first.generation > second.generation) return { slot: 0, ...first };
  return { slot: 1, ...second };
}

/**
 * No intact header. A file that holds nothing but zeros up to the header's end was never a log; anything else was
 * one, and its records are still found by their markers. Both files can be left only if the newer was unfinished,
 * and then it holds copies.
 */
function readWithoutHeader(files: readonly [SyncFile, SyncFile]): LogReading {
  let payloads: readonly string[] = [];
  const damaged: (Damage & { after: number })[] = [];
  for (const file of files) {
    const bytes = readAll(file);
    if (bytes.length <= FILE_HEADER_BYTES && bytes.every((byte) => byte === 0)) continue;
    const scan = scanRecords(bytes, 0);
    const shift = payloads.length;
    payloads = [...payloads, ...scan.payloads];
    for (const run of scan.damaged) damaged.push({ ...run, after: run.after + shift });
    if (scan.damaged.length === 0) damaged.push({ at: 0, bytes: FILE_HEADER_BYTES, after: shift });
  }
  if (damaged.length === 0) return { state: "missing" };
  const token = { generation: 0, bytes: files[0].getSize() + files[1].getSize() };
  return { state: "found", token, version: FORMAT_VERSION, payloads, damaged, tornBytes: 0 };
}

/** The file whose header was lost. That of an unfinished rewrite was never written, and is zeros. */
function slotWithoutHeader(files: readonly [SyncFile, SyncFile]): 0 | 1 {
  return readAll(files[0])
    .subarray(0, FILE_HEADER_BYTES)
    .some((byte) => byte !== 0)
    ? 0
    : 1;
}

/** At random: else the log made after a wipe might be taken for the one before. */
function firstGeneration(): number {
  return 1 + ((crypto.getRandomValues(new Uint32Array(1))[0] as number) >>> 1);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
