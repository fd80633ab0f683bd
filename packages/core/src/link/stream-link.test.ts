import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMessage } from "../codec/tlv.ts";
import type { LinkOutput } from "./link.ts";
import { MAX_ANSWER_BYTES, StreamLink, type StreamLinkOptions } from "./stream-link.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (data: Uint8Array): string => String.fromCharCode(...data);
const REQUEST = bytes("CZ0040300CJ012247300123456CA00201CB0042500CD0010CE003978");
const APPROVAL = "CZ0040300CJ012330538600404CA00201CB0042500CD0010CE003978AE00210CC003001";

function asked(options?: StreamLinkOptions): StreamLink {
  const link = new StreamLink(options);
  link.step({ type: "send", data: REQUEST }, 0);
  link.step({ type: "written" }, 0);
  return link;
}

const receive = (link: StreamLink, data: string, now = 0): readonly LinkOutput[] =>
  link.step({ type: "bytes", bytes: bytes(data) }, now);
const messages = (outputs: readonly LinkOutput[]): readonly string[] =>
  outputs.flatMap((output) => (output.type === "message" ? [text(output.data)] : []));
const faults = (outputs: readonly LinkOutput[]): readonly string[] =>
  outputs.flatMap((output) => (output.type === "failed" ? [`${output.stage}: ${output.fault}`] : []));

describe("sending", () => {
  test("writes the request in one piece and says so once it is handed over", () => {
    const link = new StreamLink();
    expect(link.step({ type: "send", data: REQUEST }, 0)).toEqual([{ type: "write", bytes: REQUEST }]);
    expect(link.step({ type: "written" }, 0)).toEqual([{ type: "sent" }]);
    expect(link.step({ type: "written" }, 0)).toEqual([]);
  });

  test("adds the suffix of a profile that wants one", () => {
    const [write] = new StreamLink({ suffix: "\r\n" }).step({ type: "send", data: bytes("CD001I") }, 0);
    expect(write?.type === "write" && text(write.bytes)).toBe("CD001I\r\n");
  });

  test("refuses a second message while one is being written", () => {
    const link = new StreamLink();
    link.step({ type: "send", data: REQUEST }, 0);
    expect(faults(link.step({ type: "send", data: REQUEST }, 0))).toEqual(["before: busy"]);
  });

  test("refuses to send on a closed connection", () => {
    const link = new StreamLink();
    expect(faults(link.step({ type: "closed" }, 0))).toEqual(["before: closed"]);
    expect(faults(link.step({ type: "send", data: REQUEST }, 0))).toEqual(["before: closed"]);
  });
});

describe("the end of an answer", () => {
  test("is 250 ms of silence after whole elements with AE among them", () => {
    const link = asked();
    expect(receive(link, APPROVAL, 1000)).toEqual([]);
    expect(link.deadline).toBe(1250);
    expect(link.step({ type: "tick" }, 1249)).toEqual([]);
    expect(messages(link.step({ type: "tick" }, 1250))).toEqual([APPROVAL]);
  });

  test("is at once when the terminal closes", () => {
    const link = asked();
    receive(link, APPROVAL);
    expect(messages(link.step({ type: "closed" }, 1))).toEqual([APPROVAL]);
  });

  test("does not come while AE is missing, however whole the elements are", () => {
    const link = asked();
    receive(link, "CZ0040300CA00201");
    expect(link.deadline).toBeUndefined();
  });

  test("is another silence where what has come asks for it", () => {
    const link = new StreamLink({
      endTags: ["CD"],
      quietMs: 100,
      quietAfterMs: (tags, action) => (action === "0" && !tags.has("CB") ? 5_000 : 100),
    });
    link.step({ type: "bytes", bytes: bytes("CZ0040300CD0010") }, 1_000);
    expect(link.deadline).toBe(6_000);
    link.step({ type: "bytes", bytes: bytes("CB003100") }, 2_000);
    expect(link.deadline).toBe(2_100);
    link.step({ type: "tick" }, 2_100);
    link.step({ type: "bytes", bytes: bytes("CZ0040300CD001I") }, 3_000);
    expect(link.deadline).toBe(3_100);
  });

  test("comes without AE for an identification, which CZ may end", () => {
    const link = asked({ endTags: ["AE", "CZ"] });
    receive(link, "CZ0040300CA00201CD001I");
    expect(messages(link.step({ type: "tick" }, 250))).toEqual(["CZ0040300CA00201CD001I"]);
  });

  for (let cut = 1; cut < APPROVAL.length; cut += 1)
    test(`is not a cut after ${cut} bytes whose rest comes within the silence`, () => {
      const link = asked();
      expect(receive(link, APPROVAL.slice(0, cut), 0)).toEqual([]);
      expect(link.step({ type: "tick" }, 249)).toEqual([]);
      expect(receive(link, APPROVAL.slice(cut), 249)).toEqual([]);
      expect(messages(link.step({ type: "tick" }, 499))).toEqual([APPROVAL]);
    });

  test("is found byte by byte", () => {
    const link = asked();
    for (const [at, character] of [...APPROVAL].entries()) expect(receive(link, character, at)).toEqual([]);
    expect(messages(link.step({ type: "tick" }, APPROVAL.length + 250))).toEqual([APPROVAL]);
  });

  test("leaves out line ends around an answer, but not the line feed that ends a ticket", () => {
    const ticket = "CZ0040300AE00210ZT023CK003100AK010QUJDRA==\r\n";
    const link = asked();
    receive(link, `\r\n${ticket}`);
    expect(messages(link.step({ type: "tick" }, 250))).toEqual([ticket]);
    receive(link, `${APPROVAL}\r\n`);
    expect(messages(link.step({ type: "tick" }, 999))).toEqual([APPROVAL]);
    expect(link.counters["blankBytes"]).toBe(4);
  });
});

