/**
 * One owner per terminal across tabs and pages: a Web Lock, held until it is given back or the page is gone.
 * @module
 */
import { ConcertError, type Lease } from "@concert-pay/core";

export interface WebLocksLeaseOptions {
  /** Who this page is, in words a cashier understands; shown by the others. Default: the document's title. */
  readonly holder?: string;
  /** Default: `navigator.locks`. */
  readonly locks?: LockManager;
  /** Where `pagehide` and `pageshow` come from. Default: the window, where there is one. */
  readonly page?: EventTarget;
}

/** What {@link webLocksLease} gives: a `LeaseResult`, and word of its loss. */
export type WebLeaseResult =
  | {
      readonly held: true;
      release(): void;
      /** Resolves if the page lay in the back-forward cache and another took the terminal meanwhile. */
      readonly lost: Promise<void>;
    }
  | { readonly held: false; readonly holder: string };

export interface WebLease extends Lease {
  acquire(terminal: string): Promise<WebLeaseResult>;
}

/**
 * The browser frees the lock of a page that is gone, this page's own before a reload for one, 7 to 31 ms later, and
 * one given back not at once either. A page that is alive keeps it longer than this.
 */
const GRACE_MS = 250;

/** For a page that says nothing of itself. */
const SOMEONE = "another tab or window";

/**
 * A lease by Web Locks. `acquire` waits a quarter of a second at most, for an owner that is just going. It is
 * released by `release`, and by the browser when the page is closed, reloaded or killed
 * (7 to 31 ms later). A page on its way into the back-forward cache gives it up: it is frozen there, its sockets are
 * dead, and a waiting tab would not get the lock; when it is shown again it takes the lock back, unless another has
 * it (`lost`). A payment that ran is found in the journal either way.
 * @throws ConcertError `NOT_SUPPORTED` where the browser has no Web Locks (an insecure page, for one)
 */
export function webLocksLease(options: WebLocksLeaseOptions = {}): WebLease {
  const locks = options.locks ?? globalThis.navigator?.locks;
  if (locks === undefined)
    throw new ConcertError(
      "NOT_SUPPORTED",
      "Web Locks are missing: the page must be served over https or from localhost",
    );
  const holder = options.holder ?? (globalThis.document?.title || SOMEONE);
  const page = options.page ?? globalThis.window;

  return {
    async acquire(terminal) {
      let release = await hold(locks, terminal, holder);
      if (release === undefined) return { held: false, holder: await holderOf(locks, terminal) };
      let ended = false;
      let released: Promise<void> = Promise.resolve();
      let announceLoss = (): void => undefined;
      const lost = new Promise<void>((resolve) => (announceLoss = resolve));
      const onHide = (): void => {
        if (release !== undefined) released = release();
        release = undefined;
      };
      const end = (): void => {
        page?.removeEventListener("pagehide", onHide);
        page?.removeEventListener("pageshow", onShow);
        ended = true;
        onHide();
      };
      const takeBack = async (): Promise<void> => {
        await released;
        if (ended || release !== undefined) return;
        release = await hold(locks, terminal, holder);
        if (ended) onHide();
        else if (release === undefined) {
          end();
          announceLoss();
        }
      };
      const onShow = (): void => void takeBack();
      page?.addEventListener("pagehide", onHide);
      page?.addEventListener("pageshow", onShow);
      return { held: true, lost, release: end };
    },
  };
}

/** Gives a lock back; resolves when others can have it. */
type Release = () => Promise<void>;

/** Takes the lock if it is free or about to be; `undefined` where it is not. */
async function hold(locks: LockManager, terminal: string, holder: string): Promise<Release | undefined> {
  const release = await holdOne(locks, lockName(terminal), { signal: AbortSignal.timeout(GRACE_MS) });
  if (release === undefined) return undefined;
  // A second lock carries the name in its own; shared, so that two pages of one title do not meet.
  const unname = await holdOne(locks, holderPrefix(terminal) + holder, { mode: "shared" });
  return async () => {
    await Promise.all([unname?.(), release()]);
  };
}

function holdOne(locks: LockManager, name: string, options: LockOptions): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const ended: Promise<void> = locks.request(
      name,
      options,
      () =>
        new Promise<void>((letGo) => {
          resolve(async () => {
            letGo();
            await ended;
          });
        }),
    );
    ended.catch((error: unknown) => {
      const isTaken = error instanceof Error && error.name === "TimeoutError";
      if (isTaken) resolve(undefined);
      else reject(error);
    });
  });
}

async function holderOf(locks: LockManager, terminal: string): Promise<string> {
  const prefix = holderPrefix(terminal);
  const { held = [] } = await locks.query();
  const label = held.find((lock) => lock.name?.startsWith(prefix));
  return label?.name?.slice(prefix.length) || SOMEONE;
}

function lockName(terminal: string): string {
  return `concert-pay:terminal:${encodeURIComponent(terminal)}`;
}

function holderPrefix(terminal: string): string {
  return `concert-pay:holder:${encodeURIComponent(terminal)}:`;
}
