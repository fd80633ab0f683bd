/**
 * What a serial link counts: every byte and event that is not part of a dialogue as it should be.
 * @module
 */

/** Names and meanings, one by one. Bytes counted are also reported as `discarded`, with the meaning as `why`. */
export const SERIAL_COUNTERS = {
  noise: "byte that is neither text nor a control character in its place",
  strayText: "character of a message outside a frame",
  unexpectedEnq: "ENQ where none is due",
  unexpectedAck: "ACK where none is due",
  unexpectedNak: "NAK where none is due",
  unexpectedEot: "EOT where none is due",
  badLrc: "frame whose LRC is wrong",
  oversize: "frame longer than the limit",
  headless: "end of a frame whose STX was lost",
  cutFrame: "frame that fell silent before its LRC",
  trailingText: "text right after an LRC: the frame ended too early, and is not trusted",
  enqUnanswered: "ENQ of ours answered by nothing",
  enqRefused: "ENQ of ours answered NAK",
  bidDropped: "ENQ of ours answered ACK, then EOT",
  frameUnanswered: "frame of ours answered by nothing",
  frameRefused: "frame of ours answered NAK",
  collision: "ENQ that met an ENQ of ours",
  bidWithdrawn: "ENQ of the peer followed by EOT, without a frame",
  frameMissing: "ENQ of the peer followed by nothing",
  framesRefused: "session given up after bad frames only",
  eotMissing: "session whose EOT never came",
  repeatedFrame: "frame repeated in its session, our ACK having been lost",
  repeatedMessage: "message repeated in a new session, our ACK having been lost",
} as const;

export type SerialCounter = keyof typeof SERIAL_COUNTERS;
