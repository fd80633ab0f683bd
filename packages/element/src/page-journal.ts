/**
 * The journal and the lease of this page: one of each, however many buttons stand on it.
 * @module
 */
import type { Journal, Lease } from "@concert-pay/core";
import { openWebJournal, webLocksLease } from "@concert-pay/web-journal";
import { THIS_PAGE } from "./explain-error.ts";
import { Witness } from "./witness.ts";

let journal: Promise<Journal> | undefined;
let lease: Lease | undefined;
/** By the terminal's name. */
const witnesses = new Map<string, Witness>();

/** Opened when first needed. A failure is not kept: the next payment tries again. */
export function pageJournal(): Promise<Journal> {
  journal ??= openWebJournal().catch((error: unknown) => {
    journal = undefined;
    throw error;
  });
  return journal;
}

/** Whoever else knows of payments at that terminal, which this page's journal may have lost. */
export function pageWitness(terminal: string): Witness {
  const witness = witnesses.get(terminal) ?? new Witness(pageJournal, terminal);
  witnesses.set(terminal, witness);
  return witness;
}

/**
 * The page holds a terminal once. Where two buttons want it in two ways, the second one is told that it is this very
 * page: there is no other window to close.
 * @throws ConcertError `NOT_SUPPORTED` where the browser has no Web Locks
 */
export function pageLease(): Lease {
  lease ??= namingThisPage(() => webLocksLease());
  return lease;
}

/** @param webLocks asked anew each time: the title that names this page to others changes */
function namingThisPage(webLocks: () => Lease): Lease {
  const held = new Set<string>();
  webLocks();
  return {
    async acquire(terminal) {
      const result = await webLocks().acquire(terminal);
      if (!result.held) return held.has(terminal) ? { held: false, holder: THIS_PAGE } : result;
      held.add(terminal);
      const gone = (): void => void held.delete(terminal);
      void result.lost?.then(gone, gone);
      return {
        ...result,
        release: () => {
          gone();
          result.release();
        },
      };
    },
  };
}
