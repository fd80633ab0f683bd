import { describe, expect, it } from "vitest";
import { ACK, ENQ, EOT, ETX, NAK, STX } from "./frame-control.ts";
import { encodeFrame } from "./frame.ts";
import type { LinkInput, LinkOutput } from "./link.ts";
import { SERIAL_COUNTERS, SerialLink, type SerialCounter, type SerialLinkOptions } from "./serial-link.ts";
import { SERIAL_TIMINGS } from "./timings.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const REQUEST = bytes("REQUEST");
const ANSWER = bytes("ANSWER");

const register = (options: Partial<SerialLinkOptions> = {}): SerialLink =>
  new SerialLink({ ...options, role: "register" });
const give = (link: SerialLink, now: number, ...sent: readonly number[]): readonly LinkOutput[] =>
  link.step({ type: "bytes", bytes: Uint8Array.from(sent) }, now);
const tick = (link: SerialLink): readonly LinkOutput[] => link.step({ type: "tick" }, link.deadline ?? 0);
const discarded = (counter: SerialCounter, ...dropped: readonly number[]): LinkOutput => ({
  type: "discarded",
  bytes: Uint8Array.from(dropped),
  why: SERIAL_COUNTERS[counter],
});
/** Counters that are not zero. */
const counted = (link: SerialLink): object =>
  Object.fromEntries(Object.entries(link.counters).filter(([, count]) => count > 0));

/** A session of the peer, at the moment its frame is due. */
function receiving(options: Partial<SerialLinkOptions> = {}): SerialLink {
  const link = register(options);
  give(link, 0, ENQ);
  tick(link);
  return link;
}

/** A message of the peer held and acknowledged; EOT is due. */
function finishing(): SerialLink {
  const link = receiving();
  give(link, 20, ...encodeFrame(ANSWER));
  tick(link);
  return link;
}

describe("bytes that belong to no dialogue", () => {
  it("begin at zero, all of them", () => {
    expect(Object.values(register().counters).every((count) => count === 0)).toBe(true);
    expect(Object.keys(register().counters)).toEqual(Object.keys(SERIAL_COUNTERS));
  });

  it.each([0x20, 0x41, 0x7e, 0x80, 0xfe])("are text from 0x20 on: %i", (byte) => {
    const link = register();
    expect(give(link, 0, byte)).toEqual([discarded("strayText", byte)]);
    expect(counted(link)).toEqual({ strayText: 1 });
  });

  it.each([0x00, 0x01, 0x0a, 0x1f, 0x7f, 0xff])("are noise where no message has them: %i", (byte) => {
    const link = register();
    expect(give(link, 0, byte)).toEqual([discarded("noise", byte)]);
    expect(counted(link)).toEqual({ noise: 1 });
  });

  it("come out as one where one reason drops them, and apart where two do", () => {
    const link = register();
    expect(give(link, 0, 0x00, 0x01, 0x41, 0x42, ACK, 0x00)).toEqual([
      discarded("noise", 0x00, 0x01),
      discarded("strayText", 0x41, 0x42),
      discarded("unexpectedAck", ACK),
      discarded("noise", 0x00),
    ]);
    expect(give(link, 0, 0x00)).toEqual([discarded("noise", 0x00)]);
  });

  it("are told before what comes after them", () => {
    const link = finishing();
    expect(give(link, 40, 0x00, EOT)).toEqual([
      discarded("noise", 0x00),
      { type: "message", data: ANSWER, late: true },
    ]);
  });

  it.each([
    ["unexpectedAck", ACK],
    ["unexpectedNak", NAK],
    ["unexpectedEot", EOT],
  ] as const)("are counted each by its name: %s", (name, byte) => {
    const link = register();
    expect(give(link, 0, byte)).toEqual([discarded(name, byte)]);
    expect(counted(link)).toEqual({ [name]: 1 });
  });

  it("are the end of a frame whose STX was lost, told as such", () => {
    const link = register();
    expect(give(link, 0, 0x41, ETX, 0x42)).toEqual([
      discarded("strayText", 0x41),
      discarded("headless", ETX, 0x42),
    ]);
    expect(counted(link)).toEqual({ strayText: 2, headless: 1 });
  });
});

