/**
 * The page: takes the terminal when told to, and shows what became of it.
 * @module
 */
import { webLocksLease } from "../../../packages/web-journal/src/index.ts";

const lease = webLocksLease({ holder: new URLSearchParams(location.search).get("holder") ?? "" });

/** `"held"`, or who holds it. What became of it later is shown in the title. */
async function take(): Promise<string> {
  const result = await lease.acquire("counter-1");
  if (!result.held) return result.holder;
  document.title = "held";
  void result.lost.then(() => (document.title = "lost"));
  return "held";
}

Object.assign(globalThis, { take });
