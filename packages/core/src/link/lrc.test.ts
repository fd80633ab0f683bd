import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ETX } from "./frame-control.ts";
import { lrc } from "./lrc.ts";
import { framedVectors } from "../testing/framed-vectors.ts";

describe("lrc", () => {
  it.each(framedVectors())("is the published check byte of $name", ({ frame, check }) => {
    expect(lrc(frame.subarray(1, -1))).toBe(check);
    expect(frame.at(-1)).toBe(check);
  });

  it("meets every control character in the vectors that a careless reader would take for one", () => {
    expect(new Set(framedVectors().map(({ check }) => check))).toSatisfy((checks: Set<number>) =>
      [0x01, 0x02, 0x04, 0x06].every((control) => checks.has(control)),
    );
  });

  it("is 0 for nothing", () => {
    expect(lrc(new Uint8Array())).toBe(0);
  });

  it("changes with any one byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const changed = bytes.slice();
          changed[at % bytes.length]! ^= flip;
          expect(lrc(changed)).not.toBe(lrc(bytes));
        },
      ),
    );
  });

  it("counts ETX like any other byte", () => {
    expect(lrc(Uint8Array.of(0x41, ETX))).toBe(0x41 ^ 0x03);
  });
});