describe("stray text", () => {
  it("ends with ETX and one byte more, whatever it is, in pieces that follow each other", () => {
    const link = register();
    give(link, 0, 0x41, ETX);
    expect(give(link, SERIAL_TIMINGS.byteGapMs - 1, ENQ)).toEqual([discarded("headless", ETX, ENQ)]);
    expect(link.idle).toBe(true);
  });
});

describe("a link", () => {
  it("is idle only when the line is free", () => {
    const link = register();
    expect([link.idle, link.deadline]).toEqual([true, undefined]);
    link.step({ type: "send", data: REQUEST }, 0);
    expect(link.idle).toBe(false);
    expect(receiving().idle).toBe(false);
    expect(finishing().idle).toBe(false);
  });

  it("says nothing of an offset where a message is only too long", () => {
    expect(register().step({ type: "send", data: new Uint8Array(513).fill(0x41) }, 0)).toStrictEqual([
      { type: "failed", stage: "before", fault: "too-long", received: new Uint8Array() },
    ]);
  });

  it("counts nothing in a dialogue as it should be, and has no counter without a name", () => {
    const link = finishing();
    give(link, 50, EOT);
    link.step({ type: "send", data: REQUEST }, 100);
    give(link, 101, ACK);
    tick(link);
    give(link, 200, ACK);
    tick(link);
    expect([link.idle, counted(link)]).toEqual([true, {}]);
    expect(Object.keys(link.counters)).toEqual(Object.keys(SERIAL_COUNTERS));
  });

  it("counts an EOT that is overdue", () => {
    const link = finishing();
    tick(link);
    expect(counted(link)).toEqual({ eotMissing: 1 });
  });
});

describe("each turn of ours", () => {
  const TURN = SERIAL_TIMINGS.turnaroundMs;

  it("comes ten milliseconds after the other end's", () => {
    const link = register();
    link.step({ type: "send", data: REQUEST }, 0);
    give(link, 100, NAK);
    expect([link.state, link.deadline]).toEqual(["withdrawing", 100 + TURN]);
    const offering = register();
    offering.step({ type: "send", data: REQUEST }, 0);
    give(offering, 100, ACK);
    expect([offering.state, offering.deadline]).toEqual(["ready", 100 + TURN]);
    tick(offering);
    give(offering, 200, NAK);
    expect([offering.state, offering.deadline]).toEqual(["repeating", 200 + TURN]);
    tick(offering);
    give(offering, 300, ACK);
    expect([offering.state, offering.deadline]).toEqual(["closing", 300 + TURN]);
  });

  it("that waited for the line comes ten milliseconds after it is free, at any speed of the line", () => {
    const link = register({ baudRate: 1_200 });
    link.step({ type: "send", data: REQUEST }, 0);
    give(link, 1, ACK);
    tick(link);
    give(link, 200, ACK);
    link.step({ type: "send", data: REQUEST }, 205);
    tick(link);
    expect([link.state, link.deadline]).toEqual(["opening", 200 + 2 * TURN]);
  });

  it("is cut short by the end of the session, whatever is due in it", () => {
    const session = (): SerialLink => receiving({ timings: { sessionMs: 100 } });
    const answering = register({ timings: { sessionMs: 5 } });
    give(answering, 0, ENQ);
    expect([answering.state, answering.deadline]).toEqual(["answering", 5]);
    const refusing = session();
    give(refusing, 95, STX, 0x41, ETX, 0x7f);
    expect([refusing.state, refusing.deadline]).toEqual(["refusing", 100]);
    const accepting = session();
    give(accepting, 95, ...encodeFrame(ANSWER));
    expect([accepting.state, accepting.deadline]).toEqual(["accepting", 100]);
    tick(accepting);
    expect([accepting.state, accepting.deadline]).toEqual(["finishing", 100]);
  });
});

