/** A page's journal in Node, its log in real files: the worker's side of it without a worker, what passes is copied. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { answerCall } from "../packages/web-journal/dist/answer-call.js";
import { openWebJournal } from "../packages/web-journal/dist/index.js";
import { SlotLog } from "../packages/web-journal/dist/slot-log.js";

const NAME = "bench";

/** Opened for each call, as in a browser. */
export function openFiles(folder) {
  return [0, 1].map((slot) => {
    const file = openSync(join(folder, `${NAME}.${slot}.journal`), 0o102);
    return {
      getSize: () => fstatSync(file).size,
      read: (into, { at }) => readSync(file, into, 0, into.length, at),
      write: (bytes, { at }) => writeSync(file, bytes, 0, bytes.length, at),
      truncate: (size) => ftruncateSync(file, size),
      flush: () => fsyncSync(file),
      close: () => closeSync(file),
    };
  });
}

/** Resolves once the log is read. */
export function openJournal(folder) {
  const environment = {
    startWorker: () => startWorker(folder),
    localStorage: undefined,
    indexedDB: undefined,
    storage: undefined,
  };
  return openWebJournal({ name: NAME, persist: false, environment });
}

function startWorker(folder) {
  const log = new SlotLog();
  const worker = {
    postMessage(request) {
      const files = openFiles(folder);
      const value = structuredClone(answerCall(log, files, request));
      for (const file of files) file.close();
      queueMicrotask(() => worker.onmessage?.({ data: { id: request.id, value } }));
    },
    terminate: () => undefined,
  };
  return worker;
}
