/**
 * What the page asks of its worker, done on the log's files.
 * @module
 */
import type { StoreAnswer, StoreCall } from "./log-store.ts";
import type { SlotLog } from "./slot-log.ts";
import type { SyncFile } from "./sync-file.ts";

/** The caller holds the lock over it. @throws what the files throw */
export function answerCall(log: SlotLog, files: readonly [SyncFile, SyncFile], call: StoreCall): StoreAnswer {
  switch (call.call) {
    case "read":
      return log.read(files);
    case "follow":
      return log.follow(files, call.since);
    case "append":
      return log.append(files, call.payload);
    case "replace":
      return log.replace(files, call.payloads, call.expected);
  }
}
