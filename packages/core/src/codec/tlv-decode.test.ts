import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConcertError } from "../errors.ts";
import { decodeLatin1, encodeLatin1 } from "./ascii.ts";
import type { Message, Warning } from "./message.ts";
import { scanElements } from "./scan.ts";
import { decodeMessage, encodeMessage } from "./tlv.ts";

const decode = (text: string): Message => decodeMessage(encodeLatin1(text));
const element = (name: string, value: string): string => name + String(value.length).padStart(3, "0") + value;
const codes = (message: Message): readonly Warning["code"][] =>
  message.warnings.map((warning) => warning.code);

function fault(bytes: Uint8Array): ConcertError | undefined {
  try {
    decodeMessage(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof ConcertError) return error;
    throw error;
  }
}
const faultOf = (text: string): ConcertError | undefined => fault(encodeLatin1(text));

describe("decodeMessage", () => {
  it("gives text by name, and undefined for what is absent or constructed", () => {
    const message = decode("CZ0040320AE00210ZT021CK003100AK008QUJDRA==");
    expect(message.get("AE")).toBe("10");
    expect(message.get("AF")).toBeUndefined();
    expect(message.get("ZT")).toBeUndefined();
    expect(message.all("ZT")).toEqual([
      {
        name: "ZT",
        value: [
          { name: "CK", value: "100" },
          { name: "AK", value: "QUJDRA==" },
        ],
      },
    ]);
    expect(message.warnings).toEqual([]);
  });

  it("keeps unknown tags, whatever their first letter", () => {
    const message = decode("CZ0040320AE00210XQ003abcTI00212");
    expect(message.get("XQ")).toBe("abc");
    expect(message.get("TI")).toBe("12");
    expect(message.warnings).toEqual([]);
  });

  it("keeps bytes 0x80 to 0x9F as they are, in short and long values", () => {
    const special = String.fromCharCode(...Array.from({ length: 32 }, (_, index) => 0x80 + index));
    for (const value of [special.slice(0, 3), special, special.repeat(3)])
      expect(decode(element("CZ", "0320") + element("CF", value)).get("CF")).toBe(value);
  });

  it("reads a long ASCII value beside one that is not", () => {
    const ascii = "a".repeat(99);
    const message = decode(
      element("CZ", "0320") + element("CF", ascii) + element("CH", `é${ascii.slice(1)}`),
    );
    expect(message.get("CF")).toBe(ascii);
    expect(message.get("CH")).toBe(`é${ascii.slice(1)}`);
  });

  it("does not take bytes that happen to be UTF-8 for one character", () => {
    const twoBytes = "\u00c3\u00a9";
    const message = decode(element("CZ", "0320") + element("CF", twoBytes) + element("CH", "b".repeat(60)));
    expect(message.get("CF")).toBe(twoBytes);
    expect(message.get("CH")).toBe("b".repeat(60));
  });

  it("keeps the first of a repeated tag and shows the other", () => {
    const message = decode("CZ0040300AE00201AE00210");
    expect(message.tags).toHaveLength(2);
    expect(message.get("AE")).toBe("01");
    expect(message.warnings).toEqual([
      { code: "repeated", tag: "AE", offset: 16, message: expect.stringContaining("AE"), dropped: "10" },
    ]);
  });

  it("keeps each ZT, and does not confuse the tags inside them with repeats", () => {
    const ticket = element("ZT", "CK003100AK004QUJD");
    const message = decode(`CZ0040320CK003120${ticket}${ticket}AE00210`);
    expect(message.all("ZT")).toHaveLength(2);
    expect(message.get("CK")).toBe("120");
    expect(message.warnings).toEqual([]);
  });

  it("sees a repetition outside, whatever a constructed tag between the two holds", () => {
    const hiding = decode("CZ0040300AE00210ZT007AE00201AE00201");
    expect(hiding.tags.map(({ name }) => name)).toEqual(["CZ", "AE", "ZT"]);
    expect(hiding.warnings).toMatchObject([
      { code: "nesting" },
      { code: "repeated", tag: "AE", dropped: "01" },
    ]);
    const ticket = element("ZT", "CK003100AK004QUJD");
    expect(decode(`CZ0040320CK003100${ticket}CK003120`).warnings).toMatchObject([
      { code: "repeated", tag: "CK", dropped: "120" },
    ]);
  });

  it("shows a repeated card number masked", () => {
    const { warnings } = decode("CZ0040320AA0041234AA0164970101234567812");
    expect(warnings).toMatchObject([{ code: "repeated", dropped: "497010******7812" }]);
  });

  it("warns of a first tag other than CZ", () => {
    expect(codes(decode("AE00210CZ0040300"))).toEqual(["first-tag"]);
  });

  it.each([
    ["CA0011", "length"],
    ["CB0011", "length"],
    [element("CB", "1".repeat(13)), "length"],
    [element("CF", "x".repeat(183)), "length"],
    ["CB00412a4", "alphabet"],
    ["CF003a\u00a7b", "alphabet"],
    ["AC003a\nb", "alphabet"],
    ["CI0019", "value"],
    ["CK003130", "value"],
  ])("warns of %j: %s", (text, code) => {
    const message = decode(`CZ0040300AE00210${text}`);
    expect(message.warnings).toEqual([
      { code, tag: text.slice(0, 2), offset: 16, message: expect.any(String) },
    ]);
    expect(message.get(text.slice(0, 2))).toBe(text.slice(5));
  });

  it("warns once of an answer that holds a register's tag", () => {
    expect(codes(decode("CZ0040300BA0010BB0011AE00210AF00204"))).toEqual(["direction"]);
  });

  it("tolerates line feeds in AK, and warns of what is not base64", () => {
    const inside = (ak: string): Message =>
      decode(`CZ0040320${element("ZT", element("CK", "100") + element("AK", ak))}`);
    expect(inside(`${"QUJD".repeat(19)}\nQUJD\n`).warnings).toEqual([]);
    expect(codes(inside(`QUJ!${"QUJD".repeat(30)}`))).toEqual(["alphabet"]);
    expect(codes(inside(`${"QUJD".repeat(30)}QU\u00e9D`))).toEqual(["alphabet"]);
  });

  it.each([
    ["cut inside", "CK003100AK900QUJD"],
    ["bad length", "CK00x100AK004QUJD"],
    ["no tags at all", "ticket"],
    ["shorter than a header", "ab"],
  ])("keeps a broken ticket (%s) as text rather than losing the payment", (_, inside) => {
    const message = decode(`CZ0040320AE00210${element("ZT", inside)}AC00212`);
    expect(message.get("AE")).toBe("10");
    expect(message.get("AC")).toBe("12");
    expect(message.get("ZT")).toBe(inside);
    expect(codes(message)).toEqual(["nesting"]);
  });

  it("warns of a ZT that does not hold CK then AK, and of AK outside ZT", () => {
    expect(codes(decode("CZ0040320ZT009AK004QUJDAE00210"))).toEqual(["nesting"]);
    expect(codes(decode("CZ0040320AK004QUJD"))).toEqual(["nesting"]);
  });

  it("reads one level of nesting only", () => {
    const message = decode(`CZ0040320${element("ZX", element("ZY", element("CA", "01")))}`);
    expect(message.all("ZX")[0]!.value).toEqual([{ name: "ZY", value: "CA00201" }]);
    expect(codes(message)).toEqual(["nesting"]);
  });

  it("compares whole values only: one that ends like a known value is not that value", () => {
    const message = decode(`CZ0040300${element("AE", "\u0000\u000010")}`);
    expect(message.get("AE")).toBe("\u0000\u000010");
    expect(codes(message)).toEqual(["length", "alphabet"]);
  });

  it("warns of DEL, which is no text", () => {
    expect(codes(decode(`CZ0040300${element("CF", "a\u007fb")}`))).toEqual(["alphabet"]);
  });

  it.each([
    ["CK without AK", element("CK", "100") + element("CF", "x")],
    ["AK without CK", element("CF", "x") + element("AK", "QUJD")],
  ])("warns of a ticket of two tags that are not its own: %s", (_, inside) => {
    expect(codes(decode(`CZ0040320${element("ZT", inside)}`))).toContain("nesting");
  });

  it("does not mind who writes what inside a constructed tag", () => {
    expect(codes(decode(`CZ0040320${element("ZX", "BA0011AE00210")}`))).toEqual([]);
    expect(codes(decode(`CZ0040320BA0011${element("ZX", "AE00210")}`))).toEqual([]);
  });

  it("keeps the first ZT only where they stand inside another tag", () => {
    const tickets = element("ZT", "x") + element("ZT", "y");
    const message = decode(`CZ0040320${element("ZX", tickets)}`);
    expect(codes(message)).toEqual(["nesting", "repeated"]);
  });

  it("refuses a message far beyond 64 KiB, whatever stands in front", () => {
    const text = element("CZ", "0320") + element("ID", "x".repeat(999)).repeat(70);
    expect(faultOf(text)).toMatchObject({ code: "BAD_MESSAGE", tag: "ID" });
  });

  it("says how much of an element is missing", () => {
    expect(faultOf("CZ0040300AE0021")?.message).toBe("AE says 2 bytes, 1 are left, at offset 9");
    expect(faultOf("CZ0040300AE")?.message).toBe('header "AE" is cut short, at offset 9');
  });

  it("looks at every byte of a long value", () => {
    for (let length = 63; length <= 76; length += 1)
      for (let at = 0; at < length; at += 1)
        for (const shift of [0, 1]) {
          const ak = `${"Q".repeat(at)}!${"Q".repeat(length - at - 1)}`;
          const text = `CZ0040320${element("XX", "x".repeat(shift + 1))}${element("ZT", `CK003100${element("AK", ak)}`)}`;
          expect(codes(decode(text)), `${at} of ${length}`).toEqual(["alphabet"]);
        }
  });

  it("masks card numbers in its warnings", () => {
    const message = decode(`CZ0040320${element("CB", "497010123456781x")}`);
    expect(message.warnings.map((warning) => warning.message).join(" ")).not.toMatch(/\d{13}/);
  });

  it.each([
    ["", 0, undefined],
    ["CZ", 0, "CZ"],
    ["CZ000", 0, "CZ"],
    ["CZ0040300AE", 9, "AE"],
    ["CZ0040300AE002", 9, "AE"],
    ["CZ0040300AE0021", 9, "AE"],
    ["CZ0040300AE000", 9, "AE"],
    ["CZ0040300ae00210", 9, "ae"],
    ["CZ0040300A100210", 9, "A1"],
    ["CZ00403000000210", 9, "00"],
    ["CZ0040300AE00510", 9, "AE"],
    ["CZ0040300AE0 210", 9, "AE"],
    ["CZ0040300AE+0210", 9, "AE"],
    ["CZ0040300\u0000\u0001", 9, "\u0000\u0001"],
    ["CZ0040300\u00c1\u00c500210", 9, "\u00c1\u00c5"],
  ])("refuses %j at the element that begins at %i", (text, offset, tag) => {
    expect(faultOf(text)).toMatchObject({ code: "BAD_MESSAGE", offset, tag });
  });

  it("reads values of 1 and 999 bytes", () => {
    expect(decode(`CZ0040320${element("CF", "x")}`).get("CF")).toBe("x");
    expect(decode(`CZ0040320${element("ID", "x".repeat(999))}`).get("ID")).toBe("x".repeat(999));
  });

  it("reads a message of 64 KiB and refuses one byte more", () => {
    const filler = element("ZT", element("CK", "100") + element("AK", "Q".repeat(900))).repeat(71);
    const head = `CZ0040320${filler}`;
    const fill = (size: number): string => {
      const room = size - head.length - 2 * 5;
      return (
        head +
        element("ID", "i".repeat(Math.floor(room / 2))) +
        element("XX", "x".repeat(Math.ceil(room / 2)))
      );
    };
    expect(decode(fill(65_536)).get("ID")).toHaveLength(Math.floor((65_536 - head.length - 10) / 2));
    expect(scanElements(encodeLatin1(fill(65_536))).type).toBe("whole");
    const over = encodeLatin1(fill(65_537));
    expect(fault(over)).toMatchObject({ code: "BAD_MESSAGE", tag: "XX" });
    expect(scanElements(over)).toMatchObject({ type: "broken", tag: "XX", offset: fault(over)?.offset });
  });

  it("finds the one byte that breaches the alphabet, wherever it stands in a value of any length", () => {
    const bad = fc.constantFrom("!", "\u0000", "\u007f", "\u0080", "\u00ff", "-");
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        fc.nat(899),
        bad,
        fc.nat(9),
        (length, at, byte, shift) => {
          const good = "Qz7+/=\n ".repeat(120).slice(0, length);
          const broken = good.slice(0, at % length) + byte + good.slice((at % length) + 1);
          const inside = (ak: string): Message =>
            decode(
              `CZ0040320${element("XX", "x".repeat(shift + 1))}${element("ZT", element("CK", "100") + element("AK", ak))}`,
            );
          expect(inside(good).warnings).toEqual([]);
          expect(codes(inside(broken))).toEqual(["alphabet"]);
          const [ticket] = inside(broken).all("ZT");
          expect(ticket!.value[1]).toEqual({ name: "AK", value: broken });
          expect(() => encodeMessage([{ name: "CZ", value: "0320" }, ticket!])).toThrow(/AK must be base64/);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([undefined, null, "CZ0040300", [67, 90]])("refuses %j, which is no bytes", (input) => {
    expect(fault(input as unknown as Uint8Array)).toMatchObject({ code: "BAD_REQUEST", field: "bytes" });
  });

  it("reads a view into a larger buffer", () => {
    const larger = encodeLatin1("??CZ0040300AE00210??");
    expect(decodeMessage(larger.subarray(2, -2)).get("AE")).toBe("10");
  });

  it("throws nothing but BAD_MESSAGE, and agrees with the scanner, on arbitrary bytes", () => {
    const anyBytes = fc.uint8Array({ maxLength: 200 });
    const almost = fc
      .tuple(fc.constantFrom("CZ0040300AE00210ZT021CK003100AK008QUJDRA==CF002ab"), fc.nat(50), fc.nat(255))
      .map(([text, at, byte]) => {
        const bytes = encodeLatin1(text);
        bytes[at % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(anyBytes, almost), (bytes) => {
        const error = fault(bytes);
        const scan = scanElements(bytes);
        expect(scan.type === "whole").toBe(error === undefined);
        if (error !== undefined) {
          expect(error).toMatchObject({ code: "BAD_MESSAGE", offset: scan.offset });
          if (scan.offset > 0) expect(fault(bytes.subarray(0, scan.offset))).toBeUndefined();
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("scanElements", () => {
  const message = encodeLatin1("CZ0040301CJ012330538600404CA00201CD001IAE00210");

  it("lists the tags and the action", () => {
    expect(scanElements(message)).toEqual({
      type: "whole",
      tags: ["CZ", "CJ", "CA", "CD", "AE"],
      action: "I",
      offset: message.length,
    });
  });

  it("goes on from where it stopped", () => {
    const first = scanElements(message.subarray(0, 30));
    expect(first).toMatchObject({ type: "incomplete", offset: 26, tags: ["CZ", "CJ"], action: undefined });
    expect(scanElements(message, first.offset)).toMatchObject({
      type: "whole",
      tags: ["CA", "CD", "AE"],
      action: "I",
    });
  });

  it("calls no byte at all incomplete", () => {
    expect(scanElements(new Uint8Array(0))).toEqual({
      type: "incomplete",
      tags: [],
      action: undefined,
      offset: 0,
    });
  });

  it("never takes back that a beginning is broken", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.uint8Array({ maxLength: 40 }),
        (head, more) => {
          const scan = scanElements(head);
          const longer = scanElements(Uint8Array.of(...head, ...more));
          if (scan.type === "broken") expect(longer).toMatchObject({ type: "broken", offset: scan.offset });
          expect(longer.offset).toBeGreaterThanOrEqual(scan.offset);
        },
      ),
    );
  });

  it("finds a good beginning incomplete until it is whole, wherever it is cut", () => {
    const ends = [9, 26, 33, 39, 46];
    for (let length = 0; length <= message.length; length += 1)
      expect(scanElements(message.subarray(0, length)).type).toBe(
        ends.includes(length) ? "whole" : "incomplete",
      );
  });
});

describe("decodeLatin1", () => {
  it("gives one character for each byte, of every length and value", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = decodeLatin1(bytes);
        expect(Array.from(text, (character) => character.charCodeAt(0))).toEqual([...bytes]);
        expect(encodeLatin1(text)).toEqual(bytes);
      }),
    );
  });

  it("puts each byte in its place, at every length and from every offset", () => {
    const all = Uint8Array.from({ length: 80 }, (_, index) => index + 33);
    const expected = String.fromCharCode(...all);
    for (let start = 0; start <= 20; start += 5)
      for (let end = start; end <= all.length; end += 1)
        expect(decodeLatin1(all, start, end)).toBe(expected.slice(start, end));
  });

  it("refuses characters that have no byte", () => {
    expect(() => encodeLatin1("12 €")).toThrow(expect.objectContaining({ field: "text" }));
    expect(() => encodeLatin1("12 €", "label")).toThrow(ConcertError);
  });
});
