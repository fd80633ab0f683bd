import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeFileHeader,
  encodeFileHeader,
  encodeRecord,
  MAX_PAYLOAD_BYTES,
  RECORD_HEADER_BYTES,
  scanRecords,
} from "./log-format.ts";

const payloads = fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { minLength: 1, maxLength: 8 });

function records(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(texts.flatMap((text) => [...encodeRecord(text)]));
}

/** Offset behind each record. */
function ends(texts: readonly string[]): readonly number[] {
  let at = 0;
  return texts.map((text) => (at += encodeRecord(text).length));
}

test("reads back the records that were written, in order", () => {
  fc.assert(
    fc.property(payloads, (texts) => {
      const bytes = records(texts);
      expect(scanRecords(bytes, 0)).toEqual({
        payloads: texts,
        damaged: [],
        torn: undefined,
        end: bytes.length,
      });
    }),
  );
});

test("cut at any point, gives every record before the cut and takes the rest for torn, never for damaged", () => {
  fc.assert(
    fc.property(payloads, fc.nat(), (texts, place) => {
      const bytes = records(texts);
      const cut = place % (bytes.length + 1);
      const whole = ends(texts).filter((end) => end <= cut);
      const end = whole.at(-1) ?? 0;
      expect(scanRecords(bytes.subarray(0, cut), 0)).toEqual({
        payloads: texts.slice(0, whole.length),
        damaged: [],
        torn: end === cut ? undefined : { at: end, bytes: cut - end },
        end,
      });
    }),
  );
});

test("any one byte changed costs the record it lies in, and only that, and is reported as damage", () => {
  fc.assert(
    fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (texts, place, change) => {
      const bytes = records(texts);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] as number) ^ change;
      const hit = ends(texts).findIndex((end) => at < end);
      const scan = scanRecords(bytes, 0);
      expect(scan.payloads).toEqual(texts.filter((_, index) => index !== hit));
      expect(scan.damaged).toEqual([
        { at: ends(texts)[hit - 1] ?? 0, bytes: encodeRecord(texts[hit] as string).length, after: hit },
      ]);
      expect(scan.torn).toBeUndefined();
    }),
  );
});

test("any bytes in front, between and behind never make a record that was not written", () => {
  const noise = fc.uint8Array({ maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(noise, fc.string({ maxLength: 10 })), { maxLength: 6 }),
      noise,
      (parts, tail) => {
        const bytes = Uint8Array.from([
          ...parts.flatMap(([junk, text]) => [...junk, ...encodeRecord(text)]),
          ...tail,
        ]);
        const scan = scanRecords(bytes, 0);
        expect(scan.payloads).toEqual(parts.map(([, text]) => text));
      },
    ),
  );
});

test("a record header whose payload is beyond the longest allowed is damage", () => {
  const bytes = encodeRecord("x".repeat(MAX_PAYLOAD_BYTES));
  expect(scanRecords(bytes, 0).payloads[0]).toHaveLength(MAX_PAYLOAD_BYTES);
  expect(() => encodeRecord("x".repeat(MAX_PAYLOAD_BYTES + 1))).toThrow(RangeError);
});

test("a last record of full length with a wrong checksum is damage: it may have been acknowledged", () => {
  const bytes = encodeRecord(`{"a":1}`);
  bytes.fill(0, RECORD_HEADER_BYTES);
  expect(scanRecords(bytes, 0)).toMatchObject({ torn: undefined, damaged: [{ at: 0, bytes: bytes.length }] });
});

test("a file header with any one byte changed is none", () => {
  const header = { version: 2, generation: 4_000_000_000 };
  const bytes = encodeFileHeader(header);
  expect(decodeFileHeader(bytes)).toEqual(header);
  for (let at = 0; at < bytes.length; at += 1)
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ (1 << bit);
      expect(decodeFileHeader(changed)).toBeUndefined();
    }
  expect(decodeFileHeader(bytes.subarray(0, 19))).toBeUndefined();
});