describe("a frame that comes slowly", () => {
  it("is taken whole though its rest was read after its time, while no tick had come yet", () => {
    const link = receiving();
    const frame = encodeFrame(ANSWER);
    give(link, 20, ...frame.subarray(0, 4));
    give(link, 20 + SERIAL_TIMINGS.byteGapMs, ...frame.subarray(4));
    expect(link.state).toBe("accepting");
  });
});

describe("a frame that is not taken", () => {
  it("is told with its data where its LRC is wrong", () => {
    const link = receiving();
    expect(give(link, 20, STX, 0x41, 0x42, ETX, 0x7f)).toEqual([discarded("badLrc", 0x41, 0x42)]);
    expect(counted(link)).toEqual({ badLrc: 1 });
    expect([link.state, link.deadline]).toEqual(["refusing", 30]);
  });

  it("is told without its data where it is too long", () => {
    const link = receiving({ maxReceive: 2 });
    expect(give(link, 20, ...encodeFrame(bytes("ABC")))).toEqual([]);
    expect(counted(link)).toEqual({ oversize: 1 });
    expect(link.state).toBe("refusing");
    const other = receiving({ maxReceive: 2 });
    give(other, 20, ...encodeFrame(bytes("AB")));
    expect(other.state).toBe("accepting");
  });

  it("is asked for again where its STX was lost and its frame was due", () => {
    const link = receiving();
    expect(give(link, 20, 0x41, ETX, 0x42)).toEqual([
      discarded("strayText", 0x41),
      discarded("headless", ETX, 0x42),
    ]);
    expect([link.state, counted(link)]).toEqual(["refusing", { strayText: 1, headless: 1 }]);
  });

  it("is told with what came of it where it fell silent", () => {
    const link = receiving();
    give(link, 20, STX, 0x41, 0x42);
    expect(tick(link)).toEqual([discarded("cutFrame", 0x41, 0x42)]);
    expect(counted(link)).toEqual({ cutFrame: 1 });
  });

  it("is told with what came of it where the line was closed", () => {
    const link = receiving();
    give(link, 20, STX, 0x41, 0x42);
    expect(link.step({ type: "closed" }, 30)).toEqual([discarded("cutFrame", 0x41, 0x42)]);
    expect(counted(link)).toEqual({});
    expect([link.state, link.deadline]).toEqual(["idle", undefined]);
  });

  it("is dropped with what followed it where text follows its LRC", () => {
    const link = receiving();
    expect(give(link, 20, ...encodeFrame(ANSWER), 0x41)).toEqual([discarded("trailingText", 0x41)]);
    expect(counted(link)).toEqual({ trailingText: 1 });
  });
});

describe("the time a frame has", () => {
  it("grows with each byte, to the end of the session at most", () => {
    const link = receiving({ timings: { sessionMs: 1_500 } });
    expect(link.deadline).toBe(1_500);
    give(link, 20, STX);
    expect(link.deadline).toBe(20 + SERIAL_TIMINGS.byteGapMs);
    give(link, 400, 0x41);
    expect(link.deadline).toBe(1_400);
    give(link, 700, 0x41);
    expect(link.deadline).toBe(1_500);
  });

  it("is longer behind ETX, where only the LRC is missing", () => {
    const link = receiving();
    give(link, 20, STX, 0x41, ETX);
    expect(link.deadline).toBe(20 + SERIAL_TIMINGS.lrcMs);
  });

  it("is that of EOT where it repeats one that is held, unless it needs more", () => {
    const link = finishing();
    expect(link.deadline).toBe(30 + SERIAL_TIMINGS.eotMs);
    give(link, 100, STX, 0x41);
    expect(link.deadline).toBe(30 + SERIAL_TIMINGS.eotMs);
    give(link, 2_900, 0x42);
    expect(link.deadline).toBe(3_900);
  });

  it("is the wait for its STX again after noise that is no frame", () => {
    const link = receiving();
    const { deadline } = link;
    give(link, 20, 0x00);
    expect(link.deadline).toBe(deadline);
  });
});

