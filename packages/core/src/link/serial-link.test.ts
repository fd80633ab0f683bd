import { describe, expect, it } from "vitest";
import { LinkPair, type ByteFault, type LinkPairOptions } from "../testing/link-pair.ts";
import { framedVectors } from "../testing/framed-vectors.ts";
import { ACK, ENQ, EOT, ETX, NAK, STX } from "./frame-control.ts";
import { encodeFrame } from "./frame.ts";
import type { Link, LinkInput, LinkOutput } from "./link.ts";
import { addEvenParity } from "./parity.ts";
import { SERIAL_COUNTERS, SerialLink, type SerialLinkOptions } from "./serial-link.ts";
import { SERIAL_TIMINGS } from "./timings.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (data: Uint8Array): string => String.fromCharCode(...data);
const REQUEST = bytes("0100001250110978          A010B010");
const ANSWER = bytes("0100000125019780000000000");

function pairOf(options: LinkPairOptions & { links?: Partial<SerialLinkOptions> } = {}): LinkPair {
  const { links, ...rest } = options;
  return new LinkPair(
    new SerialLink({ ...links, role: "register" }),
    new SerialLink({ ...links, role: "terminal" }),
    { answer: () => [[2_000, ANSWER]], ...rest },
  );
}

const register = (options: Partial<SerialLinkOptions> = {}): SerialLink =>
  new SerialLink({ ...options, role: "register" });
const give = (
  link: SerialLink,
  now: number,
  ...sent: readonly (Uint8Array | number)[]
): readonly LinkOutput[] =>
  sent.flatMap((each) => [
    ...link.step({ type: "bytes", bytes: typeof each === "number" ? Uint8Array.of(each) : each }, now),
  ]);
const send = (link: SerialLink, data: Uint8Array, now = 0): readonly LinkOutput[] =>
  link.step({ type: "send", data }, now);
const tick = (link: SerialLink, now = link.deadline ?? 0): readonly LinkOutput[] =>
  link.step({ type: "tick" }, now);
/** Takes a message of the peer from ENQ to EOT. */
const receive = (link: SerialLink, data: Uint8Array, now: number): readonly LinkOutput[] => [
  ...give(link, now, ENQ),
  ...tick(link),
  ...give(link, now + 20, encodeFrame(data)),
  ...tick(link),
  ...give(link, now + 50, EOT),
];
/** Sends a message until it is acknowledged and the line free. */
const exchange = (link: SerialLink, data: Uint8Array, now: number): readonly LinkOutput[] => [
  ...send(link, data, now),
  ...give(link, now + 1, ACK),
  ...tick(link),
  ...give(link, now + 30, ACK),
  ...tick(link),
];
const messages = (outputs: readonly LinkOutput[]): string[] =>
  outputs.flatMap((output) =>
    output.type === "message" ? [`${output.late ? "late " : ""}${text(output.data)}`] : [],
  );
const written = (outputs: readonly LinkOutput[]): number[] =>
  outputs.flatMap((output) => (output.type === "write" ? [...output.bytes] : []));

/** A terminal less forgiving than ours: it takes the first frame, and what comes after that one badly. */
class OnceOnly implements Link {
  charges = 0;
  readonly idle = true;
  readonly counters = {};
  deadline: number | undefined;
  readonly #repeats: "refuses" | "acts";
  #reply = ACK;

  constructor(repeats: "refuses" | "acts") {
    this.#repeats = repeats;
  }

