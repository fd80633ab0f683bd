/** What frames bytes takes nothing else: a text would be framed as NULs, a number checked as nothing. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { encodeFrame } from "./frame.ts";
import { lrc } from "./lrc.ts";

const NO_BYTES: readonly unknown[] = [
  "x",
  "",
  5,
  null,
  undefined,
  [],
  [0x41],
  {},
  new ArrayBuffer(2),
  new Uint16Array(2),
];

describe.each<[string, string, (bytes: never) => unknown]>([
  ["encodeFrame", "data", (bytes) => encodeFrame(bytes)],
  ["lrc", "bytes", (bytes) => lrc(bytes)],
])("%s", (_, field, call) => {
  test.each(NO_BYTES.map((bytes) => [bytes]))("refuses %j", (bytes) => {
    expect(() => call(bytes as never)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field, rule: "a Uint8Array" }) as Error,
    );
  });

  test("takes bytes, a Buffer and those of another realm among them", () => {
    const foreign: unknown = runInNewContext("Uint8Array.of(0x41)");
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    for (const bytes of [new Uint8Array(), Uint8Array.of(0x41), Buffer.from("A"), foreign])
      expect(() => call(bytes as never)).not.toThrow();
  });
});
