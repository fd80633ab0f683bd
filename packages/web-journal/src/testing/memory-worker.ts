/**
 * The journal's worker on files in memory, and journals that use it: they run in Node, and their files can be seen.
 * @module
 */
import { answerCall } from "../answer-call.ts";
import type { StoreReply, StoreRequest } from "../log-store.ts";
import { SlotLog } from "../slot-log.ts";
import { openWebJournal, type WebJournal, type WebJournalOptions } from "../web-journal.ts";
import { openFiles, type Disk, type Faults } from "./memory-file.ts";

/** A page's journal on that disk. */
export function openMemoryJournal(
  disk: Disk,
  now: () => number,
  options: WebJournalOptions = {},
  faults: Faults = {},
): Promise<WebJournal> {
  return openWebJournal({
    persist: false,
    ...options,
    environment: {
      startWorker: memoryWorker(disk, faults),
      localStorage: undefined,
      indexedDB: undefined,
      storage: undefined,
      now,
    },
  });
}

/** Starts workers that share the disk, each call one step, as the lock has it. */
function memoryWorker(disk: Disk, faults: Faults): () => Worker {
  return () => {
    const log = new SlotLog();
    const perform = (request: StoreRequest): StoreReply => {
      try {
        return { id: request.id, value: answerCall(log, openFiles(disk, faults), request) };
      } catch (error) {
        const { name, message } = error as Error;
        return { id: request.id, error: { name, message } };
      }
    };
    const worker = {
      onmessage: undefined as ((event: { data: StoreReply }) => void) | undefined,
      postMessage: (request: StoreRequest) =>
        queueMicrotask(() => worker.onmessage?.({ data: structuredClone(perform(request)) })),
      terminate: () => (worker.onmessage = undefined),
    };
    return worker as unknown as Worker;
  };
}