  step(input: LinkInput, now: number): readonly LinkOutput[] {
    if (input.type === "tick" && this.deadline !== undefined && now >= this.deadline) {
      this.deadline = undefined;
      return [{ type: "write", bytes: Uint8Array.of(this.#reply) }];
    }
    if (input.type !== "bytes" || input.bytes[0] === EOT) return [];
    const taken = input.bytes[0] === STX && (this.charges === 0 || this.#repeats === "acts");
    if (taken) this.charges += 1;
    this.#reply = taken || input.bytes[0] === ENQ ? ACK : NAK;
    this.deadline = now + SERIAL_TIMINGS.turnaroundMs;
    return [];
  }
}

describe("a payment on a serial line", () => {
  it("is the dialogue of protocol.md 7.3 and 7.4, byte for byte and with 10 ms before each turn", () => {
    const pair = pairOf({ latencyMs: 0 });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.log.map(({ at, from, bytes: sent }) => [at, from, ...sent])).toEqual([
      [0, "register", ENQ],
      [10, "terminal", ACK],
      [20, "register", ...encodeFrame(REQUEST)],
      [30, "terminal", ACK],
      [40, "register", EOT],
      [2_040, "terminal", ENQ],
      [2_050, "register", ACK],
      [2_060, "terminal", ...encodeFrame(ANSWER)],
      [2_070, "register", ACK],
      [2_080, "terminal", EOT],
    ]);
    expect(pair.messages("terminal")).toEqual([{ type: "message", data: REQUEST, late: true }]);
    expect(pair.messages("register")).toEqual([{ type: "message", data: ANSWER, late: false }]);
  });

  it("delivers the message only when the line is free again", () => {
    const pair = pairOf({ latencyMs: 0 });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.reports.terminal[0]).toMatchObject({ at: 40, output: { type: "message" } });
    expect(pair.reports.register.map(({ at, output }) => [at, output.type])).toEqual([
      [30, "sent"],
      [2_080, "message"],
    ]);
  });

  it.each(framedVectors())("carries $name unchanged, whole and byte by byte", ({ data }) => {
    for (const byteMs of [0, 1]) {
      const pair = pairOf({ byteMs, answer: (request) => [[0, request]] });
      pair.send("register", data);
      expect(pair.run().messages("register")).toEqual([{ type: "message", data, late: false }]);
    }
  });

  it("waits minutes for the card", () => {
    const pair = pairOf({ answer: () => [[170_000, ANSWER]] });
    pair.send("register", REQUEST);
    expect(pair.run().messages("register")).toMatchObject([{ late: false }]);
  });

  it("goes on with the next payment on the same line", () => {
    const pair = pairOf();
    for (const now of [0, 10_000, 20_000]) pair.send("register", REQUEST, now);
    pair.run();
    expect(pair.messages("terminal")).toHaveLength(3);
    // Equal answers, but each to its own request.
    expect(pair.messages("register").map(({ late }) => late)).toEqual([false, false, false]);
  });

  it("takes no longer than its bytes and turnarounds at 9600 baud", () => {
    const byteMs = 10 / 9.6;
    const pair = pairOf({ byteMs, latencyMs: 0, answer: () => [[0, ANSWER]] });
    pair.send("register", REQUEST);
    pair.run();
    const onWire = (REQUEST.length + 3 + ANSWER.length + 3 + 8) * byteMs;
    expect(pair.now).toBeLessThan((onWire + 8 * 10) * 1.01);
  });
});

describe("sending", () => {
  it("bids three times, with EOT and a second in between, then says that nobody answered", () => {
    const pair = pairOf({ latencyMs: 0, fault: (from) => (from === "register" ? [] : [0]) });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.log.map(({ at, bytes: sent }) => [at, ...sent])).toEqual([
      [0, ENQ],
      [1_000, EOT],
      [2_000, ENQ],
      [3_000, EOT],
      [4_000, ENQ],
      [5_000, EOT],
    ]);
    expect(pair.failures("register")).toEqual([
      { type: "failed", stage: "before", fault: "no-answer", received: new Uint8Array() },
    ]);
  });

  it("refuses more than 512 bytes and what no frame carries before anything leaves", () => {
    const link = register();
    expect(send(link, new Uint8Array(513).fill(0x41))).toMatchObject([
      { stage: "before", fault: "too-long" },
    ]);
    expect(send(link, bytes("AB\nC"))).toMatchObject([{ stage: "before", fault: "malformed", offset: 2 }]);
    expect(link.idle).toBe(true);
    expect(written(send(link, new Uint8Array(512).fill(0x41)))).toEqual([ENQ]);
  });

  it("sends longer and other text for a simulated terminal that asks for it", () => {
    const data = new Uint8Array(1_000).fill(0x0a);
    const pair = pairOf({ links: { maxSend: 1_000, strictSend: false } });
    pair.send("terminal", data);
    expect(pair.run().messages("register")).toMatchObject([{ data }]);
  });

  it("sends the frame again after each NAK, and takes the first ACK", () => {
    const link = register();
    send(link, REQUEST);
    give(link, 0, ACK);
    for (let nak = 0; nak < 3; nak += 1) {
      expect(written(tick(link))).toEqual([...encodeFrame(REQUEST)]);
      expect(give(link, 100, NAK)).toEqual([]);
    }
    expect(written(tick(link))).toEqual([...encodeFrame(REQUEST)]);
    expect(give(link, 200, ACK)).toEqual([{ type: "sent" }]);
    expect(link.counters.frameRefused).toBe(3);
  });

  it("takes an ACK that was spoilt into NAK for what it is: the peer acknowledges the repeat and delivers once", () => {
    const spoilt: ByteFault = (from, index, byte) => [from === "terminal" && index === 1 ? NAK : byte];
    const pair = pairOf({ fault: spoilt });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.messages("terminal")).toHaveLength(1);
    expect([pair.sent("register"), pair.failures("register").length]).toEqual([1, 0]);
  });

  it.each([
    ["answers NAK to whatever follows a frame it took", "refuses"],
    ["acts on every good frame", "acts"],
  ] as const)(
    "takes the ACK right behind a NAK out of nowhere, with a terminal that %s: one charge, not denied",
    (_what, repeats) => {
      for (const before of [1, 5, 9]) {
        const terminal = new OnceOnly(repeats);
        const pair = new LinkPair(register(), terminal, { latencyMs: 0 });
        pair.send("register", REQUEST);
        // The frame leaves at 20 ms, its ACK comes at 30.
        pair.at(30 - before, () => pair.inject("register", Uint8Array.of(NAK)));
        pair.run();
        expect(terminal.charges).toBe(1);
        expect([pair.sent("register"), pair.failures("register")]).toEqual([1, []]);
      }
    },
  );

  it("sends nothing again when neither ACK nor NAK comes, and still takes the answer as its own", () => {
    const pair = pairOf({ fault: (from, index, byte) => (from === "terminal" && index === 1 ? [] : [byte]) });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.failures("register")).toMatchObject([{ stage: "after", fault: "no-acknowledgement" }]);
    expect(pair.messages("terminal")).toHaveLength(1);
    expect(pair.messages("register")).toMatchObject([{ data: ANSWER, late: false }]);
  });

