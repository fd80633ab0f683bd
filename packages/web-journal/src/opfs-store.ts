/**
 * The log in the origin private file system: the page's side of the worker.
 * @module
 */
import type { LogStore, StoreCall, StoreReply, StoreRequest } from "./log-store.ts";
import type { Appended, LogReading, LogToken } from "./slot-log.ts";

/** Starts the worker. Bundlers find it by this very form; in the sources it is `worker.ts`. */
export function startWorker(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** @param name distinguishes logs within an origin: letters, digits and hyphens */
export function opfsStore(name: string, start: () => Worker = startWorker): LogStore {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  const failAll = (reason: string): void => {
    worker?.terminate();
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  const running = (): Worker => {
    if (worker !== undefined) return worker;
    worker = start();
    worker.onmessage = ({ data: reply }: MessageEvent<StoreReply>) => {
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("error" in reply)
        call?.reject(Object.assign(new Error(reply.error.message), { name: reply.error.name }));
      else call?.resolve(reply.value as never);
    };
    // A script that does not load and an error in it look alike; both mean that nothing can be written here.
    worker.onerror = (event) => {
      event.preventDefault();
      failAll(`the journal's worker does not run: ${event.message || "its script did not load"}`);
    };
    return worker;
  };
  const ask = <T>(call: StoreCall): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const request: StoreRequest = { id: (lastId += 1), name, ...call };
      waiting.set(request.id, { resolve, reject });
      try {
        running().postMessage(request);
      } catch (error) {
        waiting.delete(request.id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });

  return {
    kind: "file-system",
    read: () => ask<LogReading>({ call: "read" }),
    append: (payload) => ask<Appended>({ call: "append", payload }),
    replace: (payloads, expected) => ask<LogToken | undefined>({ call: "replace", payloads, expected }),
    close: () => failAll("the journal was closed"),
  };
}
