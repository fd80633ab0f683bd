/**
 * What can go wrong on a serial line, as data (protocol.md 7.5 and 7.6, pitfall 12).
 * @module
 */

export interface LineFault {
  // While the request comes in.
  /** So many ENQ of the register are not heard. */
  readonly deafToEnq?: number;
  /** So many frames of the register are heard wrong, so that they are answered NAK. */
  readonly spoilRequests?: number;
  /** The ACK of the request's frame does not leave. */
  readonly loseAck?: boolean;
  /** ENQ meets ENQ: the terminal delivers the answer of the transaction before (protocol.md 7.6). */
  readonly collision?: boolean;
  /** The request does not get through: the behaviour is used up when the counts above are. */
  readonly blocks?: boolean;

  // While the answer goes out.
  /** So many frames leave with a wrong LRC. */
  readonly badLrc?: number;
  /** EOT after the frame does not leave. */
  readonly loseEot?: boolean;
  /** The register's ACK is missed, and the frame leaves once more. */
  readonly repeatFrame?: boolean;
  /** No frame leaves after ENQ. */
  readonly silentAfterEnq?: boolean;
  /** ENQ-EOT so many times before the ENQ that is followed by a frame. */
  readonly idleBids?: number;

  // Both.
  /** Bytes of no meaning before everything the terminal sends. */
  readonly noise?: readonly number[];
  /** Bytes leave one by one, as at this speed with 10 bits each. */
  readonly baudRate?: number;
}