  it("passes over noise and waits on for the ACK", () => {
    const link = register();
    send(link, REQUEST);
    expect(give(link, 5, Uint8Array.of(0x00, 0xff))).toEqual([
      { type: "discarded", bytes: Uint8Array.of(0x00, 0xff), why: SERIAL_COUNTERS.noise },
    ]);
    give(link, 6, ACK);
    expect(link.state).toBe("ready");
    expect(link.counters.noise).toBe(2);
  });

  it("begins with a clean line: half a frame that came before is forgotten", () => {
    const link = register();
    give(link, 0, bytes("CZ0"), 0x03);
    expect(written(send(link, REQUEST, 1))).toEqual([ENQ]);
    give(link, 2, ACK);
    expect(link.state).toBe("ready");
  });

  it("says busy to a second message, and goes on with the first", () => {
    const pair = pairOf();
    pair.send("register", REQUEST);
    pair.send("register", bytes("OTHER"));
    pair.run();
    expect(pair.failures("register")).toMatchObject([{ stage: "before", fault: "busy" }]);
    expect(pair.messages("terminal").map(({ data }) => data)).toEqual([REQUEST]);
  });

  it("counts its waits from the moment the carrier took the bytes, once", () => {
    const link = register();
    send(link, REQUEST);
    link.step({ type: "written" }, 400);
    expect(link.deadline).toBe(1_400);
    link.step({ type: "written" }, 900);
    expect(link.deadline).toBe(1_400);
  });

