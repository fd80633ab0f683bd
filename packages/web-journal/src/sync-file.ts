/**
 * A file as a worker may use it, and what is done with one.
 * @module
 */

/** What is used of a `FileSystemSyncAccessHandle`. */
export interface SyncFile {
  getSize(): number;
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** What of the file can be read. */
export function readAll(file: SyncFile): Uint8Array {
  return readFrom(file, 0);
}

export function readFrom(file: SyncFile, from: number): Uint8Array {
  const bytes = new Uint8Array(file.getSize() - from);
  let done = 0;
  while (done < bytes.length) {
    const count = file.read(bytes.subarray(done), { at: from + done });
    if (count <= 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

/** @throws QuotaExceededError where there is no space left */
export function writeAll(file: SyncFile, bytes: Uint8Array, at: number): void {
  // With no space left Chromium throws nothing but returns a number that is not the length (2^32 - 8).
  if (file.write(bytes, { at }) !== bytes.length)
    throw Object.assign(new Error("there is no space left to write"), { name: "QuotaExceededError" });
}

export function empty(file: SyncFile): void {
  file.truncate(0);
  file.flush();
}

/** Best effort: a record left half-written is found as a torn tail later. */
export function tryTruncate(file: SyncFile, size: number): void {
  try {
    file.truncate(size);
    file.flush();
  } catch {
    // The first failure is the one to report.
  }
}
