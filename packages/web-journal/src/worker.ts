/**
 * The journal's dedicated worker: only here does a browser give synchronous access to a file, and with it a flush.
 * It opens the files for each call and under a lock, because a file open here is closed to every other tab. It
 * imports nothing by a bare name, so that it also runs unbundled.
 * @module
 */
import { answerCall } from "./answer-call.ts";
import type { StoreAnswer, StoreReply, StoreRequest } from "./log-store.ts";
import { SlotLog } from "./slot-log.ts";
import type { SyncFile } from "./sync-file.ts";

/** What the DOM types leave out, being of workers only. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<StoreRequest>) => void) | null;
  postMessage(reply: StoreReply): void;
}
type FileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };
type Pair<T> = [T, T];

/** Longest wait for a tab that holds the lock: a call takes milliseconds, but a frozen tab may hold it for ever. */
const LOCK_WITHIN_MS = 5_000;
/** A killed tab gives up its lock a moment before its open files. */
const OPEN_TRIES = 80;
const OPEN_AGAIN_MS = 25;

const scope = globalThis as unknown as WorkerScope;
const log = new SlotLog();

scope.onmessage = ({ data: request }) => {
  void perform(request).then(
    (value) => scope.postMessage({ id: request.id, value }),
    (error: unknown) => {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      scope.postMessage({ id: request.id, error: { name, message } });
    },
  );
};

async function perform(request: StoreRequest): Promise<StoreAnswer> {
  const signal = AbortSignal.timeout(LOCK_WITHIN_MS);
  return navigator.locks.request(`concert-pay:journal:${request.name}`, { signal }, async () => {
    const files = await openFiles(request.name);
    try {
      return answerCall(log, files, request);
    } finally {
      for (const file of files) file.close();
    }
  });
}

/**
 * Looks the files up by name each time: a handle kept from before the site's data were cleared still opens in
 * Chromium, on a file that is no more.
 */
async function openFiles(name: string): Promise<Pair<SyncFile>> {
  const directory = await navigator.storage.getDirectory();
  const open = async (slot: number): Promise<SyncFile> =>
    openFile((await directory.getFileHandle(`${name}.${slot}.journal`, { create: true })) as FileHandle);
  const opened = await Promise.allSettled([open(0), open(1)]);
  const files = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (files.length === 2) return files as Pair<SyncFile>;
  for (const file of files) file.close();
  throw (opened.find((one) => one.status === "rejected") as PromiseRejectedResult).reason;
}

async function openFile(handle: FileHandle): Promise<SyncFile> {
  for (let tries = 1; ; tries += 1)
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      const isOpenElsewhere = error instanceof Error && error.name === "NoModificationAllowedError";
      if (!isOpenElsewhere || tries === OPEN_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
}
