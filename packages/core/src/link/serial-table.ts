/**
 * What a serial link does in each state on each event: data that the link runs, the tests cover and the docs print.
 * Rules of one cell are tried in order; the first whose conditions all hold applies.
 * @module
 */
import type { SerialCounter } from "./serial/counters.ts";
import type { SerialStateName } from "./serial/states.ts";

/** What can happen to a link. */
export const SERIAL_EVENTS = {
  send: "a message is to be sent",
  ENQ: "ENQ came",
  ACK: "ACK came",
  NAK: "NAK came",
  EOT: "EOT came",
  text: "a character of a message came outside a frame",
  noise: "another byte came outside a frame",
  frame: "a whole frame came, its LRC right",
  broken: "a frame came with a wrong LRC, without STX, or too long",
  timeout: "the deadline of the state has passed",
  closed: "the peer is gone",
} as const;

export type SerialEventName = keyof typeof SERIAL_EVENTS;

/** Conditions of a rule. */
export const SERIAL_GUARDS = {
  givesWay: "we are the register, which gives way",
  presence: "our ENQ was for a message without bytes: only presence is asked",
  bidsLeft: "ENQ may be sent again: not too often, and not too late",
  triesLeft: "the frame may be sent again",
  onTheWire: "the frame has not had the time to leave, as far as the speed of the line is known",
  refusalsLeft: "NAK may be answered again after this one",
  sendWaiting: "a send of ours waits for the line",
  collided: "we gave way to the peer",
  midFrame: "a frame has begun",
  sameFrame: "it equals the frame held",
  acknowledged: "our ACK of the frame held has left before",
} as const;

export type SerialGuard = keyof typeof SERIAL_GUARDS;

/** Steps of a rule, done in order. */
export const SERIAL_ACTIONS = {
  writeEnq: "write ENQ",
  writeFrame: "write the frame",
  writeEot: "write EOT",
  writeAck: "write ACK",
  writeNak: "write NAK",
  take: "take the message to be sent",
  reportSent: "report `sent`",
  reportPresent: "report `sent`: the peer is there, and holds nothing of ours",
  failBusy: "report the new send `failed` before, busy",
  failNoAnswer: "report `failed` before, no-answer",
  failRefused: "report `failed` before, refused",
  failCollision: "report `failed` before, collision",
  failUnacknowledged: "report `failed` after, no-acknowledgement",
  failClosedBefore: "report `failed` before, closed or lost",
  failClosedAfter: "report `failed` after, closed or lost",
  openSession: "begin a session of the peer",
  giveWay: "begin a session of the peer, keeping our message",
  hold: "hold the message",
  drop: "forget the message held, never acknowledged",
  deliver: "deliver the message held",
  discard: "discard the bytes",
  discardPartial: "discard the frame begun",
} as const;

export type SerialAction = keyof typeof SERIAL_ACTIONS;

export interface SerialRule {
  readonly when?: readonly SerialGuard[];
  readonly count?: SerialCounter;
  readonly do: readonly SerialAction[];
  /** A state, whose deadline starts anew even if it is the same one; `stay` keeps state and deadline. */
  readonly next: SerialStateName | "stay";
}

/** No rules: the event cannot happen in that state. */
export type SerialCell = readonly SerialRule[];

const NEVER: SerialCell = [];
const BUSY: SerialCell = [{ do: ["failBusy"], next: "stay" }];
const QUEUE: SerialCell = [
  { when: ["sendWaiting"], do: ["failBusy"], next: "stay" },
  { do: ["take"], next: "stay" },
];

function ignore(count: SerialCounter): SerialCell {
  return [{ count, do: ["discard"], next: "stay" }];
}

const IGNORED = {
  ENQ: ignore("unexpectedEnq"),
  ACK: ignore("unexpectedAck"),
  NAK: ignore("unexpectedNak"),
  EOT: ignore("unexpectedEot"),
  text: ignore("strayText"),
  noise: ignore("noise"),
  frame: NEVER,
  broken: NEVER,
} as const;

/** The terminal keeps its ENQ out and lets that of the register pass: one of the two must (protocol.md section 7.6). */
const GIVE_WAY: SerialCell = [
  { when: ["givesWay"], count: "collision", do: ["giveWay"], next: "answering" },
  ...IGNORED.ENQ,
];
/** The peer bids, so for it our session is over: it may have taken the frame, its ACK being lost. */
const FRAME_OVERTAKEN: SerialCell = [
  {
    when: ["givesWay"],
    count: "frameUnanswered",
    do: ["failUnacknowledged", "openSession"],
    next: "answering",
  },
  ...IGNORED.ENQ,
];
const FRAME_REFUSED: SerialCell = [
  { when: ["triesLeft"], count: "frameRefused", do: [], next: "repeating" },
  { count: "frameRefused", do: ["failRefused"], next: "closing" },
];
const CLOSED_BEFORE: SerialCell = [{ do: ["failClosedBefore"], next: "idle" }];