  it("does not let a late report of a write move a deadline that is not about it", () => {
    const link = register();
    send(link, REQUEST);
    give(link, 1, ACK);
    expect(link.deadline).toBe(11);
    link.step({ type: "written" }, 5);
    expect(link.deadline).toBe(11);
    const other = register();
    give(other, 0, ENQ);
    tick(other);
    give(other, 20, STX, 0x41);
    other.step({ type: "written" }, 25);
    expect(other.deadline).toBe(20 + SERIAL_TIMINGS.byteGapMs);
  });

  describe("a NAK while the frame is still leaving", () => {
    const LONG = new Uint8Array(200).fill(0x41);
    const FRAME_MS = (203 * 10_000) / 9_600;

    /** At the moment its frame was written, 13 ms. */
    function offering(): SerialLink {
      const link = register({ baudRate: 9_600 });
      send(link, LONG);
      give(link, 3, ACK);
      tick(link);
      return link;
    }

    it("is noise, for nobody can have read what it would refuse", () => {
      const link = offering();
      expect(give(link, 21, NAK)).toEqual([
        { type: "discarded", bytes: Uint8Array.of(NAK), why: SERIAL_COUNTERS.unexpectedNak },
      ]);
      expect(link.counters).toMatchObject({ unexpectedNak: 1, frameRefused: 0 });
      expect(give(link, 13 + FRAME_MS + 10, ACK)).toEqual([{ type: "sent" }]);
    });

    it("is none once the frame has had its time, two clocks that differ by a twentieth", () => {
      const early = offering();
      give(early, 13 + FRAME_MS * 0.94, NAK);
      expect(early.state).toBe("doubting");
      const answer = offering();
      give(answer, 13 + FRAME_MS * 0.96, NAK);
      expect(answer.state).toBe("repeating");
    });

    it("leaves the frame its time where the carrier took it late", () => {
      const link = offering();
      give(link, 21, NAK);
      link.step({ type: "written" }, 500);
      expect(link.deadline).toBe(500 + SERIAL_TIMINGS.earlyNakMs + Math.ceil(FRAME_MS));
    });

    it("is none on a line of unknown speed", () => {
      const link = register();
      send(link, LONG);
      give(link, 3, ACK);
      tick(link);
      give(link, 13, NAK);
      expect(link.state).toBe("repeating");
    });

    it("is the answer all the same where no other comes: USB is faster than its baud rate says", () => {
      const link = offering();
      for (let now = 21, tries = 1; tries <= 4; tries += 1) {
        give(link, now, NAK);
        expect(link.deadline).toBe(now + SERIAL_TIMINGS.earlyNakMs + Math.ceil(FRAME_MS));
        now = (link.deadline ?? 0) + 8;
        const outputs = tick(link);
        if (tries < 4) expect(written(outputs)).toEqual([...encodeFrame(LONG)]);
        else expect(outputs).toMatchObject([{ type: "write" }, { stage: "before", fault: "refused" }]);
      }
      expect(link.idle).toBe(true);
    });

    it("sends nothing twice, whenever it comes", () => {
      const byteMs = 10 / 9.6;
      for (let at = 0; at < FRAME_MS * 0.95; at += 1) {
        const pair = pairOf({ byteMs, latencyMs: 0, links: { baudRate: 9_600 } });
        pair.send("register", LONG);
        pair.at(2 * byteMs + 20 + at, () => pair.inject("register", Uint8Array.of(NAK)));
        pair.run();
        expect(pair.wire.register.filter((byte) => byte === STX)).toHaveLength(1);
        expect([pair.sent("register"), pair.messages("terminal").length]).toEqual([1, 1]);
      }
    });
  });

  it("adds the time of its own bytes at the baud rate to the wait for ACK", () => {
    const link = register({ baudRate: 1_200 });
    send(link, new Uint8Array(512).fill(0x41));
    give(link, 0, ACK);
    tick(link, 10);
    expect(link.deadline).toBe(10 + 3_000 + Math.ceil((515 * 10_000) / 1_200));
  });
});

