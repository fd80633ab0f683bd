/**
 * The published messages that are known as frames on the wire.
 * @module
 */
import { readFileSync } from "node:fs";

export interface FramedVector {
  readonly name: string;
  /** STX to LRC. */
  readonly frame: Uint8Array;
  readonly data: Uint8Array;
  readonly check: number;
}

interface RawVector {
  readonly name: string;
  readonly hex?: string;
  readonly expect: { readonly _lrc?: string };
}

/** Vectors of both versions that carry their LRC. */
export function framedVectors(): readonly FramedVector[] {
  return ["v2", "v3"].flatMap((version) => {
    const file = new URL(`../../../../vectors/${version}.json`, import.meta.url);
    return (JSON.parse(readFileSync(file, "utf8")) as RawVector[]).flatMap(({ name, hex, expect }) => {
      if (hex === undefined || expect._lrc === undefined) return [];
      const frame = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
      return [{ name, frame, data: frame.slice(1, -2), check: parseInt(expect._lrc, 16) }];
    });
  });
}
