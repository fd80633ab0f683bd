/**
 * One connection as a carrier sees it, below the promises of core's `Connection`.
 * @module
 */
import type { CloseOptions, ConcertError, Resumed } from "@concert-pay/core";
import type { Call } from "../call.ts";

export interface RawEvents {
  bytes(bytes: Uint8Array): void;
  /** In order. */
  ended(): void;
  lost(error: ConcertError): void;
}

export interface Raw {
  readonly resumed?: Resumed;
  /** Set once, before anything can come. */
  events: RawEvents;
  /** Bytes of the call that runs on that page, if one does. */
  write(bytes: Uint8Array, call: Call | undefined): void;
  close(options: CloseOptions): void;
  /** The page is gone without a word. */
  abandon(): void;
}

/** Nobody listens yet. */
export const DEAF: RawEvents = { bytes: () => {}, ended: () => {}, lost: () => {} };