describe("receiving", () => {
  it("drains stale bytes before ENQ", () => {
    const link = register();
    const outputs = give(link, 0, bytes("rest of old\r\n"), ENQ);
    expect(outputs.map(({ type }) => type)).toEqual(["discarded", "discarded"]);
    expect(written(tick(link))).toEqual([ACK]);
    expect(link.counters).toMatchObject({ strayText: 11, noise: 2 });
  });

  it("does not take an ENQ for the LRC of a stray frame that ended long before", () => {
    const link = register();
    give(link, 0, bytes("CZ0"), ETX);
    give(link, SERIAL_TIMINGS.byteGapMs, ENQ);
    expect(written(tick(link))).toEqual([ACK]);
  });

  it("answers ENQ in the same piece as the stale bytes before it", () => {
    const link = register();
    give(link, 0, Uint8Array.of(0x00, 0x7f, ACK, EOT, 0x31, ENQ));
    expect(written(tick(link))).toEqual([ACK]);
  });

  it("answers NAK to a bad LRC, takes the repeat in the same session, and delivers only that", () => {
    const flip: ByteFault = (from, index, byte) => [from === "terminal" && index === 10 ? byte ^ 1 : byte];
    const pair = pairOf({ fault: flip });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.messages("register").map(({ data }) => data)).toEqual([ANSWER]);
    expect(pair.wire.register.filter((byte) => byte === NAK)).toHaveLength(1);
  });

  it("answers NAK to a frame that stops before its LRC: after 1 s in the data, after 3 s behind ETX", () => {
    for (const [cut, silence] of [
      [5, 1_000],
      [-1, 3_000],
    ] as const) {
      const link = register();
      give(link, 0, ENQ);
      tick(link, 10);
      give(link, 20, encodeFrame(ANSWER).subarray(0, cut));
      expect(link.deadline).toBe(20 + silence);
      tick(link);
      expect(written(tick(link))).toEqual([NAK]);
      expect(link.counters.cutFrame).toBe(1);
    }
  });

  it("takes a frame at once that noise like the end of another precedes", () => {
    const link = register();
    give(link, 0, ENQ);
    tick(link);
    give(link, 20, bytes("x"), ETX, encodeFrame(ANSWER));
    expect(written(tick(link))).toEqual([ACK]);
  });

  describe("a frame whose STX was lost and whose LRC equals STX", () => {
    const LRC_IS_STX = bytes("A@");

    it.each(["register", "terminal"] as const)("is asked for again in its session (lost to the %s)", (to) => {
      const from = to === "register" ? "terminal" : "register";
      // ENQ and EOT of the terminal's session, or ENQ alone of the register's, leave before the frame.
      const at = from === "terminal" ? 3 : 1;
      const pair = pairOf({
        answer: () => [[2_000, LRC_IS_STX]],
        fault: (end, index, byte) => (end === from && index === at ? [] : [byte]),
      });
      pair.send("register", LRC_IS_STX);
      pair.run();
      expect(pair.wire[from][at]).toBe(STX);
      expect(pair.wire[to].filter((byte) => byte === NAK)).toHaveLength(1);
      expect(pair.messages(to).map(({ data }) => data)).toEqual([LRC_IS_STX]);
      expect([pair.sent(from), pair.failures(from)]).toEqual([1, []]);
    });

    it("is asked for again after the silence that ends a frame", () => {
      const link = register();
      give(link, 0, ENQ);
      tick(link);
      give(link, 20, LRC_IS_STX, ETX, STX);
      expect([link.state, link.deadline]).toEqual(["receiving", 20 + SERIAL_TIMINGS.byteGapMs]);
      tick(link);
      expect(written(tick(link))).toEqual([NAK]);
    });

    it("leaves the message held as it is, where it repeats it", () => {
      const link = register();
      give(link, 0, ENQ);
      tick(link);
      give(link, 20, encodeFrame(LRC_IS_STX));
      tick(link);
      const outputs = [...give(link, 2_900, LRC_IS_STX, ETX, STX), ...give(link, 3_000, EOT), ...tick(link)];
      expect(messages(outputs)).toEqual([`late ${text(LRC_IS_STX)}`]);
      expect(link.idle).toBe(true);
    });
  });

  it("gives up after four bad frames and is free", () => {
    const link = register();
    give(link, 0, ENQ);
    const outputs = [...tick(link)];
    for (let frame = 0; frame < 4; frame += 1)
      outputs.push(...give(link, 20, encodeFrame(ANSWER).with(3, 0x7e)), ...tick(link));
    expect(written(outputs)).toEqual([ACK, NAK, NAK, NAK, NAK]);
    expect(link.idle).toBe(true);
  });

  it("delivers a message whose EOT never comes, at the deadline of EOT", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    give(link, 1_000, ENQ);
    tick(link);
    give(link, 1_020, encodeFrame(ANSWER));
    tick(link);
    expect(link.deadline).toBe(1_030 + SERIAL_TIMINGS.eotMs);
    expect(tick(link, 4_029)).toEqual([]);
    expect(messages(tick(link, 4_030))).toEqual([text(ANSWER)]);
    expect(link.idle).toBe(true);
  });

  it("delivers before it answers an ENQ that comes instead of EOT", () => {
    const link = register();
    give(link, 0, ENQ);
    tick(link);
    give(link, 20, encodeFrame(ANSWER));
    tick(link);
    expect(messages(give(link, 40, ENQ))).toEqual([`late ${text(ANSWER)}`]);
    expect(written(tick(link))).toEqual([ACK]);
  });

  it("asks again for a frame that an ETX or text follows: noise may have ended it too early", () => {
    for (const trailing of [ETX, 0x41]) {
      const link = register();
      give(link, 0, ENQ);
      tick(link);
      give(link, 20, encodeFrame(ANSWER), trailing);
      expect(written(tick(link))).toEqual([NAK]);
    }
  });

  it("keeps the deadline of EOT when noise looks like a new frame", () => {
    const link = register();
    give(link, 0, ENQ);
    tick(link);
    give(link, 20, encodeFrame(ANSWER));
    tick(link);
    const { deadline } = link;
    give(link, 40, STX, EOT);
    expect(link.deadline).toBe(deadline);
    expect(messages(tick(link))).toHaveLength(1);
  });

  it("acknowledges a frame repeated after a lost ACK, and delivers it once", () => {
    const link = register();
    give(link, 0, ENQ);
    tick(link);
    give(link, 20, encodeFrame(ANSWER));
    expect(written(tick(link))).toEqual([ACK]);
    give(link, 1_000, encodeFrame(ANSWER));
    expect(written(tick(link))).toEqual([ACK]);
    expect(messages(give(link, 1_100, EOT))).toHaveLength(1);
    expect(link.counters.repeatedFrame).toBe(1);
  });

  it("acknowledges the damaged repeat of a frame it holds: NAK would deny it", () => {
    const link = register();
    give(link, 0, ENQ);
    tick(link);
    give(link, 20, encodeFrame(ANSWER));
    tick(link);
    give(link, 1_000, encodeFrame(ANSWER).with(4, 0x7e));
    expect(written(tick(link))).toEqual([ACK]);
    expect(messages(give(link, 1_100, EOT))).toHaveLength(1);
  });

  it("delivers once what is repeated in a new session because our ACK was lost", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    expect(messages(receive(link, ANSWER, 1_000))).toEqual([text(ANSWER)]);
    const again = receive(link, ANSWER, 5_000);
    expect(messages(again)).toEqual([]);
    expect(written(again)).toEqual([ACK, ACK]);
    expect(link.counters.repeatedMessage).toBe(1);
  });

  it("takes an equal message for another one when a request of ours lies in between, or much time", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    receive(link, ANSWER, 1_000);
    exchange(link, REQUEST, 2_000);
    expect(messages(receive(link, ANSWER, 3_000))).toEqual([text(ANSWER)]);
    expect(messages(receive(link, ANSWER, 3_050 + SERIAL_TIMINGS.repeatMs + 1))).toEqual([
      `late ${text(ANSWER)}`,
    ]);
  });

  it("takes an equal message for a repeat when our request in between never left", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    receive(link, ANSWER, 1_000);
    send(link, REQUEST, 1_200);
    while (!link.idle) tick(link);
    expect(messages(receive(link, ANSWER, 7_000))).toEqual([]);
  });

  it("knows a repeat of a repeat, each soon after the one before", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    const heard = [1_000, 8_000, 15_000].flatMap((now) => messages(receive(link, ANSWER, now)));
    expect(heard).toEqual([text(ANSWER)]);
  });

  it("takes two equal requests for two, as the terminal", () => {
    const link = new SerialLink({ role: "terminal" });
    expect(messages([...receive(link, REQUEST, 0), ...receive(link, REQUEST, 1_000)])).toHaveLength(2);
  });

  it("returns to idle from bids that the terminal withdraws, however many", () => {
    const link = register();
    for (let bid = 0; bid < 3; bid += 1) {
      give(link, bid * 2_000, ENQ);
      tick(link);
      give(link, bid * 2_000 + 1_000, EOT);
      expect(link.idle).toBe(true);
    }
    expect(link.counters.bidWithdrawn).toBe(3);
  });

  it("accepts frames longer than may be sent up to 4096 bytes, and refuses one byte more", () => {
    for (const [length, kept] of [
      [4_096, 1],
      [4_097, 0],
    ] as const) {
      const pair = pairOf({ links: { maxSend: 5_000 } });
      pair.send("terminal", new Uint8Array(length).fill(0x41));
      pair.run();
      expect(pair.messages("register")).toHaveLength(kept);
      expect(pair.failures("terminal").map(({ stage, fault }) => `${stage} ${fault}`)).toEqual(
        kept === 1 ? [] : ["before refused"],
      );
    }
  });

  it("ends a session that babbles for a minute, so that a send of ours gets the line", () => {
    const link = register();
    give(link, 0, ENQ);
    send(link, REQUEST);
    let now = 0;
    for (; link.state !== "bidding"; now += 1_000) {
      while (link.deadline !== undefined && link.deadline <= now) tick(link);
      if (link.state === "receiving") give(link, now, ENQ);
    }
    expect(now).toBeLessThan(SERIAL_TIMINGS.sessionMs + 5_000);
  });
});

