/**
 * What can go wrong on a serial line, as data (protocol.md 7.5 and 7.6, pitfall 12).
 * @module
 */

/** Faults of one exchange: while the request comes in, or while the answer goes out. */
export interface LineFault {
  /** While the request comes: these control bytes of ours are not sent, so many times. Infinity: never. */
  readonly loseAck?: { readonly of: "enq" | "frame"; readonly times: number };
  /** Our ACK of the frame goes out as NAK, so many times. */
  readonly nakFrames?: number;
  /** So many frames of ours go out with a wrong LRC. */
  readonly badLrc?: number;
  /** Bytes of no meaning before everything we send. */
  readonly noise?: readonly number[];
  /** Bytes leave one by one, as at this speed with 10 bits each (start, 7 data, parity, stop). */
  readonly baudRate?: number;
  /** The terminal bids (ENQ) at the moment the register's ENQ comes, to deliver this answer once more. */
  readonly collision?: boolean;
  /** EOT after our frame is not sent. */
  readonly loseEot?: boolean;
  /** The answer's frame goes out twice. */
  readonly repeatFrame?: boolean;
  /** After ENQ of ours and its ACK, no frame comes. */
  readonly silentAfterEnq?: boolean;
  /** So many ENQ-EOT bids come before the one that is followed by the frame. */
  readonly idleBids?: number;
}
