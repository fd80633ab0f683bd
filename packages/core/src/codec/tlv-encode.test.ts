import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConcertError } from "../errors.ts";
import { decodeLatin1 } from "./ascii.ts";
import { DICTIONARY } from "./dictionary.ts";
import type { Tag } from "./message.ts";
import { decodeMessage, encodeMessage } from "./tlv.ts";

const CZ: Tag = { name: "CZ", value: "0320" };
const tag = (name: string, value: string | readonly Tag[]): Tag => ({ name, value });
const ticket = (ck: string, ak: string): Tag => tag("ZT", [tag("CK", ck), tag("AK", ak)]);
const encode = (tags: readonly Tag[], strict = true): string => decodeLatin1(encodeMessage(tags, { strict }));

function refusal(tags: unknown, strict = true): ConcertError | undefined {
  try {
    encodeMessage(tags as readonly Tag[], { strict });
    return undefined;
  } catch (error) {
    if (error instanceof ConcertError) return error;
    throw error;
  }
}

describe("encodeMessage", () => {
  it("writes tags end to end, each with its length in three digits", () => {
    const tags = [
      CZ,
      tag("CJ", "012345678901"),
      tag("CA", "01"),
      tag("CB", "1590"),
      tag("CD", "0"),
      tag("CE", "978"),
    ];
    expect(encode(tags)).toBe("CZ0040320CJ012012345678901CA00201CB0041590CD0010CE003978");
  });

  it("writes tickets, as many as there are", () => {
    expect(encode([CZ, tag("CD", "P"), ticket("100", "QUJD"), ticket("110", "QUJD\n")])).toBe(
      "CZ0040320CD001PZT017CK003100AK004QUJDZT018CK003110AK005QUJD\n",
    );
  });

  it("sees a repetition outside, whatever a constructed tag between the two holds", () => {
    const ticket = tag("ZT", [tag("CK", "100"), tag("AK", "QUJD")]);
    expect(refusal([CZ, tag("CK", "100"), ticket, tag("CK", "120")])).toMatchObject({
      field: "CK",
      rule: "present once",
    });
  });

  it("writes a tag of the register beside one of the terminal, which echoes it", () => {
    expect(encode([CZ, tag("BA", "1"), tag("AE", "11")])).toBe("CZ0040320BA0011AE00211");
  });

  it("writes tags that the dictionary does not know", () => {
    expect(encode([CZ, tag("XQ", "any text")])).toBe("CZ0040320XQ008any text");
  });

  it.each<[string, readonly Tag[]]>([
    ["CZ", [tag("CA", "01"), CZ]],
    ["CA", [CZ, tag("CA", "01"), tag("CA", "01")]],
    ["CZ", [tag("CZ", "0330")]],
    ["CA", [CZ, tag("CA", "1")]],
    ["CA", [CZ, tag("CA", "0A")]],
    ["CB", [CZ, tag("CB", "5")]],
    ["CB", [CZ, tag("CB", "1234567890123")]],
    ["CB", [CZ, tag("CB", "12.5")]],
    ["CC", [CZ, tag("CC", "00c")]],
    ["CD", [CZ, tag("CD", "8")]],
    ["CE", [CZ, tag("CE", "EUR")]],
    ["CF", [CZ, tag("CF", "x".repeat(100))]],
    ["CF", [CZ, tag("CF", "café")]],
    ["CF", [CZ, tag("CF", "a\nb")]],
    ["CF", [CZ, tag("CF", "")]],
    ["BI", [CZ, tag("BI", `${"é".repeat(80)}@example.fr`)]],
    ["CJ", [CZ, tag("CJ", "012")]],
    ["CK", [CZ, tag("CK", "130")]],
    ["BH", [CZ, tag("BH", "0612345")]],
    ["XQ", [CZ, tag("XQ", "é")]],
    ["AK", [CZ, tag("AK", "QUJD")]],
    ["AK", [CZ, ticket("100", "Q".repeat(901))]],
    ["AK", [CZ, ticket("100", "not base64!")]],
    ["ZT", [CZ, tag("ZT", "CK003100AK004QUJD")]],
    ["ZT", [CZ, tag("ZT", [tag("AK", "QUJD"), tag("CK", "100")])]],
    ["ZT", [CZ, tag("ZT", [])]],
    ["CF", [CZ, tag("CF", "a\u007fb")]],
    ["ZT", [CZ, tag("ZT", [tag("CK", "100")])]],
    ["ZT", [CZ, tag("ZT", [tag("CK", "100"), tag("CF", "x")])]],
    ["ZT", [CZ, tag("ZT", [tag("CF", "x"), tag("AK", "QUJD")])]],
    ["ZT", [CZ, tag("ZT", [tag("CK", "100"), tag("AK", "QUJD"), tag("CF", "x")])]],
    ["ZT", [CZ, tag("ZX", [ticket("100", "QUJD")])]],
  ])("refuses a breach of the rules of %s, naming it", (name, tags) => {
    expect(refusal(tags)).toMatchObject({ code: "BAD_REQUEST", field: name, rule: expect.any(String) });
  });

  it("takes other constructed tags, whatever tags they hold", () => {
    expect(encode([CZ, tag("ZX", [tag("CF", "x")])])).toBe("CZ0040320ZX006CF001x");
  });

  it("says what came in place of what it wants", () => {
    expect(refusal([CZ, tag("ZT", [tag("AK", "QUJD"), tag("CK", "100")])])).toMatchObject({
      rule: "CK then AK",
      value: "AK, CK",
    });
    expect(refusal([CZ, tag("CA", "01"), tag("CA", "01")])).toMatchObject({
      rule: "present once",
      value: "repeated",
    });
    expect(refusal([tag("CA", "01")])).toMatchObject({ field: "CZ", value: "CA" });
    expect(refusal([undefined])).toMatchObject({ field: "CZ", value: "undefined" });
  });

  it("takes 999 bytes inside a constructed tag wherever it stands, and refuses one more, saying how many", () => {
    const inside = (length: number): readonly Tag[] => [
      tag("CF", "x".repeat(500)),
      tag("CG", "y".repeat(length - 510)),
    ];
    expect(encode([CZ, tag("ZX", inside(999))], false)).toHaveLength(9 + 5 + 999);
    expect(encode([tag("CF", "x".repeat(900)), tag("ZX", inside(900))], false)).toHaveLength(905 + 905);
    expect(refusal([CZ, tag("ZX", inside(1_000))], false)).toMatchObject({
      field: "ZX",
      value: "1000 bytes",
    });
  });

  it("writes a ticket in the wrong order where it is not strict", () => {
    expect(encode([tag("ZT", [tag("AK", "QUJD"), tag("CK", "100")])], false)).toBe("ZT017AK004QUJDCK003100");
  });

  it("says field, rule and value", () => {
    expect(refusal([CZ, tag("CB", "5")])?.message).toBe('CB must be 2 to 12 bytes; got "5"');
  });

  it("masks a card number that it refuses", () => {
    expect(refusal([CZ, tag("CB", "4970101234567812")])?.message).not.toMatch(/\d{13}/);
  });

  it.each<[string, unknown]>([
    ["tags", []],
    ["tags", undefined],
    ["tags", "CZ0040320"],
    ["cz", [tag("cz", "0320")]],
    ["CZX", [tag("CZX", "0320")]],
    ["A[", [tag("A[", "0320")]],
    ["B@", [tag("B@", "0320")]],
    ["[@", [tag("[@", "0320")]],
    ["@[", [tag("@[", "0320")]],
    ["[A", [tag("[A", "0320")]],
    ["@Z", [tag("@Z", "0320")]],
    ["ZX", [tag("ZX", [])]],
    ["É1", [tag("É1", "0320")]],
    ["undefined", [{ value: "0320" }]],
    ["undefined", [undefined]],
    ["CF", [tag("CF", "")]],
    ["CF", [tag("CF", "12 €")]],
    ["CF", [tag("CF", `${"x".repeat(200)}€`)]],
    ["ID", [tag("ID", "x".repeat(1000))]],
    ["ID", [tag("ID", "é".repeat(1000))]],
    ["CB", [{ name: "CB", value: 1250 }]],
    ["CB", [{ name: "CB" }]],
    ["CF", [tag("CF", [tag("CA", "01")])]],
    ["ZX", [tag("ZX", [tag("CF", "x".repeat(994)), tag("CA", "01")])]],
    ["ZY", [tag("ZX", [tag("ZY", [tag("CA", "01")])])]],
  ])("refuses what is not a message, naming %s, even when it is not strict", (name, tags) => {
    expect(refusal(tags, false)).toMatchObject({ code: "BAD_REQUEST", field: name });
  });

  it("writes breaches of the dictionary when it is not strict", () => {
    expect(encode([tag("CF", "é§"), CZ, tag("CA", "1"), tag("CA", "2"), tag("ZT", "?")], false)).toBe(
      "CF002é§CZ0040320CA0011CA0012ZT001?",
    );
  });

  it("writes up to 64 KiB and refuses one byte more", () => {
    const filler = Array.from({ length: 65 }, () => tag("ID", "x".repeat(995)));
    const rest = 65_536 - 65 * 1_000 - 5;
    expect(encodeMessage([...filler, tag("CF", "x".repeat(rest))], { strict: false })).toHaveLength(65_536);
    expect(refusal([...filler, tag("CF", "x".repeat(rest + 1))], false)).toMatchObject({ field: "CF" });
  });

  it("gives bytes of its own, which the next message does not change", () => {
    const first = encodeMessage([CZ, tag("CA", "01")]);
    encodeMessage([CZ, tag("CA", "99")]);
    expect(decodeLatin1(first)).toBe("CZ0040320CA00201");
    expect(first.buffer.byteLength).toBe(first.length);
  });

  it("is the inverse of decodeMessage for any tags, at any length from 1 to 999", () => {
    const latin1 = fc
      .uint8Array({ minLength: 1, maxLength: 999, size: "max" })
      .map((bytes) => decodeLatin1(bytes));
    const name = fc.stringMatching(/^[A-Y][A-Z]$/);
    const tags = fc.uniqueArray(fc.record({ name, value: latin1 }), {
      minLength: 1,
      maxLength: 12,
      selector: (one) => one.name,
    });
    fc.assert(
      fc.property(tags, (list) => {
        const bytes = encodeMessage(list, { strict: false });
        expect(decodeMessage(bytes).tags).toEqual(list);
      }),
    );
  });

  it("writes again what was decoded, for any message without repeats", () => {
    const element = fc
      .tuple(fc.stringMatching(/^[A-Z]{2}$/), fc.stringMatching(/^[ -~\u0080-\u00ff]{1,40}$/))
      .map(([name, value]) => [name, name + String(value.length).padStart(3, "0") + value] as const);
    const message = fc.uniqueArray(element, { minLength: 1, selector: ([name]) => name });
    fc.assert(
      fc.property(message, (elements) => {
        const bytes = Uint8Array.from(elements.map(([, text]) => text).join(""), (c) => c.charCodeAt(0));
        expect(encodeMessage(decodeMessage(bytes).tags, { strict: false })).toEqual(bytes);
      }),
    );
  });

  it("refuses or writes any tags, and what it writes strictly is decoded without a warning", () => {
    const value = fc.oneof(fc.stringMatching(/^\d{0,14}$/), fc.stringMatching(/^[ -~]{0,12}$/), fc.string());
    const name = fc.constantFrom(...DICTIONARY.map((row) => row.name));
    const plain = fc.record({ name, value });
    const list = fc.array(fc.oneof(plain, fc.record({ name, value: fc.array(plain, { maxLength: 3 }) })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(list, (tags) => {
        if (refusal([CZ, ...tags]) !== undefined) return;
        // Whose tag it is, is said and never refused.
        const { warnings } = decodeMessage(encodeMessage([CZ, ...tags]));
        expect(warnings.filter(({ code }) => code !== "direction")).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