describe("the end of the line", () => {
  it("says whether it was closed or lost, before and after a frame has left", () => {
    for (const [lost, fault] of [
      [true, "lost"],
      [false, "closed"],
    ] as const) {
      const link = register();
      send(link, REQUEST);
      expect(link.step({ type: "closed", lost }, 1)).toMatchObject([{ stage: "before", fault }]);
      send(link, REQUEST);
      give(link, 1, ACK);
      tick(link);
      expect(link.step({ type: "closed", lost }, 20)).toMatchObject([{ stage: "after", fault }]);
    }
  });

  it("leaves nothing of the old line for the next", () => {
    const link = register();
    give(link, 0, bytes("CZ0"), ETX);
    link.step({ type: "closed" }, 1);
    give(link, 2, ENQ);
    expect(written(tick(link))).toEqual([ACK]);
  });

  it("gives the bytes of half a frame as evidence", () => {
    const link = register();
    give(link, 0, ENQ);
    tick(link);
    give(link, 20, encodeFrame(ANSWER).subarray(0, 5));
    expect(link.step({ type: "closed" }, 30)).toMatchObject([
      { type: "discarded", bytes: ANSWER.subarray(0, 4) },
    ]);
    expect(link.idle).toBe(true);
  });
});

describe("which payment a message belongs to", () => {
  it("takes the first message for the answer when our request was sent on an earlier connection", () => {
    const link = register({ resumed: true });
    expect(messages(receive(link, ANSWER, 0))).toEqual([text(ANSWER)]);
    expect(messages(receive(link, bytes("SECOND"), 1_000))).toEqual(["late SECOND"]);
  });

  it("calls a message late when nothing was sent", () => {
    expect(messages(receive(register(), ANSWER, 0))).toEqual([`late ${text(ANSWER)}`]);
  });

  it("calls the second message late, for the first was the answer", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    expect(messages(receive(link, ANSWER, 1_000))).toEqual([text(ANSWER)]);
    expect(messages(receive(link, bytes("SECOND"), 2_000))).toEqual(["late SECOND"]);
  });

  it("calls what comes late when the last request never reached the terminal", () => {
    const link = register();
    exchange(link, REQUEST, 0);
    send(link, REQUEST, 200_000);
    while (!link.idle) tick(link);
    expect(messages(receive(link, ANSWER, 210_000))).toEqual([`late ${text(ANSWER)}`]);
  });

  it("gives way in a collision: the message is an earlier one, ours was not sent", () => {
    const pair = pairOf();
    pair.send("terminal", bytes("EARLIER"));
    pair.send("register", REQUEST);
    pair.run();
    expect(
      pair.reports.register.map(({ output }) => output).filter(({ type }) => type !== "discarded"),
    ).toEqual([
      { type: "message", data: bytes("EARLIER"), late: true },
      { type: "failed", stage: "before", fault: "collision", received: new Uint8Array() },
    ]);
    expect(pair.sent("terminal")).toBe(1);
    expect(pair.messages("terminal")).toEqual([]);
  });

  it("pauses in full before it bids again, also when the session ended at its limit", () => {
    const link = register({ timings: { sessionMs: 100 } });
    send(link, REQUEST);
    give(link, 5, ENQ);
    tick(link);
    expect(link.deadline).toBe(105);
    tick(link);
    expect([link.state, link.deadline]).toEqual(["pausing", 105 + SERIAL_TIMINGS.enqPauseMs]);
  });

  it("keeps a send for the end of a session of the peer, and calls what that brought late", () => {
    const pair = pairOf();
    pair.send("terminal", bytes("EARLIER"));
    pair.send("register", REQUEST, 25);
    pair.run();
    expect(pair.messages("register").map(({ data, late }) => [text(data), late])).toEqual([
      ["EARLIER", true],
      [text(ANSWER), false],
    ]);
  });

  it("takes the answer after an ENQ in place of the ACK as the answer to what it sent", () => {
    const link = register();
    send(link, REQUEST);
    give(link, 1, ACK);
    tick(link);
    expect(give(link, 30, ENQ)).toMatchObject([{ stage: "after", fault: "no-acknowledgement" }]);
    expect(
      messages([
        ...tick(link),
        ...give(link, 60, encodeFrame(ANSWER)),
        ...tick(link),
        ...give(link, 90, EOT),
      ]),
    ).toEqual([text(ANSWER)]);
  });
});