describe("a write reported as done", () => {
  it("begins the waits for ACK, for the frame and for EOT", () => {
    const sending = register();
    sending.step({ type: "send", data: REQUEST }, 0);
    sending.step({ type: "written" }, 100);
    expect([sending.state, sending.deadline]).toEqual(["bidding", 100 + SERIAL_TIMINGS.enqAckMs]);
    give(sending, 150, ACK);
    tick(sending);
    sending.step({ type: "written" }, 300);
    expect([sending.state, sending.deadline]).toEqual(["offering", 300 + SERIAL_TIMINGS.frameAckMs]);
    const answering = receiving();
    answering.step({ type: "written" }, 100);
    expect([answering.state, answering.deadline]).toEqual(["receiving", 100 + SERIAL_TIMINGS.frameStartMs]);
    const held = finishing();
    held.step({ type: "written" }, 100);
    expect([held.state, held.deadline]).toEqual(["finishing", 100 + SERIAL_TIMINGS.eotMs]);
  });

  it("does not begin them before the bytes can have left, at the speed of the line", () => {
    const link = register({ baudRate: 1_200 });
    link.step({ type: "send", data: REQUEST }, 0);
    expect(link.deadline).toBe(SERIAL_TIMINGS.enqAckMs + Math.ceil(10_000 / 1_200));
    give(link, 1, ACK);
    tick(link);
    link.step({ type: "written" }, 50);
    expect(link.deadline).toBe(
      50 + SERIAL_TIMINGS.frameAckMs + Math.ceil(((REQUEST.length + 3) * 10_000) / 1_200),
    );
  });

  it("changes nothing on a free line, nor what was not written", () => {
    const link = register();
    expect(link.step({ type: "written" }, 5)).toEqual([]);
    expect([link.state, link.deadline]).toEqual(["idle", undefined]);
    give(link, 10, ENQ);
    link.step({ type: "written" }, 15);
    expect([link.state, link.deadline]).toEqual(["answering", 20]);
  });
});

describe("a presence test", () => {
  const ask = (link: SerialLink, now: number): readonly LinkOutput[] =>
    link.step({ type: "send", data: new Uint8Array(0) }, now);

  it("is ENQ, ACK and EOT, and the peer holds nothing of ours: what it sends then is late", () => {
    const link = register();
    expect(ask(link, 0)).toEqual([{ type: "write", bytes: Uint8Array.of(ENQ) }]);
    expect(give(link, 5, ACK)).toEqual([]);
    expect(tick(link)).toEqual([{ type: "write", bytes: Uint8Array.of(EOT) }, { type: "sent" }]);
    expect(link.idle).toBe(true);
    give(link, 100, ENQ);
    tick(link);
    give(link, 120, ...encodeFrame(ANSWER));
    tick(link);
    expect(give(link, 150, EOT)).toEqual([{ type: "message", data: ANSWER, late: true }]);
  });
});

describe("a repeat of a message", () => {
  const again = (link: SerialLink, now: number): readonly LinkOutput[] => {
    give(link, now - 40, ENQ);
    tick(link);
    give(link, now - 20, ...encodeFrame(ANSWER));
    tick(link);
    return give(link, now, EOT);
  };

  it("is one up to ten seconds after it, told and counted; later it is another message", () => {
    for (const [after, repeated] of [
      [SERIAL_TIMINGS.repeatMs, true],
      [SERIAL_TIMINGS.repeatMs + 1, false],
    ] as const) {
      const link = finishing();
      give(link, 100, EOT);
      const outputs = again(link, 100 + after);
      expect(outputs).toEqual(
        repeated
          ? [discarded("repeatedMessage", ...ANSWER)]
          : [{ type: "message", data: ANSWER, late: true }],
      );
      expect(link.counters.repeatedMessage).toBe(repeated ? 1 : 0);
    }
  });

  it.each(["ANSWERS", "ANSWEZ", "BNSWER"])("is none where it differs in one character: %s", (other) => {
    const link = finishing();
    give(link, 100, EOT);
    give(link, 200, ENQ);
    tick(link);
    give(link, 220, ...encodeFrame(bytes(other)));
    tick(link);
    expect(give(link, 250, EOT)).toEqual([{ type: "message", data: bytes(other), late: true }]);
  });

  it("nor is a frame behind the one we hold, where it differs in one character: both come out", () => {
    const link = finishing();
    const other = bytes("ANSWEZ");
    const outputs = [...give(link, 100, ...encodeFrame(other)), ...tick(link), ...give(link, 150, EOT)];
    expect(outputs.filter(({ type }) => type === "message")).toMatchObject([
      { data: ANSWER },
      { data: other },
    ]);
    expect(link.counters.repeatedFrame).toBe(0);
  });
});