describe("no answer", () => {
  test("a terminal that closes without a byte", () => {
    expect(faults(asked().step({ type: "closed" }, 0))).toEqual(["after: closed"]);
  });

  test("half an element, then a close", () => {
    const link = asked();
    receive(link, APPROVAL.slice(0, -1));
    expect(faults(link.step({ type: "closed" }, 0))).toEqual(["after: cut"]);
  });

  test("whole elements without AE, then a close, are a message for the judge", () => {
    const link = asked();
    receive(link, "CZ0040300");
    expect(messages(link.step({ type: "closed" }, 0))).toEqual(["CZ0040300"]);
  });

  test("a reset is not an end: the last elements may be missing", () => {
    const link = asked();
    receive(link, APPROVAL);
    expect(faults(link.step({ type: "closed", lost: true }, 0))).toEqual(["after: lost"]);
  });

  test("broken structure is kept whole as evidence, with its offset", () => {
    const link = asked();
    receive(link, "CZ00X0300");
    receive(link, "more", 100);
    const [failed] = link.step({ type: "tick" }, 350);
    expect(failed).toMatchObject({ type: "failed", stage: "after", fault: "malformed", offset: 0 });
    expect(failed?.type === "failed" && text(failed.received)).toBe("CZ00X0300more");
  });

  test("65 536 bytes are an answer, one more is too many", () => {
    const filler = "CF999".padEnd(1004, "x");
    const tail = MAX_ANSWER_BYTES - 65 * filler.length - "AE00210".length;
    const whole = "AE00210" + filler.repeat(65) + `CG${String(tail - 5).padStart(3, "0")}`.padEnd(tail, "x");
    expect(whole).toHaveLength(MAX_ANSWER_BYTES);
    const link = asked();
    receive(link, whole);
    expect(messages(link.step({ type: "tick" }, 250))[0]).toHaveLength(MAX_ANSWER_BYTES);
    receive(link, `${whole}X`, 300);
    expect(faults(link.step({ type: "tick" }, 550))).toEqual(["after: oversize"]);
  });
});

test("64 KiB of the smallest elements, byte by byte, are each looked at once", () => {
  const link = asked();
  const data = bytes("AE00210" + "XX0011".repeat(10_000));
  let now = 0;
  for (const byte of data) link.step({ type: "bytes", bytes: Uint8Array.of(byte) }, (now += 1));
  expect(messages(link.step({ type: "tick" }, now + 250))[0]).toHaveLength(data.length);
});

test("blanks between elements are no end: what follows them is broken", () => {
  const link = asked();
  receive(link, `${APPROVAL}\r\n`);
  receive(link, "AF00209", 100);
  expect(faults(link.step({ type: "tick" }, 350))).toEqual(["after: malformed"]);
});

describe("what answers nothing", () => {
  test("an answer that comes before the request is late: it is to something else", () => {
    const link = new StreamLink();
    receive(link, APPROVAL);
    const outputs = link.step({ type: "send", data: REQUEST }, 10);
    expect(outputs.map(({ type }) => type)).toEqual(["message", "write"]);
    expect(outputs[0]).toMatchObject({ late: true });
  });

  test("noise before the request is discarded and denies nothing", () => {
    const link = new StreamLink();
    receive(link, "\u0001\u0002");
    expect(link.step({ type: "send", data: REQUEST }, 10).map(({ type }) => type)).toEqual([
      "discarded",
      "write",
    ]);
  });

  test("on a resumed exchange the first message is its answer", () => {
    const link = new StreamLink({ resumed: true });
    receive(link, APPROVAL);
    expect(link.step({ type: "tick" }, 250)).toMatchObject([{ type: "message", late: false }]);
  });
});