describe("parity and bit 7", () => {
  it("reads 7 bits and even parity through a port of 8 bits when bit 7 is masked", () => {
    const link = register({ maskBit7: true });
    give(link, 0, addEvenParity(Uint8Array.of(ENQ)));
    tick(link);
    give(link, 20, addEvenParity(encodeFrame(ANSWER)));
    tick(link);
    expect(messages(give(link, 50, addEvenParity(Uint8Array.of(EOT))))).toEqual([`late ${text(ANSWER)}`]);
  });

  it("sends even parity when asked, and reads it back", () => {
    const pair = pairOf({ links: { softwareParity: true } });
    pair.send("register", REQUEST);
    pair.run();
    expect(pair.messages("register").map(({ data }) => data)).toEqual([ANSWER]);
    expect(pair.wire.register).toEqual([...addEvenParity(Uint8Array.from(pair.wire.register))]);
    expect(pair.wire.register).toContain(STX | 0x80);
  });
});

describe("time", () => {
  it("does nothing on early or extra ticks, in any state", () => {
    const link = register();
    send(link, REQUEST);
    expect(tick(link, 999)).toEqual([]);
    expect(link.deadline).toBe(1_000);
    expect(tick(register(), 5)).toEqual([]);
  });

  it("takes an ACK that was read after its deadline, while the tick had not come yet", () => {
    const link = register();
    send(link, REQUEST);
    give(link, 1, ACK);
    tick(link);
    expect(give(link, 60_000, ACK)).toEqual([{ type: "sent" }]);
  });
});
