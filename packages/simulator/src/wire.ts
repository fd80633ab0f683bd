/**
 * What a terminal writes on: a socket, a serial line, a pair in memory.
 * @module
 */

/** The carrier, seen from the terminal. */
export interface Wire {
  /** Calls back when the bytes have left; a carrier that cannot know does so at once. */
  write(bytes: Uint8Array, written: () => void): void;
  /** Closes in order, after what was written. */
  end(): void;
  /** Drops the connection. */
  reset(): void;
}