/** The session is over and left no message. After a collision our own turn comes, for nothing of ours has left. */
function endEmpty(count: SerialCounter, actions: readonly SerialAction[] = []): SerialCell {
  return [
    { when: ["collided", "bidsLeft"], count, do: actions, next: "pausing" },
    { when: ["collided"], count, do: [...actions, "failCollision"], next: "idle" },
    { when: ["sendWaiting", "bidsLeft"], count, do: actions, next: "opening" },
    { when: ["sendWaiting"], count, do: [...actions, "failCollision"], next: "idle" },
    { count, do: actions, next: "idle" },
  ];
}

/** The session is over: only now is its message delivered, else the reader would speak before the line is free. */
function endDelivering(count?: SerialCounter): SerialCell {
  const counted = count === undefined ? {} : { count };
  return [
    // Given up for a person to repeat: the cashier should see the earlier result first (protocol.md section 7.6).
    { ...counted, when: ["collided"], do: ["deliver", "failCollision"], next: "idle" },
    { ...counted, when: ["sendWaiting", "bidsLeft"], do: ["deliver"], next: "opening" },
    { ...counted, when: ["sendWaiting"], do: ["deliver", "failCollision"], next: "idle" },
    { ...counted, do: ["deliver"], next: "idle" },
  ];
}

const CLOSED_RECEIVING: SerialCell = [
  { when: ["sendWaiting"], do: ["discardPartial", "failClosedBefore"], next: "idle" },
  { do: ["discardPartial"], next: "idle" },
];
/** A message held is delivered, acknowledged or not: it is whole, and no other will tell what it tells. */
const CLOSED_HOLDING: SerialCell = [
  { when: ["sendWaiting"], do: ["deliver", "failClosedBefore"], next: "idle" },
  { do: ["deliver"], next: "idle" },
];

