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
