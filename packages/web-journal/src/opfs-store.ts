/**
 * The log in the origin private file system: the page's side of the worker.
 * @module
 */
import type { LogStore, StoreCall, StoreReply, StoreRequest } from "./log-store.ts";
import type { Appended, Continuation, LogReading, LogToken } from "./slot-log.ts";

/** Starts the worker. Bundlers find it by this very form; in the sources it is `worker.ts`. */
export function startWorker(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** Longer than the worker waits for anything: beyond it, it hangs. */
const ANSWER_WITHIN_MS = 15_000;

interface Waiting {
  readonly timer: ReturnType<typeof setTimeout>;
  resolve(value: never): void;
  reject(error: Error): void;
}

/** @param name distinguishes logs within an origin: letters, digits and hyphens */
export function opfsStore(name: string, start: () => Worker = startWorker): LogStore {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  const take = (id: number): Waiting | undefined => {
    const call = waiting.get(id);
    clearTimeout(call?.timer);
    waiting.delete(id);
    return call;
  };
  const failAll = (errorName: string, reason: string): void => {
    worker?.terminate();
    worker = undefined;
    for (const id of waiting.keys()) take(id)?.reject(named(errorName, reason));
  };
  const running = (): Worker => {
    if (worker !== undefined) return worker;
    worker = start();
    worker.onmessage = ({ data: reply }: MessageEvent<StoreReply>) => {
      const call = take(reply.id);
      if ("error" in reply) call?.reject(named(reply.error.name, reply.error.message));
      else call?.resolve(reply.value as never);
    };
    // A script that does not load and an error in it look alike; both mean that nothing can be written here.
    worker.onerror = (event) => {
      event.preventDefault();
      failAll("Error", `the journal's worker does not run: ${event.message || "its script did not load"}`);
    };
    return worker;
  };
  const ask = <T>(call: StoreCall): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = (lastId += 1);
      const giveUp = (): void => failAll("TimeoutError", "the journal's worker does not answer");
      waiting.set(id, { timer: setTimeout(giveUp, ANSWER_WITHIN_MS), resolve, reject });
      try {
        running().postMessage({ id, name, ...call } satisfies StoreRequest);
      } catch (error) {
        take(id)?.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });

  return {
    kind: "file-system",
    read: () => ask<LogReading>({ call: "read" }),
    follow: (since) => ask<Continuation | undefined>({ call: "follow", since }),
    append: (payload) => ask<Appended>({ call: "append", payload }),
    replace: (payloads, expected) => ask<LogToken | undefined>({ call: "replace", payloads, expected }),
    close: () => failAll("AbortError", "the journal was closed"),
  };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