describe("an exchange taken up again", () => {
  const DATA = Uint8Array.from("0100000125010978          ".slice(0, 25), (one) => one.charCodeAt(0));
  const HELD = [[ACK], [ACK], [ENQ], [...encodeFrame(DATA)], [EOT]];

  /** Bytes that were said to a page that is gone, `gapMs` apart, and then silence. */
  function replay(pieces: readonly (readonly number[])[], gapMs: number): readonly LinkOutput[] {
    const link = new SerialLink({ role: "register", resumed: true });
    const outputs: LinkOutput[] = [];
    let now = 0;
    const step = (input: LinkInput): void => {
      for (const output of link.step(input, now)) {
        outputs.push(output);
        if (output.type === "write") step({ type: "written" });
      }
    };
    const wait = (until: number): void => {
      while (link.deadline !== undefined && link.deadline <= until) {
        now = Math.max(now, link.deadline);
        step({ type: "tick" });
      }
      now = Math.max(now, until);
    };
    for (const piece of pieces) {
      step({ type: "bytes", bytes: Uint8Array.from(piece) });
      wait(now + gapMs);
    }
    wait(now + 10_000);
    return outputs;
  }

  it.each([0, 1, 5, 9, 10, 11, 50])("is read from what was held, told again %d ms apart", (gapMs) => {
    for (const pieces of [[HELD.flat()], HELD, HELD.flat().map((byte) => [byte])])
      expect(replay(pieces, gapMs).filter(({ type }) => type === "message")).toEqual([
        { type: "message", data: DATA, late: false },
      ]);
  });

  it("goes on where the terminal still waits for the ACK of its ENQ", () => {
    expect(replay([[ACK], [ACK], [ENQ]], 0)).toContainEqual({ type: "write", bytes: Uint8Array.of(ACK) });
  });

  const frameBeforeAck = (link: SerialLink, now: number): readonly LinkOutput[] => {
    const outputs = [...give(link, now, ENQ, ...encodeFrame(ANSWER)), ...tick(link)];
    return outputs.filter(({ type }) => type === "message" || type === "write");
  };

  const NAK_ONLY = [{ type: "write", bytes: Uint8Array.of(NAK) }];

  it("is the only one whose frames need no ACK of ENQ: on a live line they are asked for again", () => {
    expect(frameBeforeAck(register(), 0)).toEqual(NAK_ONLY);
    const asked = register();
    asked.step({ type: "send", data: REQUEST }, 0);
    give(asked, 10, ACK);
    tick(asked);
    expect([...give(asked, 50, ACK), ...tick(asked)]).toContainEqual({ type: "sent" });
    expect(frameBeforeAck(asked, 10_000)).toEqual(NAK_ONLY);
  });

  it("is like any other once its answer has come", () => {
    const link = register({ resumed: true });
    give(link, 0, ENQ, ...encodeFrame(ANSWER));
    tick(link);
    expect(give(link, 50, EOT)).toContainEqual({ type: "message", data: ANSWER, late: false });
    expect(frameBeforeAck(link, 10_000)).toEqual(NAK_ONLY);
  });
});
