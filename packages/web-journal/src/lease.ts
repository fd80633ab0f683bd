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
  /** Where `pagehide` comes from. Default: the window, where there is one. */
  readonly page?: EventTarget;
}

/** What {@link webLocksLease} gives: a `LeaseResult`, and always word of its loss. */
export type WebLeaseResult =
  | {
      readonly held: true;
      release(): void;
      /** Resolves when the page enters the back-forward cache. It holds the terminal no more; acquire it again. */
      readonly lost: Promise<void>;
    }
  | { readonly held: false; readonly holder: string };

export interface WebLease extends Lease {
  acquire(terminal: string): Promise<WebLeaseResult>;
}

/**
 * The browser frees the lock of a page that is gone, this page's own before a reload for one, 7 to 31 ms later (more
 * on a busy machine), and one given back not at once either. A page that is alive keeps it longer than this.
 */
const GRACE_MS = 500;

/** For a page that says nothing of itself. */
const SOMEONE = "another tab or window";

/**
 * A lease by Web Locks. `acquire` waits half a second at most, for an owner that is just going. The terminal is given back
 * by `release`, and by the browser when the page is closed, reloaded or killed (7 to 31 ms later). A page on its way
 * into the back-forward cache gives it up too: it is frozen there, its sockets are dead, and a waiting tab would not
 * get the lock. `lost` tells it so when it is shown again, before anything else happens in it. A payment that ran is
 * found in the journal either way.
 * @throws ConcertError `NOT_SUPPORTED`, `reason: "insecure-page"`, where there are no Web Locks: every browser has them,
 * on secure pages only
 */
export function webLocksLease(options: WebLocksLeaseOptions = {}): WebLease {
  const locks = options.locks ?? globalThis.navigator?.locks;
  if (locks === undefined)
    throw new ConcertError(
      "NOT_SUPPORTED",
      "Web Locks are missing: the page must be served over https or from localhost",
      { reason: "insecure-page" },
    );
  const holder = options.holder ?? (globalThis.document?.title || SOMEONE);
  const page = options.page ?? globalThis.window;

  return {
    async acquire(terminal) {
      const release = await hold(locks, terminal, holder);
      if (release === undefined) return { held: false, holder: await holderOf(locks, terminal) };
      let announceLoss = (): void => undefined;
      const lost = new Promise<void>((resolve) => (announceLoss = resolve));
      const letGo = (): void => {
        page?.removeEventListener("pagehide", onHide);
        release();
      };
      const onHide = (): void => {
        letGo();
        announceLoss();
      };
      page?.addEventListener("pagehide", onHide);
      return { held: true, lost, release: letGo };
    },
  };
}

type Release = () => void;

/** Takes the lock if it is free or about to be; `undefined` where it is not. */
async function hold(locks: LockManager, terminal: string, holder: string): Promise<Release | undefined> {
  const name = lockName(terminal);
  // However long a busy browser takes to say so, a lock that nobody holds is never called taken.
  const release = (await holdOne(locks, name, { ifAvailable: true })) ?? (await waitFor(locks, name));
  if (release === undefined) return undefined;
  // A second lock carries the name in its own; shared, so that two pages of one title do not meet. Only others read it.
  const unname = await holdOne(locks, holderPrefix(terminal) + holder, { mode: "shared" }).catch(
    () => undefined,
  );
  return () => {
    unname?.();
    release();
  };
}

async function waitFor(locks: LockManager, name: string): Promise<Release | undefined> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), GRACE_MS);
  try {
    return await holdOne(locks, name, { signal: patience.signal });
  } catch (error) {
    if (patience.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves once the lock is held; with `undefined` where `ifAvailable` was asked and it is not available. */
function holdOne(locks: LockManager, name: string, options: LockOptions): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, options, (lock) => {
        if (lock === null) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
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