describe("what is kept, counted and told", () => {
  const NONE = new Uint8Array(0);

  test("a message that cannot be sent is told with nothing received", () => {
    const busy = new StreamLink();
    busy.step({ type: "send", data: REQUEST }, 0);
    expect(busy.step({ type: "send", data: REQUEST }, 0)).toEqual([
      { type: "failed", stage: "before", fault: "busy", received: NONE },
    ]);
    const closed = new StreamLink();
    closed.step({ type: "closed" }, 0);
    expect(closed.step({ type: "send", data: REQUEST }, 0)).toEqual([
      { type: "failed", stage: "before", fault: "closed", received: NONE },
    ]);
  });

  test("a connection that ends before anything was sent proves that nothing was", () => {
    expect(new StreamLink().step({ type: "closed" }, 0)).toEqual([
      { type: "failed", stage: "before", fault: "closed", received: NONE },
    ]);
    expect(new StreamLink().step({ type: "closed", lost: true }, 0)).toEqual([
      { type: "failed", stage: "before", fault: "lost", received: NONE },
    ]);
    expect(asked().step({ type: "closed", lost: true }, 0)).toEqual([
      { type: "failed", stage: "after", fault: "lost", received: NONE },
    ]);
  });

  test("what came before the request is told even when the connection then ends", () => {
    const link = new StreamLink();
    receive(link, "\u0001");
    expect(link.step({ type: "closed" }, 0)).toEqual([
      { type: "discarded", bytes: bytes("\u0001"), why: "came before the request" },
      { type: "failed", stage: "before", fault: "closed", received: NONE },
    ]);
  });

  test("a connection ends once: what comes after its end is nothing", () => {
    const link = asked();
    receive(link, APPROVAL);
    expect(link.step({ type: "closed" }, 1)).toEqual([
      { type: "message", data: bytes(APPROVAL), late: false },
    ]);
    expect(link.step({ type: "closed" }, 2)).toEqual([]);
    expect(receive(link, APPROVAL, 3)).toEqual([]);
    expect(link.deadline).toBeUndefined();
    expect(link.step({ type: "tick" }, 1_000)).toEqual([]);
    expect(link.step({ type: "closed", lost: true }, 4)).toEqual([]);
  });

  test("an empty piece changes nothing, and puts no silence off", () => {
    const link = asked();
    receive(link, APPROVAL, 0);
    expect(receive(link, "", 200)).toEqual([]);
    expect(link.deadline).toBe(250);
  });

  test("it is idle when nothing is being sent or received", () => {
    const link = new StreamLink();
    expect(link.idle).toBe(true);
    link.step({ type: "send", data: REQUEST }, 0);
    expect(link.idle).toBe(false);
    link.step({ type: "written" }, 0);
    expect(link.idle).toBe(true);
    receive(link, APPROVAL.slice(0, 3));
    expect(link.idle).toBe(false);
    receive(link, APPROVAL.slice(3));
    expect(link.idle).toBe(false);
    link.step({ type: "tick" }, 250);
    expect(link.idle).toBe(true);
    receive(link, "!");
    expect(link.idle).toBe(false);
    link.step({ type: "closed" }, 300);
    expect(link.idle).toBe(true);
  });

  test("the silence is the profile's own", () => {
    const link = asked({ quietMs: 800 });
    receive(link, APPROVAL, 100);
    expect(link.deadline).toBe(900);
    receive(link, "?", 500);
    expect(link.deadline).toBe(1_300);
  });

  test("a blank is CR, LF, space or NUL, before and after an answer", () => {
    for (const blank of ["\r", "\n", " ", "\u0000"]) {
      const link = asked();
      receive(link, `${blank}${APPROVAL}${blank}${blank}`);
      expect(messages(link.step({ type: "tick" }, 250))).toEqual([APPROVAL]);
      expect(link.counters).toEqual({
        blankBytes: 3,
        brokenMessages: 0,
        oversizeMessages: 0,
        oversizeBytes: 0,
      });
    }
    for (const other of ["\t", "!", "\u00a0"]) {
      const link = asked();
      receive(link, `${APPROVAL}${other}`);
      expect(faults(link.step({ type: "tick" }, 250))).toEqual(["after: malformed"]);
    }
  });

  test("blanks alone are no answer, and no evidence of one", () => {
    const link = asked();
    receive(link, "\r\n");
    expect(link.deadline).toBeUndefined();
    expect(link.idle).toBe(true);
    expect(link.step({ type: "closed" }, 10)).toEqual([
      { type: "failed", stage: "after", fault: "closed", received: NONE },
    ]);
    expect(link.counters["blankBytes"]).toBe(2);
  });

  test("blanks after half an element are part of it", () => {
    const link = asked();
    receive(link, "CZ0040300CF003a ");
    expect(link.deadline).toBeUndefined();
    const [failed] = link.step({ type: "closed" }, 10);
    expect(failed).toMatchObject({ fault: "cut", received: bytes("CZ0040300CF003a ") });
  });

  test("a broken message is counted once, and the next one is read anew", () => {
    const link = asked();
    receive(link, "CZ00X0300", 0);
    expect(link.deadline).toBe(250);
    receive(link, "and more", 100);
    expect(link.deadline).toBe(350);
    expect(link.step({ type: "tick" }, 350)).toHaveLength(1);
    expect(link.counters).toEqual({
      blankBytes: 0,
      brokenMessages: 1,
      oversizeMessages: 0,
      oversizeBytes: 0,
    });
    receive(link, APPROVAL, 400);
    expect(messages(link.step({ type: "tick" }, 650))).toEqual([APPROVAL]);
  });

  test("a broken message whose connection is closed or lost is still malformed", () => {
    for (const lost of [false, true]) {
      const link = asked();
      receive(link, "CZ0040300CA00X");
      expect(link.step({ type: "closed", lost }, 1)).toEqual([
        { type: "failed", stage: "after", fault: "malformed", received: bytes("CZ0040300CA00X"), offset: 9 },
      ]);
    }
  });

  test("the offset of a broken element counts from the first byte received, blanks included", () => {
    const link = asked();
    receive(link, "\r\nCZ0040300CA00X");
    expect(link.step({ type: "tick" }, 250)).toEqual([
      {
        type: "failed",
        stage: "after",
        fault: "malformed",
        received: bytes("\r\nCZ0040300CA00X"),
        offset: 11,
      },
    ]);
  });

  test("what does not fit is counted, and its beginning is the evidence", () => {
    const link = asked({ maxBytes: 10 });
    expect(receive(link, "CZ0040300AE0", 0)).toEqual([]);
    expect(link.deadline).toBe(250);
    expect(receive(link, "0210", 100)).toEqual([]);
    expect(link.deadline).toBe(350);
    receive(link, "!", 100);
    expect(link.step({ type: "tick" }, 350)).toEqual([
      { type: "failed", stage: "after", fault: "oversize", received: bytes("CZ0040300A"), offset: 10 },
    ]);
    expect(link.counters).toEqual({
      blankBytes: 0,
      brokenMessages: 0,
      oversizeMessages: 1,
      oversizeBytes: 7,
    });
  });

  test("what has come of a message that has no end yet can be looked at, and stays", () => {
    const link = asked();
    expect(link.unfinished).toEqual(bytes(""));
    receive(link, "\r\n");
    expect(link.unfinished).toEqual(bytes(""));
    receive(link, "CZ00");
    expect(link.unfinished).toEqual(bytes("\r\nCZ00"));
    receive(link, "40300AE00210");
    expect(link.unfinished).toEqual(bytes("\r\nCZ0040300AE00210"));
    expect(link.step({ type: "tick" }, 250)).toEqual([
      { type: "message", data: bytes("CZ0040300AE00210"), late: false },
    ]);
    expect(link.unfinished).toEqual(bytes(""));
  });

  test("silence ends whole elements only; a loss ends them as lost, a close as a message", () => {
    const whole = "CZ0040300CA00201";
    const silent = asked();
    receive(silent, whole);
    expect(silent.step({ type: "tick" }, 10_000)).toEqual([]);
    expect(silent.step({ type: "closed", lost: true }, 10_001)).toEqual([
      { type: "failed", stage: "after", fault: "lost", received: bytes(whole) },
    ]);
  });

  test("a request makes no message of elements that still lack their end", () => {
    const link = asked();
    receive(link, "CZ0040300CA00201");
    expect(faults(link.step({ type: "send", data: REQUEST }, 10))).toEqual(["after: cut"]);
  });

  test("a request ends what was half received for the one before", () => {
    const link = asked();
    receive(link, "CZ00403");
    expect(link.step({ type: "send", data: REQUEST }, 10)).toEqual([
      { type: "failed", stage: "after", fault: "cut", received: bytes("CZ00403") },
      { type: "write", bytes: REQUEST },
    ]);
  });
});

test("whatever comes, in whatever pieces, the machine neither throws nor hangs, and delivers only what decodes", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom("AE00210", "CZ0040300", "ZT0", "\r\n", APPROVAL).map(bytes),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.nat(400))), (pieces) => {
      const link = asked();
      let now = 0;
      const outputs: LinkOutput[] = [];
      for (const [data, pause] of pieces) {
        outputs.push(...link.step({ type: "bytes", bytes: data }, now));
        now += pause;
        outputs.push(...link.step({ type: "tick" }, now));
      }
      outputs.push(...link.step({ type: "closed" }, now));
      expect(link.idle).toBe(true);
      for (const output of outputs) if (output.type === "message") decodeMessage(output.data);
    }),
  );
});
