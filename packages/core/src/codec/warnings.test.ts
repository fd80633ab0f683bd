import { describe, expect, it } from "vitest";
import { encodeLatin1 } from "./ascii.ts";
import type { Warning } from "./message.ts";
import { decodeMessage } from "./tlv.ts";

const element = (name: string, value: string): string => name + String(value.length).padStart(3, "0") + value;
const warningsOf = (text: string): readonly Warning[] => decodeMessage(encodeLatin1(text)).warnings;

describe("a warning says where and what, in one sentence:", () => {
  it.each<[string, string, Omit<Warning, "message">, string]>([
    [
      "a first tag other than CZ",
      "AE00210CZ0040300",
      { code: "first-tag", tag: "CZ", offset: 0 },
      "CZ is not first; AE is",
    ],
    [
      "a repeat",
      "CZ0040300AE00210AE00201",
      { code: "repeated", tag: "AE", offset: 16, dropped: "01" },
      "AE is repeated; the first is kept",
    ],
    [
      "a register's tag after a terminal's",
      "CZ0040300AE00210BA0011",
      { code: "direction", tag: "BA", offset: 16 },
      "BA is written by registers, but a tag before it by terminals",
    ],
    [
      "a terminal's tag after a register's",
      "CZ0040300BA0011AE00210",
      { code: "direction", tag: "AE", offset: 15 },
      "AE is written by terminals, but a tag before it by registers",
    ],
    [
      "a tag outside the one it belongs to",
      "CZ0040300AK004QUJD",
      { code: "nesting", tag: "AK", offset: 9 },
      "AK belongs inside ZT",
    ],
    [
      "a constructed tag that holds no tags",
      "CZ0040300ZT003abc",
      { code: "nesting", tag: "ZT", offset: 9 },
      "ZT cannot be read as tags; kept as text",
    ],
    [
      "a ticket in the wrong order",
      `CZ0040300${element("ZT", "AK004QUJDCK003100")}`,
      { code: "nesting", tag: "ZT", offset: 9 },
      "ZT must hold CK then AK; holds AK, CK",
    ],
    [
      "a ticket with more than it should hold",
      `CZ0040300${element("ZT", "CK003100AK004QUJDCA00201")}`,
      { code: "nesting", tag: "ZT", offset: 9 },
      "ZT must hold CK then AK; holds CK, AK, CA",
    ],
    [
      "a fixed length",
      "CZ0040300CE00297",
      { code: "length", tag: "CE", offset: 9 },
      "CE must be 3 bytes; has 2",
    ],
    [
      "a range of lengths",
      "CZ0040300CB0015",
      { code: "length", tag: "CB", offset: 9 },
      "CB must be 2 to 12 bytes; has 1",
    ],
    [
      "digits",
      "CZ0040300CE00397A",
      { code: "alphabet", tag: "CE", offset: 9 },
      'CE must be digits; got "97A"',
    ],
    [
      "digits and capitals",
      "CZ0040300CC00300c",
      { code: "alphabet", tag: "CC", offset: 9 },
      'CC must be digits and capital letters; got "00c"',
    ],
    [
      "printable ASCII",
      "CZ0040300CF003a\tb",
      { code: "alphabet", tag: "CF", offset: 9 },
      'CF must be printable ASCII; got "a\\tb"',
    ],
    [
      "a list of values",
      "CZ0040300AE00299",
      { code: "value", tag: "AE", offset: 9 },
      'AE must be one of 10, 11, 01; got "99"',
    ],
  ])("%s", (_, text, expected, message) => {
    expect(warningsOf(text)).toEqual([{ ...expected, message }]);
  });
});

it("one byte is one byte, and its value is looked at all the same", () => {
  expect(warningsOf("CZ0040300CI00212").map(({ message }) => message)).toEqual([
    "CI must be 1 byte; has 2",
    'CI must be one of 0, 1, 2, 3, 4; got "12"',
  ]);
});

describe("a value in a warning", () => {
  const shown = (value: string): string | undefined =>
    warningsOf(`CZ0040300${element("CF", value)}`)[0]?.message;

  it("is shown whole up to 40 characters", () => {
    expect(shown(`\t${"x".repeat(39)}`)).toBe(`CF must be printable ASCII; got "\\t${"x".repeat(39)}"`);
    expect(shown(`\t${"x".repeat(40)}`)).toBe(`CF must be printable ASCII; got "\\t${"x".repeat(39)}…"`);
  });

  it("is masked before it is cut, so that no part of a card number is left", () => {
    expect(shown(`\t${"x".repeat(30)}4970101234567812`)).toBe(
      `CF must be printable ASCII; got "\\t${"x".repeat(30)}497010***…"`,
    );
  });
});

it("a breach inside a ticket counts from the beginning of the message", () => {
  expect(warningsOf(`CZ0040300${element("ZT", "CK003100AK004QU!D")}`)).toEqual([
    { code: "alphabet", tag: "AK", offset: 22, message: 'AK must be base64; got "QU!D"' },
  ]);
});

it("a tag repeated inside a ticket is a repeat; who writes it does not matter there", () => {
  const warnings = warningsOf(`CZ0040300BA0011${element("ZT", "CK003100CK003110AK004QUJD")}`);
  expect(warnings.map(({ code, tag, dropped }) => [code, tag, dropped])).toEqual([["repeated", "CK", "110"]]);
});
