/**
 * How a serial link is set up.
 * @module
 */
import type { SerialEventName, SerialRule } from "../serial-table.ts";
import type { SerialTimings } from "../timings.ts";
import type { SERIAL_ROLES } from "./roles.ts";
import type { SerialStateName } from "./states.ts";

/** One step through the table, for a trace. */
export interface SerialTransition {
  readonly from: SerialStateName;
  readonly event: SerialEventName;
  readonly to: SerialStateName;
  /** The rule applied, an element of `SERIAL_TABLE`. */
  readonly rule: SerialRule;
}

export interface SerialLinkOptions {
  readonly role: keyof typeof SERIAL_ROLES;
  /** Any of `SERIAL_TIMINGS` anew. */
  readonly timings?: Partial<SerialTimings>;
  /**
   * Bits per second of the line: the time our own bytes take is then added to the waits, and a NAK that comes
   * before a frame can have left is its answer only where no other comes. Default: unknown, so that bytes take no time.
   */
  readonly baudRate?: number;
  /** Clear bit 7 of what is received. Default false. */
  readonly maskBit7?: boolean;
  /** Set bit 7 of what is sent to even parity, and clear it in what is received. Default false. */
  readonly softwareParity?: boolean;
  /** Most data bytes of a message sent. Default 512; more only for a simulated terminal. */
  readonly maxSend?: number;
  /** Default true: send only 0x20 to 0x7F. False only for a simulated terminal. */
  readonly strictSend?: boolean;
  /** Most data bytes of a message received. Default 4096. */
  readonly maxReceive?: number;
  /** Our message was sent on an earlier connection: the next one received may be its answer. Default false. */
  readonly resumed?: boolean;
  readonly onTransition?: (transition: SerialTransition) => void;
}
