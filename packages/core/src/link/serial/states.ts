/**
 * Where a serial link can stand. The same states serve both roles.
 * @module
 */
import type { Millis } from "../link.ts";
import type { SerialTimings } from "../timings.ts";

/** A message of ours on its way. */
export interface Outgoing {
  readonly frame: Uint8Array;
  /** ENQ sent for it. */
  readonly bids: number;
  /** Times its frame was sent. */
  readonly tries: number;
  /** No ENQ for it after that: one whole session of the peer has its time, one after the other without end has not. */
  readonly bidsUntil: Millis;
}

/** The peer has the line. */
export interface Session {
  /** The latest moment at which it ends, whatever the peer sends. */
  readonly endsAt: Millis;
  /** Frames answered NAK. */
  readonly refusals: number;
  /** We gave way: an ENQ of ours was out when that of the peer came. */
  readonly collided: boolean;
}

/** A message of the peer, its LRC right. */
export interface Incoming {
  readonly data: Uint8Array;
  /** Our ACK has left at least once, so the peer may count on us to hold it. */
  readonly acknowledged: boolean;
}

type Sending =
  "bidding" | "withdrawing" | "pausing" | "ready" | "offering" | "doubting" | "repeating" | "opening";
type Receiving = "answering" | "receiving" | "refusing";
type Holding = "accepting" | "finishing";

/** A field exists only where it means something. `until` is the one deadline. */
export type SerialState =
  | { readonly name: "idle" }
  | { readonly name: Sending; readonly outgoing: Outgoing; readonly until: Millis }
  | { readonly name: "closing"; readonly outgoing: Outgoing | undefined; readonly until: Millis }
  | {
      readonly name: Receiving;
      readonly session: Session;
      readonly outgoing: Outgoing | undefined;
      readonly until: Millis;
    }
  | {
      readonly name: Holding;
      readonly session: Session;
      readonly incoming: Incoming;
      readonly outgoing: Outgoing | undefined;
      readonly until: Millis;
    };

export type SerialStateName = SerialState["name"];

/** What each state waits for, and how long. */
export const SERIAL_STATES: Readonly<
  Record<SerialStateName, { readonly means: string; readonly timer?: keyof SerialTimings }>
> = {
  idle: { means: "The line is free." },
  opening: { means: "The line came free for a send that waited; ENQ follows.", timer: "turnaroundMs" },
  bidding: { means: "Our ENQ is out; ACK is due.", timer: "enqAckMs" },
  withdrawing: { means: "ENQ was answered NAK; our EOT follows.", timer: "turnaroundMs" },
  pausing: { means: "ENQ was withdrawn; the next one follows.", timer: "enqPauseMs" },
  ready: { means: "ENQ was answered ACK; our frame follows.", timer: "turnaroundMs" },
  offering: { means: "Our frame is out; ACK is due.", timer: "frameAckMs" },
  doubting: { means: "NAK came while our frame was leaving; its answer is still due.", timer: "earlyNakMs" },
  repeating: { means: "Our frame was answered NAK; it follows again.", timer: "turnaroundMs" },
  closing: { means: "The fate of our message is known; our EOT follows.", timer: "turnaroundMs" },
  answering: { means: "The peer sent ENQ; our ACK follows.", timer: "turnaroundMs" },
  receiving: { means: "The peer has the line; its frame is due.", timer: "frameStartMs" },
  refusing: { means: "The frame was bad; our NAK follows once the line is quiet.", timer: "turnaroundMs" },
  accepting: { means: "The frame was good; our ACK follows.", timer: "turnaroundMs" },
  finishing: { means: "The frame was answered ACK; EOT is due.", timer: "eotMs" },
};
