import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConcertError } from "../errors.ts";
import { decodeLatin1, encodeLatin1 } from "./ascii.ts";
import type { Tag } from "./message.ts";
import { scanElements } from "./scan.ts";
import { decodeTicket } from "./ticket.ts";
import { decodeMessage, encodeMessage } from "./tlv.ts";

interface Vector {
  readonly name: string;
  readonly text: string;
  /** The same bytes; of a serial vector, the frame STX..LRC around them. */
  readonly hex?: string;
  readonly transport: "ip" | "serial";
  readonly expect: Readonly<Record<string, unknown>> & {
    readonly partial?: Readonly<Record<string, string>>;
  };
  readonly malformed?: string;
  readonly ticket_text?: string;
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../../vectors/v3.json", import.meta.url), "utf8"),
) as readonly Vector[];
const wellFormed = vectors.filter((vector) => vector.malformed === undefined);
const malformed = vectors.filter((vector) => vector.malformed !== undefined);

function bytesOf(vector: Vector): Uint8Array {
  if (vector.hex === undefined) return encodeLatin1(vector.text);
  const bytes = Uint8Array.from(vector.hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  return vector.transport === "serial" ? bytes.slice(1, -2) : bytes;
}

/** Tags as the vectors write them: text by name, and an array of records for constructed ones. */
function record(tags: readonly Tag[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const { name, value } of tags)
    fields[name] =
      typeof value === "string" ? value : [...((fields[name] as unknown[]) ?? []), record(value)];
  return fields;
}

function expected(vector: Vector): Record<string, unknown> {
  const { _lrc, ...fields } = vector.expect;
  return fields;
}

function thrown(action: () => unknown): ConcertError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConcertError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/**
 * Where the vector's own decoder stopped: it took any two characters for a tag, so a name of its partial result
 * that is not two capitals is where ours stops.
 */
function expectedOffset(vector: Vector): number {
  let offset = 0;
  for (const [name, value] of Object.entries(vector.expect.partial ?? {})) {
    if (!/^[A-Z]{2}$/.test(name)) break;
    offset += 5 + value.length;
  }
  return offset;
}

it("has vectors of both kinds", () => {
  expect(wellFormed).toHaveLength(34);
  expect(malformed).toHaveLength(16);
});

describe.each(wellFormed)("$name", (vector) => {
  const bytes = bytesOf(vector);

  it("has the published text", () => {
    expect(decodeLatin1(bytes)).toBe(vector.text);
  });

  it("decodes to the expected tags, in their order", () => {
    const message = decodeMessage(bytes);
    expect(record(message.tags)).toEqual(expected(vector));
    expect(message.tags.map((tag) => tag.name)).toEqual(Object.keys(expected(vector)));
  });

  it("encodes to the same bytes again", () => {
    expect(encodeMessage(decodeMessage(bytes).tags, { strict: false })).toEqual(bytes);
  });

  it("is incomplete after every byte but the last and those that end an element", () => {
    const ends = elementEnds(bytes);
    for (let length = 0; length < bytes.length; length += 1) {
      const scan = scanElements(bytes.subarray(0, length));
      expect(scan.type, `after ${length} bytes`).toBe(ends.includes(length) ? "whole" : "incomplete");
    }
    expect(scanElements(bytes)).toMatchObject({ type: "whole", tags: Object.keys(expected(vector)) });
  });

  it("tells bytes that follow from its own", () => {
    for (const trailing of ["\r\n", "\0", "AE", "AE0", "AE0021"]) {
      const longer = Uint8Array.of(...bytes, ...encodeLatin1(trailing));
      const error = thrown(() => decodeMessage(longer));
      expect(error).toMatchObject({ code: "BAD_MESSAGE", offset: bytes.length });
      expect(scanElements(longer)).toMatchObject({
        type: trailing.startsWith("AE") ? "incomplete" : "broken",
        offset: bytes.length,
      });
    }
  });
});

describe.each(malformed)("$name (malformed)", (vector) => {
  const bytes = bytesOf(vector);

  it("is refused where the element at fault begins", () => {
    const error = thrown(() => decodeMessage(bytes));
    expect(error.code).toBe("BAD_MESSAGE");
    expect(error.offset).toBe(expectedOffset(vector));
    const named = /at offset (\d+)/.exec(vector.malformed!);
    if (named !== null) expect(error.offset).toBeLessThanOrEqual(Number(named[1]));
  });

  it("keeps what came before the fault readable", () => {
    const scan = scanElements(bytes);
    expect(scan.type).not.toBe("whole");
    const before = bytes.subarray(0, scan.offset);
    const partial = Object.entries(vector.expect.partial ?? {}).filter(([name]) => scan.tags.includes(name));
    expect(scan.tags).toEqual(partial.map(([name]) => name));
    if (before.length > 0) expect(record(decodeMessage(before).tags)).toEqual(Object.fromEntries(partial));
  });
});

it("reads the ticket of the repaired HiPay answer exactly", () => {
  const vector = vectors.find(({ ticket_text }) => ticket_text !== undefined)!;
  const [ticket] = decodeMessage(bytesOf(vector)).all("ZT");
  expect(decodeTicket(ticket!)).toEqual({ recipient: "customer", format: "text", text: vector.ticket_text });
});

function elementEnds(bytes: Uint8Array): readonly number[] {
  const ends: number[] = [];
  const text = decodeLatin1(bytes);
  for (let at = 0; at < bytes.length; ends.push(at)) at += 5 + Number(text.slice(at + 2, at + 5));
  return ends;
}
