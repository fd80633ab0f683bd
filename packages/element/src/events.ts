/**
 * What the element tells the page. All events bubble and leave shadow trees.
 * @module
 */
import type { ConcertError, Phase } from "@concert-pay/core";
import type { Result, SettledDetail } from "./controller.ts";
import type { PayState } from "./state.ts";

export interface ConcertPayEventMap {
  /**
   * An outcome, of `pay()`, of a check, of an answer that came late, or (`recorded`) out of the journal: `detail.key` says
   * of which payment.
   */
  "concert-result": CustomEvent<Result>;
  /** A person decided about an unsettled payment. */
  "concert-settled": CustomEvent<SettledDetail>;
  /** Where the running payment is. */
  "concert-phase": CustomEvent<Phase>;
  /** Nothing was sent, or a check failed. The element shows it in words. */
  "concert-error": CustomEvent<ConcertError>;
  /** What the element shows changed. */
  "concert-state": CustomEvent<PayState>;
}

declare global {
  interface HTMLElementEventMap extends ConcertPayEventMap {}
}

export function concertEvent<Name extends keyof ConcertPayEventMap>(
  name: Name,
  detail: ConcertPayEventMap[Name]["detail"],
): CustomEvent {
  return new CustomEvent(name, { detail, bubbles: true, composed: true });
}
