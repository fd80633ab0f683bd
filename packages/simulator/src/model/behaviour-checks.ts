/**
 * What a behaviour of one's own may say, field by field.
 * @module
 */
import {
  elementText,
  flag,
  listOf,
  milliseconds,
  oneOf,
  record,
  whole,
  word,
  type Checks,
} from "../checks.ts";
import type { LineFault } from "../line/line-fault.ts";
import type { AnswerPlan, Behaviour, Pieces, TicketPlan } from "./behaviour.ts";

/** So many tickets, filled to the last character, still make one message (64 KiB). */
const MOST_TICKETS = 20;
const MOST_CUTS = 10_000;
const MOST_TRIES = 1_000_000;
const MOST_NOISE = 1_000;

const tries = whole(0, MOST_TRIES);

const TICKET: Checks<TicketPlan> = {
  recipient: oneOf("customer", "merchant"),
  format: oneOf("text", "html"),
  wrap: flag,
  long: flag,
};

const ANSWER: Checks<AnswerPlan> = {
  status: elementText,
  reason: elementText,
  card: oneOf("contact", "contactless", "amex", "cheque"),
  amount: oneOf("asked", "absent", "lower", "higher", "zero-padded"),
  other: oneOf("register", "action", "currency"),
  tickets: listOf(record(TICKET, ["recipient", "format"]), MOST_TICKETS),
  wholeCardNumber: flag,
  unknownTags: flag,
  repeated: oneOf("same", "contradicting"),
  spoilt: oneOf("garbage", "bad-length", "overrun", "oversize"),
};

const PIECES: Checks<Pieces> = {
  at: listOf(whole(0, Number.MAX_SAFE_INTEGER), MOST_CUTS),
  every: whole(1, Number.MAX_SAFE_INTEGER),
  gapMs: milliseconds,
};

const LINE: Checks<LineFault> = {
  deafToEnq: tries,
  spoilRequests: tries,
  loseAck: flag,
  collision: flag,
  blocks: flag,
  badLrc: tries,
  loseEot: flag,
  repeatFrame: flag,
  silentAfterEnq: flag,
  idleBids: tries,
  noise: listOf(whole(0, 255), MOST_NOISE),
  baudRate: whole(1, 10_000_000),
};

export const BEHAVIOUR: Checks<Omit<Behaviour, "summary">> = {
  name: word,
  charges: flag,
  answer: record(ANSWER),
  customerMs: milliseconds,
  interactive: flag,
  lateMs: milliseconds,
  pieces: record(PIECES, ["gapMs"]),
  repeatMs: milliseconds,
  hangUp: oneOf("end", "reset"),
  line: record(LINE),
};
