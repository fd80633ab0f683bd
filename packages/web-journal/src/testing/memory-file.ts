/**
 * Two files in memory, and a process that can be killed at any operation on them.
 * @module
 */
import type { SyncFile } from "../sync-file.ts";

/** What survives a kill. */
export interface Disk {
  readonly files: [Uint8Array, Uint8Array];
}

export class Killed extends Error {}
export class DiskFull extends Error {
  override readonly name = "QuotaExceededError";
}

export function emptyDisk(): Disk {
  return { files: [new Uint8Array(), new Uint8Array()] };
}

export interface Faults {
  /** Operations that change a file before the process is killed. Default: never killed. */
  killAfter?: number;
  /** How much of the write amid which the kill comes reaches the disk, from 0 to 1. Default 0. */
  share?: number;
  /** Bytes both files may hold together. Default: no limit. */
  quota?: number;
}

/** Opens the disk's files as one process does. */
export function openFiles(disk: Disk, faults: Faults = {}): [SyncFile, SyncFile] {
  let left = faults.killAfter ?? Infinity;
  const step = (): void => {
    if (left <= 0) throw new Killed();
    left -= 1;
  };
  const open = (slot: 0 | 1): SyncFile => ({
    getSize: () => disk.files[slot].length,
    read(into, { at }) {
      const part = disk.files[slot].subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    write(bytes, { at }) {
      const other = disk.files[slot === 0 ? 1 : 0].length;
      if (at + bytes.length + other > (faults.quota ?? Infinity)) {
        // The worst that a full disk does: part of it is there.
        put(disk, slot, bytes.subarray(0, bytes.length >> 1), at);
        throw new DiskFull("no space");
      }
      if (left <= 0) put(disk, slot, bytes.subarray(0, Math.floor(bytes.length * (faults.share ?? 0))), at);
      step();
      put(disk, slot, bytes, at);
      return bytes.length;
    },
    truncate(size) {
      step();
      disk.files[slot] = disk.files[slot].slice(0, size);
    },
    flush: step,
    close: () => undefined,
  });
  return [open(0), open(1)];
}

function put(disk: Disk, slot: 0 | 1, bytes: Uint8Array, at: number): void {
  if (bytes.length === 0) return;
  const grown = new Uint8Array(Math.max(disk.files[slot].length, at + bytes.length));
  grown.set(disk.files[slot]);
  grown.set(bytes, at);
  disk.files[slot] = grown;
}
