/**
 * What a value is made of, as one bit for each class of bytes: its alphabet is checked in one pass over the bytes.
 * @module
 */
import { MAX_MESSAGE_BYTES, MAX_VALUE_BYTES } from "./limits.ts";

export const DIGIT = 1;
export const CAPITAL = 2;
/** What base64 has beside digits and capitals. */
export const BASE64_OTHER = 4;
export const SPACE = 8;
export const OTHER_TEXT = 16;
export const LINE_BREAK = 32;
export const CONTROL = 64;
/** Bit 7 set: outside ASCII. */
export const NON_ASCII = 128;

/** The class of each byte. */
export const BYTE_CLASS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte));

function classOf(byte: number): number {
  const character = String.fromCharCode(byte);
  if (character >= "0" && character <= "9") return DIGIT;
  if (character >= "A" && character <= "Z") return CAPITAL;
  if ((character >= "a" && character <= "z") || "+/=".includes(character)) return BASE64_OTHER;
  if (character === " ") return SPACE;
  if (byte > 0x20 && byte < 0x7f) return OTHER_TEXT;
  if (byte > 0x7f) return NON_ASCII;
  return "\t\n\r".includes(character) ? LINE_BREAK : CONTROL;
}

/**
 * Where messages are made, and copied to for {@link scratchClasses}. Room for the longest and one more element, so
 * that the limit need only be checked after each.
 */
export const SCRATCH: Uint8Array = new Uint8Array(MAX_MESSAGE_BYTES + MAX_VALUE_BYTES + 7);
const SCRATCH_PAIRS = new Uint16Array(SCRATCH.buffer);

/** From so many bytes on {@link scratchClasses} is worth the copy into {@link SCRATCH}. */
export const LONG_VALUE = 64;

/** OR of the classes of `bytes[start]` up to `bytes[end]`, excluded. */
export function classesOf(bytes: Uint8Array, start: number, end: number): number {
  let classes = 0;
  let at = start;
  for (; at + 4 <= end; at += 4)
    classes |=
      BYTE_CLASS[bytes[at]!]! |
      BYTE_CLASS[bytes[at + 1]!]! |
      BYTE_CLASS[bytes[at + 2]!]! |
      BYTE_CLASS[bytes[at + 3]!]!;
  for (; at < end; at += 1) classes |= BYTE_CLASS[bytes[at]!]!;
  return classes;
}

/** OR of the classes of two bytes, by the number they make. Made for the first long value: most programs meet none. */
let pairClass: Uint8Array | undefined;

function makePairClass(): Uint8Array {
  const table = new Uint8Array(65_536);
  // Bytes of one class have the same row, and there are few classes.
  const rows = new Map<number, Uint8Array>();
  for (let byte = 0; byte < 256; byte += 1) {
    const own = BYTE_CLASS[byte]!;
    const row = rows.get(own) ?? BYTE_CLASS.map((other) => other | own);
    rows.set(own, row);
    table.set(row, byte << 8);
  }
  return table;
}

/** {@link classesOf} a part of {@link SCRATCH}, two bytes at a time: tickets are hundreds of bytes long. */
export function scratchClasses(start: number, end: number): number {
  pairClass ??= makePairClass();
  const table = pairClass;
  const lastPair = end >> 1;
  let classes = BYTE_CLASS[SCRATCH[start]!]! | BYTE_CLASS[SCRATCH[end - 1]!]!;
  let pair = (start + 1) >> 1;
  for (; pair + 4 <= lastPair; pair += 4)
    classes |=
      table[SCRATCH_PAIRS[pair]!]! |
      table[SCRATCH_PAIRS[pair + 1]!]! |
      table[SCRATCH_PAIRS[pair + 2]!]! |
      table[SCRATCH_PAIRS[pair + 3]!]!;
  for (; pair < lastPair; pair += 1) classes |= table[SCRATCH_PAIRS[pair]!]!;
  return classes;
}
