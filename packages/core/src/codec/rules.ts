/**
 * The dictionary compiled for checking: one rule for each of the 676 names that two capitals can make, found by
 * number instead of by text, and one bit for each class of bytes.
 * @module
 */
import { DICTIONARY, type Alphabet, type TagDefinition } from "./dictionary.ts";

/** Longest message: what is read stops there (protocol.md section 1). In bytes. */
export const MAX_MESSAGE_BYTES = 65_536;
/** Two capitals and three digits. */
export const HEADER_BYTES = 5;
/** What three digits of length can say. */
export const MAX_VALUE_BYTES = 999;

const DIGIT = 1;
const CAPITAL = 2;
const BASE64_OTHER = 4;
const SPACE = 8;
const OTHER_TEXT = 16;
const LINE_BREAK = 32;
const CONTROL = 64;
/** Bit 7 set: outside ASCII. */
export const NON_ASCII = 128;

/** One class bit for each byte, so that the classes of a whole value are an OR of look-ups. */
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

const ALPHABETS: Readonly<Record<Alphabet, { readonly allowed: number; readonly words: string }>> = {
  digits: { allowed: DIGIT, words: "digits" },
  alphanumeric: { allowed: DIGIT | CAPITAL, words: "digits and capital letters" },
  text: { allowed: DIGIT | CAPITAL | BASE64_OTHER | SPACE | OTHER_TEXT, words: "printable ASCII" },
  base64: { allowed: DIGIT | CAPITAL | BASE64_OTHER | SPACE | LINE_BREAK, words: "base64" },
  tags: { allowed: 0xff, words: "tags" },
};

/** One tag's rules, ready for checking bytes. Unknown tags have the widest: 1 to 999 of printable ASCII. */
export interface TagRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Classes of bytes that breach the alphabet. */
  readonly forbidden: number;
  readonly alphabetWords: string;
  /** The values allowed, all `min` bytes long; empty where any is. */
  readonly values: readonly string[];
  /** {@link packed} forms of `values`, in the same order. */
  readonly packedValues: readonly number[];
  /** 1 written by terminals only, 2 by registers only, 0 by either. */
  readonly side: 0 | 1 | 2;
  /** A name beginning with Z: its value is tags. */
  readonly constructed: boolean;
  /** The constructed tag it is confined to. */
  readonly within: string | undefined;
}

/** Number of a name made of two capitals, given the bytes less 65. */
export const RULES: readonly TagRule[] = compile();

function compile(): TagRule[] {
  const definitions = new Map<string, TagDefinition>(DICTIONARY.map((tag) => [tag.name, tag]));
  return Array.from({ length: 676 }, (_, index) => {
    const name = String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26));
    return ruleOf(name, definitions.get(name));
  });
}

function ruleOf(name: string, known: TagDefinition | undefined): TagRule {
  const constructed = name.startsWith("Z");
  const alphabet = ALPHABETS[known?.alphabet ?? (constructed ? "tags" : "text")];
  const values = Object.keys(known?.values ?? {});
  const [min, max] = known?.length ?? [1, MAX_VALUE_BYTES];
  return {
    name,
    min,
    max,
    forbidden: 0xff & ~alphabet.allowed,
    alphabetWords: alphabet.words,
    values,
    packedValues: values.map((value) =>
      packed(
        [...value].map((character) => character.charCodeAt(0)),
        0,
        value.length,
      ),
    ),
    side: known?.direction === "terminal" ? 1 : known?.direction === "register" ? 2 : 0,
    constructed,
    within: known?.within,
  };
}

/** The rule of a name; `undefined` when it is not two capitals. */
export function ruleFor(name: string): TagRule | undefined {
  if (typeof name !== "string" || name.length !== 2) return undefined;
  const first = name.charCodeAt(0) - 65;
  const second = name.charCodeAt(1) - 65;
  return first >>> 0 < 26 && second >>> 0 < 26 ? RULES[first * 26 + second] : undefined;
}

/** Length of a value in words: "2 to 12 bytes". */
export function lengthWords(rule: TagRule): string {
  if (rule.min === rule.max) return `${rule.min} byte${rule.min === 1 ? "" : "s"}`;
  return `${rule.min} to ${rule.max} bytes`;
}

/** Up to four bytes as one number, so that a short value is found in a list without making text of it. */
export function packed(bytes: ArrayLike<number>, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) number = (number << 8) | bytes[at]!;
  return number;
}

/** OR of the classes of `bytes[start]` up to `bytes[end]`, excluded. */
export function classesOf(bytes: Uint8Array, start: number, end: number): number {
  let classes = 0;
  let at = start;
  // Eight at a time: long values are tickets of several hundred bytes.
  for (; at + 8 <= end; at += 8)
    classes |=
      BYTE_CLASS[bytes[at]!]! |
      BYTE_CLASS[bytes[at + 1]!]! |
      BYTE_CLASS[bytes[at + 2]!]! |
      BYTE_CLASS[bytes[at + 3]!]! |
      BYTE_CLASS[bytes[at + 4]!]! |
      BYTE_CLASS[bytes[at + 5]!]! |
      BYTE_CLASS[bytes[at + 6]!]! |
      BYTE_CLASS[bytes[at + 7]!]!;
  for (; at < end; at += 1) classes |= BYTE_CLASS[bytes[at]!]!;
  return classes;
}
