/**
 * The dictionary compiled for checking: one rule for each of the 676 names that two capitals can make, found by
 * number instead of by text, and one bit for each class of bytes.
 * @module
 */
import { BASE64_OTHER, CAPITAL, DIGIT, LINE_BREAK, OTHER_TEXT, SPACE } from "./byte-classes.ts";
import { DICTIONARY, type Alphabet, type TagDefinition } from "./dictionary.ts";
import { MAX_VALUE_BYTES } from "./limits.ts";

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
  /** Its place in {@link RULES}. */
  readonly index: number;
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
  /** It may come more than once: ZT, one for each ticket. */
  readonly repeatable: boolean;
  /** The constructed tag it is confined to. */
  readonly within: string | undefined;
}

/** Number of a name made of two capitals, given the bytes less 65. */
export const RULES: readonly TagRule[] = compile();

function compile(): TagRule[] {
  const definitions = new Map<string, TagDefinition>(DICTIONARY.map((tag) => [tag.name, tag]));
  return Array.from({ length: 676 }, (_, index) => {
    const name = String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26));
    return ruleOf(name, index, definitions.get(name));
  });
}

function ruleOf(name: string, index: number, known: TagDefinition | undefined): TagRule {
  const constructed = name.startsWith("Z");
  const alphabet = ALPHABETS[known?.alphabet ?? (constructed ? "tags" : "text")];
  const values = Object.keys(known?.values ?? {});
  const [min, max] = known?.length ?? [1, MAX_VALUE_BYTES];
  return {
    name,
    index,
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
    repeatable: name === "ZT",
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