export const SERIAL_TABLE: Readonly<Record<SerialStateName, Readonly<Record<SerialEventName, SerialCell>>>> =
  {
    idle: {
      ...IGNORED,
      send: [{ do: ["take", "writeEnq"], next: "bidding" }],
      ENQ: [{ do: ["openSession"], next: "answering" }],
      timeout: NEVER,
      closed: [{ do: [], next: "idle" }],
    },
    opening: {
      ...IGNORED,
      send: BUSY,
      ENQ: [{ when: ["givesWay"], do: ["openSession"], next: "answering" }, ...IGNORED.ENQ],
      timeout: [{ do: ["writeEnq"], next: "bidding" }],
      closed: CLOSED_BEFORE,
    },
    bidding: {
      ...IGNORED,
      send: BUSY,
      ENQ: GIVE_WAY,
      // Presence test (protocol.md section 7.3): ENQ, ACK, EOT, and no frame.
      ACK: [
        { when: ["presence"], do: [], next: "closing" },
        { do: [], next: "ready" },
      ],
      NAK: [{ count: "enqRefused", do: [], next: "withdrawing" }],
      timeout: [
        { when: ["bidsLeft"], count: "enqUnanswered", do: ["writeEot"], next: "pausing" },
        { count: "enqUnanswered", do: ["writeEot", "failNoAnswer"], next: "idle" },
      ],
      closed: CLOSED_BEFORE,
    },
    withdrawing: {
      ...IGNORED,
      send: BUSY,
      ENQ: GIVE_WAY,
      timeout: [
        { when: ["bidsLeft"], do: ["writeEot"], next: "pausing" },
        { do: ["writeEot", "failRefused"], next: "idle" },
      ],
      closed: CLOSED_BEFORE,
    },
    pausing: {
      ...IGNORED,
      send: BUSY,
      ENQ: GIVE_WAY,
      timeout: [{ do: ["writeEnq"], next: "bidding" }],
      closed: CLOSED_BEFORE,
    },
    ready: {
      ...IGNORED,
      send: BUSY,
      // A frame sent now would meet a peer that is bidding, and the LRC of ours could pass for the ACK it waits for.
      ENQ: GIVE_WAY,
      EOT: [
        { when: ["bidsLeft"], count: "bidDropped", do: [], next: "pausing" },
        { count: "bidDropped", do: ["failRefused"], next: "idle" },
      ],
      timeout: [{ do: ["writeFrame"], next: "offering" }],
      closed: CLOSED_BEFORE,
    },
    offering: {
      ...IGNORED,
      send: BUSY,
      ENQ: FRAME_OVERTAKEN,
      ACK: [{ do: ["reportSent"], next: "closing" }],
      // Nobody answers what has not come yet: this NAK is noise, and the frame again could be a second message.
      NAK: [
        { when: ["onTheWire"], count: "unexpectedNak", do: ["discard"], next: "doubting" },
        ...FRAME_REFUSED,
      ],
      timeout: [{ count: "frameUnanswered", do: ["writeEot", "failUnacknowledged"], next: "idle" }],
      closed: [{ do: ["failClosedAfter"], next: "idle" }],
    },
    doubting: {
      ...IGNORED,
      send: BUSY,
      ENQ: FRAME_OVERTAKEN,
      ACK: [{ do: ["reportSent"], next: "closing" }],
      NAK: [{ when: ["onTheWire"], count: "unexpectedNak", do: ["discard"], next: "stay" }, ...FRAME_REFUSED],
      // The peer had the frame sooner than the baud rate says, as over USB: it was the answer after all.
      timeout: [
        { when: ["triesLeft"], count: "frameRefused", do: ["writeFrame"], next: "offering" },
        { count: "frameRefused", do: ["writeEot", "failRefused"], next: "idle" },
      ],
      closed: [{ do: ["failClosedAfter"], next: "idle" }],
    },
    repeating: {
      ...IGNORED,
      send: BUSY,
      // One NAK can be a spoilt ACK, so from here on the peer may hold the message.
      ENQ: [
        { when: ["givesWay"], do: ["failUnacknowledged", "openSession"], next: "answering" },
        ...IGNORED.ENQ,
      ],
      // The NAK was noise, and this is the answer: the frame again could be refused, or taken for another message.
      ACK: [{ do: ["reportSent"], next: "closing" }],
      timeout: [{ do: ["writeFrame"], next: "offering" }],
      closed: [{ do: ["failClosedAfter"], next: "idle" }],
    },
    closing: {
      ...IGNORED,
      send: QUEUE,
      ENQ: [{ do: ["openSession"], next: "answering" }],
      timeout: [
        { when: ["presence"], do: ["writeEot", "reportPresent"], next: "idle" },
        { when: ["sendWaiting"], do: ["writeEot"], next: "opening" },
        { do: ["writeEot"], next: "idle" },
      ],
      closed: [
        { when: ["sendWaiting"], do: ["failClosedBefore"], next: "idle" },
        { do: [], next: "idle" },
      ],
    },
    answering: {
      ...IGNORED,
      send: QUEUE,
      EOT: endEmpty("bidWithdrawn"),
      // Who waits for our ACK is silent: this is a frame whose STX was read as ENQ. An ACK now would pass for its own.
      text: [{ count: "strayText", do: ["discard"], next: "receiving" }],
      // Only where what comes was said before, to a page that is gone: its ACK was heard then.
      frame: [{ do: ["hold"], next: "accepting" }],
      broken: [{ do: ["discard"], next: "refusing" }],
      timeout: [
        { when: ["midFrame"], do: [], next: "receiving" },
        { do: ["writeAck"], next: "receiving" },
      ],
      closed: CLOSED_RECEIVING,
    },
    receiving: {
      ...IGNORED,
      send: QUEUE,
      ENQ: [{ count: "unexpectedEnq", do: [], next: "answering" }],
      EOT: endEmpty("bidWithdrawn"),
      frame: [{ do: ["hold"], next: "accepting" }],
      broken: [{ do: ["discard"], next: "refusing" }],
      timeout: [
        { when: ["midFrame"], count: "cutFrame", do: ["discardPartial"], next: "refusing" },
        ...endEmpty("frameMissing"),
      ],
      closed: CLOSED_RECEIVING,
    },
    refusing: {
      ...IGNORED,
      send: QUEUE,
      text: [{ count: "strayText", do: ["discard"], next: "refusing" }],
      timeout: [
        { when: ["refusalsLeft"], do: ["writeNak"], next: "receiving" },
        ...endEmpty("framesRefused", ["writeNak"]),
      ],
      closed: CLOSED_RECEIVING,
    },
    accepting: {
      ...IGNORED,
      send: QUEUE,
      // Who waits for our ACK is silent: a character read as ETX cut the message short, and its LRC fits by chance.
      text: [
        { when: ["acknowledged"], count: "strayText", do: ["discard"], next: "accepting" },
        { count: "trailingText", do: ["drop", "discard"], next: "refusing" },
      ],
      timeout: [{ do: ["writeAck"], next: "finishing" }],
      closed: CLOSED_HOLDING,
    },
    finishing: {
      ...IGNORED,
      send: QUEUE,
      ENQ: [
        {
          when: ["collided"],
          count: "eotMissing",
          do: ["deliver", "failCollision", "openSession"],
          next: "answering",
        },
        { count: "eotMissing", do: ["deliver", "openSession"], next: "answering" },
      ],
      EOT: endDelivering(),
      frame: [
        { when: ["sameFrame"], count: "repeatedFrame", do: [], next: "accepting" },
        { count: "eotMissing", do: ["deliver", "hold"], next: "accepting" },
      ],
      // The repeat of a message we hold: NAK would let the peer believe that we do not.
      broken: [{ count: "repeatedFrame", do: ["discard"], next: "accepting" }],
      timeout: endDelivering("eotMissing"),
      closed: CLOSED_HOLDING,
    },
  };
