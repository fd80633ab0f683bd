/**
 * The journal and the lease of this page: one of each, however many buttons stand on it.
 * @module
 */
import type { Connector, Journal, Lease } from "@concert-pay/core";
import { openWebJournal, webLocksLease } from "@concert-pay/web-journal";
import type { BridgeConnector } from "@concert-pay/ws-bridge/client";
import { THIS_PAGE } from "./explain-error.ts";

let journal: Promise<Journal> | undefined;
let lease: Lease | undefined;

/**
 * Opened when first needed. A failure is not kept: the next payment tries again.
 * @param connector may know of payments of this register that the browser has lost all trace of
 */
export function pageJournal(connector: Connector): Promise<Journal> {
  const witness = async (): Promise<boolean> => {
    const { heldExchanges } = connector as Partial<BridgeConnector>;
    return ((await heldExchanges?.()) ?? 0) > 0;
  };
  journal ??= openWebJournal({ witness }).catch((error: unknown) => {
    journal = undefined;
    throw error;
  });
  return journal;
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
