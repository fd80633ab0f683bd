import { expect, onTestFinished, test } from "vitest";
import { webLocksLease, type WebLease, type WebLeaseResult } from "./lease.ts";

/** A name of its own for each test. */
function newTerminal(): string {
  return `bridge:counter/${crypto.randomUUID()}`;
}

/** Another page of this origin, with locks of its own that end with it. */
function otherPage(holder: string): { lease: WebLease; page: EventTarget; remove: () => void } {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  const window = frame.contentWindow as Window;
  const page = new EventTarget();
  return {
    lease: webLocksLease({ holder, locks: window.navigator.locks, page }),
    page,
    remove: () => frame.remove(),
  };
}

function once(target: EventTarget, type: string): Promise<void> {
  return new Promise((resolve) => target.addEventListener(type, () => resolve(), { once: true }));
}

async function hold(lease: WebLease, terminal: string): Promise<Extract<WebLeaseResult, { held: true }>> {
  const result = await lease.acquire(terminal);
  if (!result.held) throw new Error(`held by ${result.holder}`);
  onTestFinished(() => result.release());
  return result;
}

test("the second page is told who has the terminal, and gets it once it is released", async () => {
  const terminal = newTerminal();
  const till = otherPage("Till 1, front door");
  const held = await hold(till.lease, terminal);
  const mine = webLocksLease({ holder: "Till 2" });
  expect(await mine.acquire(terminal)).toEqual({ held: false, holder: "Till 1, front door" });
  held.release();
  await hold(mine, terminal);
  expect(await till.lease.acquire(terminal)).toEqual({ held: false, holder: "Till 2" });
});

test("a browser too busy to answer within any deadline does not make a free terminal a taken one", async () => {
  const busy: LockManager = {
    async request(name: string, ...rest: unknown[]): Promise<unknown> {
      const [options, granted] = rest as [LockOptions, LockGrantedCallback<unknown>];
      if (options.signal !== undefined) await once(options.signal, "abort");
      return navigator.locks.request(name, options, granted);
    },
    query: () => navigator.locks.query(),
  };
  await hold(webLocksLease({ locks: busy }), newTerminal());
});

test("a terminal is held and given back where its holder's name cannot be told", async () => {
  const terminal = newTerminal();
  const nameless: LockManager = {
    async request(name: string, ...rest: unknown[]): Promise<unknown> {
      if (name.startsWith("concert-pay:holder:")) throw new Error("no more locks");
      return navigator.locks.request(name, ...(rest as [LockOptions, LockGrantedCallback<unknown>]));
    },
    query: () => navigator.locks.query(),
  };
  (await hold(webLocksLease({ locks: nameless }), terminal)).release();
  await hold(webLocksLease(), terminal);
});

test("two pages that ask at once: one gets the terminal", async () => {
  const terminal = newTerminal();
  const pages = [1, 2, 3, 4].map((number) => otherPage(`page ${number}`));
  const results = await Promise.all(pages.map(({ lease }) => lease.acquire(terminal)));
  expect(results.filter((result) => result.held)).toHaveLength(1);
});

test("the same page cannot take a terminal twice, and can take another", async () => {
  const lease = webLocksLease({ holder: "this page" });
  const [first, second] = [newTerminal(), newTerminal()];
  await hold(lease, first);
  expect(await lease.acquire(first)).toEqual({ held: false, holder: "this page" });
  await hold(lease, second);
});

test("takes over when the page that had the terminal is gone", async () => {
  const terminal = newTerminal();
  const other = otherPage("crashed page");
  expect((await other.lease.acquire(terminal)).held).toBe(true);
  other.remove();
  await hold(webLocksLease(), terminal);
});

test("a page bound for the back-forward cache gives the terminal up, is told, and may take it again", async () => {
  const terminal = newTerminal();
  const other = otherPage("cached page");
  const held = await hold(other.lease, terminal);
  other.page.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  await expect(held.lost).resolves.toBeUndefined();
  const mine = await hold(webLocksLease({ holder: "this page" }), terminal);
  expect(await other.lease.acquire(terminal)).toEqual({ held: false, holder: "this page" });
  // To release what was lost gives nobody's terminal away.
  held.release();
  expect(await other.lease.acquire(terminal)).toEqual({ held: false, holder: "this page" });
  mine.release();
  await hold(other.lease, terminal);
});

test("a terminal given back can be taken again at once", async () => {
  const terminal = newTerminal();
  const lease = webLocksLease({ holder: "this page" });
  for (let times = 0; times < 20; times += 1) (await hold(lease, terminal)).release();
  (await hold(otherPage("other page").lease, terminal)).release();
});

test("names with any characters do not meet", async () => {
  const terminal = newTerminal();
  const lease = webLocksLease({ holder: "a:b:%3A" });
  await hold(lease, terminal);
  await hold(lease, `${terminal}:x`);
  expect(await lease.acquire(terminal)).toEqual({ held: false, holder: "a:b:%3A" });
});

test("a page that says nothing of itself is another tab or window", async () => {
  const terminal = newTerminal();
  await hold(otherPage("").lease, terminal);
  expect(await webLocksLease().acquire(terminal)).toEqual({ held: false, holder: "another tab or window" });
});
