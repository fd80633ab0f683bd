import { describe, expect, it } from "vitest";
import { encodeLatin1 } from "./ascii.ts";
import { scanElements, type Scan } from "./scan.ts";

const scan = (text: string, from?: number): Scan => scanElements(encodeLatin1(text), from);
const LIMIT = 65_536;
/** Whole elements that end exactly at `size`. */
function filled(size: number): string {
  const full = `ID995${"x".repeat(995)}`;
  const left = size % full.length;
  const count = Math.floor(size / full.length);
  const short = left >= 6 ? left : left + full.length;
  const half = Math.floor(short / 2);
  const filler = (length: number): string =>
    `CF${String(length - 5).padStart(3, "0")}${"x".repeat(length - 5)}`;
  return full.repeat(short === left ? count : count - 1) + filler(half) + filler(short - half);
}

describe("the action", () => {
  it("is the first CD of one byte", () => {
    expect(scan("CD00210CD001ICD0010").action).toBe("I");
    expect(scan("BA0011CD001I").action).toBe("I");
    expect(scan("CA00201").action).toBeUndefined();
  });
});

describe("what can never become an element", () => {
  it.each([
    ["a", "a", 'tag "a" is not two capital letters'],
    ["Aa", "Aa", 'tag "Aa" is not two capital letters'],
    ["AE1x", "AE", 'length "1x" of AE is not three digits'],
    ["AEx", "AE", 'length "x" of AE is not three digits'],
    ["AE000", "AE", "AE has the length 000"],
    ["AE000CA00201", "AE", "AE has the length 000"],
    ["@E001x", "@E", 'tag "@E" is not two capital letters'],
    ["[E001x", "[E", 'tag "[E" is not two capital letters'],
    ["A@001x", "A@", 'tag "A@" is not two capital letters'],
    ["A[001x", "A[", 'tag "A[" is not two capital letters'],
    ["AE/01x", "AE", 'length "/01" of AE is not three digits'],
    ["AE:01x", "AE", 'length ":01" of AE is not three digits'],
    ["AE0/1x", "AE", 'length "0/1" of AE is not three digits'],
    ["AE0:1x", "AE", 'length "0:1" of AE is not three digits'],
    ["AE00/x", "AE", 'length "00/" of AE is not three digits'],
    ["AE00:x", "AE", 'length "00:" of AE is not three digits'],
  ])("%j", (text, tag, why) => {
    expect(scan(`CZ0040300${text}`)).toEqual({
      type: "broken",
      tags: ["CZ"],
      action: undefined,
      offset: 9,
      tag,
      why,
    });
  });

  it("is what would end beyond 64 KiB, as soon as its header says so", () => {
    const head = filled(LIMIT - 10);
    expect(scan(head).type).toBe("whole");
    expect(scan(`${head}CG005`).type).toBe("incomplete");
    expect(scan(`${head}CG00512345`)).toMatchObject({ type: "whole", offset: LIMIT });
    expect(scan(`${head}CG006`)).toMatchObject({
      type: "broken",
      offset: LIMIT - 10,
      tag: "CG",
      why: "CG ends beyond 65536 bytes",
    });
    expect(scan(`${head}CG006123456`)).toMatchObject({ type: "broken", offset: LIMIT - 10 });
  });

  it("is any header that leaves no room for one byte of value before 64 KiB", () => {
    expect(scan(`${filled(LIMIT - 6)}C`).type).toBe("incomplete");
    expect(scan(`${filled(LIMIT - 5)}C`)).toMatchObject({ type: "broken", offset: LIMIT - 5 });
  });
});

describe("what may still become an element", () => {
  it.each(["C", "CZ", "CZ0", "CZ00", "CZ004", "CZ0040", "CZ004030"])("%j", (text) => {
    expect(scan(text)).toEqual({ type: "incomplete", tags: [], action: undefined, offset: 0 });
  });

  it("begins where the whole elements end, wherever the walk began", () => {
    expect(scan("CZ0040300AE0021", 9)).toEqual({
      type: "incomplete",
      tags: [],
      action: undefined,
      offset: 9,
    });
    expect(scan("CZ0040300AE00210", 9)).toEqual({
      type: "whole",
      tags: ["AE"],
      action: undefined,
      offset: 16,
    });
  });
});

describe("an element", () => {
  it.each([
    ["A", "Z"],
    ["Z", "A"],
  ])("may have any two capitals: %s%s", (first, second) => {
    expect(scan(`${first}${second}001x`)).toMatchObject({ type: "whole", tags: [first + second] });
  });

  it("has the length its three digits say", () => {
    for (const length of [1, 9, 10, 90, 99, 100, 109, 190, 901, 999]) {
      const text = `CF${String(length).padStart(3, "0")}${"x".repeat(length)}`;
      expect(scan(text), String(length)).toMatchObject({ type: "whole", offset: text.length });
      expect(scan(text.slice(0, -1)).type).toBe("incomplete");
      expect(scan(`${text}AE00210`)).toMatchObject({ tags: ["CF", "AE"] });
    }
  });
});
