/**
 * Every wait and every count of the serial link, in one place.
 * @module
 */

/** All times in milliseconds. Counts include the first attempt. Values: protocol.md section 7.5, "Proposed". */
export interface SerialTimings {
  /** Pause before our ACK, NAK, EOT or frame, while the peer turns its line round. 1 ms was not enough in shops. */
  readonly turnaroundMs: number;
  /** Silence allowed after our ENQ. */
  readonly enqAckMs: number;
  /** Pause after the EOT that withdraws an unanswered ENQ, before the next one. */
  readonly enqPauseMs: number;
  /** ENQ sent in all before a message is given up. */
  readonly enqTries: number;
  /** Silence allowed after our frame. When it passes, the peer may hold the message: it is not sent again. */
  readonly frameAckMs: number;
  /**
   * Silence allowed after a frame that met a NAK while it was leaving. Longer than what shops wait for an ACK (0.5 and
   * 1 s), and short enough that a peer who did mean that NAK still waits for the frame.
   */
  readonly earlyNakMs: number;
  /** Times a frame is sent in one session while the peer answers NAK, and frames we answer NAK before giving up. */
  readonly frameTries: number;
  /** Silence allowed between our ACK of ENQ and the STX of the peer. */
  readonly frameStartMs: number;
  /** Silence allowed between two bytes of a frame. Shorter than `frameAckMs`, so that our NAK arrives in time. */
  readonly byteGapMs: number;
  /** Silence allowed between ETX and the LRC. */
  readonly lrcMs: number;
  /** Silence allowed between our ACK of a frame and EOT. When it passes, the message is delivered all the same. */
  readonly eotMs: number;
  /** Longest session in which we receive, whatever the peer sends. A send of ours waits for twice that at most. */
  readonly sessionMs: number;
  /**
   * How long after a message the same bytes in a new session are its repeat (our ACK was lost) rather than
   * another message. Covers the peer's wait for our ACK and its ENQ tries.
   */
  readonly repeatMs: number;
}

/** The defaults. The constructor of `SerialLink` takes any of them anew. */
export const SERIAL_TIMINGS: SerialTimings = {
  turnaroundMs: 10,
  enqAckMs: 1_000,
  enqPauseMs: 1_000,
  enqTries: 3,
  frameAckMs: 3_000,
  earlyNakMs: 1_000,
  frameTries: 4,
  frameStartMs: 3_000,
  byteGapMs: 1_000,
  lrcMs: 3_000,
  eotMs: 3_000,
  sessionMs: 60_000,
  repeatMs: 10_000,
};
