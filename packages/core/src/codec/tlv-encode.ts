/**
 * Tags to bytes: strict, so that a terminal never sees what it would refuse (protocol.md sections 1 and 2).
 * @module
 */
import { badRequest } from "../errors.ts";
import { writeAscii } from "./ascii.ts";
import { BYTE_CLASS, LONG_VALUE, SCRATCH, scratchClasses } from "./byte-classes.ts";
import { HEADER_BYTES, MAX_MESSAGE_BYTES, MAX_VALUE_BYTES } from "./limits.ts";
import type { Tag } from "./message.ts";
import { RULES, lengthWords, packed, ruleFor, type TagRule } from "./rules.ts";

/** How much {@link encodeMessage} refuses. */
export interface EncodeOptions {
  /**
   * `true` (the default) refuses every breach of the dictionary; `false` only what would not be a message at all:
   * a name that is not two capitals, a value that is not 1 to 999 bytes of Latin-1, more than 64 KiB, nesting
   * deeper than one level. Messages as terminals really send them need `false`.
   */
  readonly strict?: boolean;
}

/**
 * Writes one message.
 *
 * Strict: CZ first; each tag once, ZT excepted; length, alphabet and value as the dictionary has them, unknown tags
 * as printable ASCII; ZT holds CK then AK. Who writes a tag is not checked: terminals echo tags that registers write
 * (BA in vectors/v3.json).
 *
 * @throws ConcertError `BAD_REQUEST` naming the tag in `field`, the rule and the value
 */
export function encodeMessage(tags: readonly Tag[], options: EncodeOptions = {}): Uint8Array {
  if (!Array.isArray(tags) || tags.length === 0)
    throw badRequest("tags", "an array of at least one tag", tags);
  const strict = options?.strict ?? true;
  if (strict && tags[0]?.name !== "CZ") throw badRequest("CZ", "the first tag", tags[0]?.name);
  return SCRATCH.slice(0, writeTags(tags, 0, strict, undefined));
}

/** In which scope each tag was last written: each message is one, and each constructed tag in it. No set to make. */
const lastSeen = new Float64Array(RULES.length);
/** The same inside constructed tags: what stands there hides no repetition outside. */
const lastSeenInside = new Float64Array(RULES.length);
let scopes = 0;

function writeTags(tags: readonly Tag[], from: number, strict: boolean, parent: TagRule | undefined): number {
  const scope = ++scopes;
  const seen = parent === undefined ? lastSeen : lastSeenInside;
  let at = from;
  for (let index = 0; index < tags.length; index += 1) {
    const tag = tags[index]!;
    const rule = ruleFor(tag?.name);
    if (rule === undefined) throw badRequest(String(tag?.name), "a name of two capital letters", tag?.name);
    if (strict) {
      if (rule.within !== undefined && parent === undefined)
        throw badRequest(rule.name, `inside ${rule.within}`, "at the top level");
      if (seen[rule.index] === scope && !(rule.repeatable && parent === undefined))
        throw badRequest(rule.name, "present once", "repeated");
      seen[rule.index] = scope;
    }
    const { value } = tag;
    const start = at + HEADER_BYTES;
    at =
      typeof value === "string"
        ? writeText(rule, value, start, strict)
        : writeNested(rule, value, start, strict, parent);
    writeHeader(rule, start, at - start);
    if (at > MAX_MESSAGE_BYTES)
      throw badRequest(rule.name, `within the ${MAX_MESSAGE_BYTES} bytes of a message`, `${at} bytes`);
  }
  return at;
}

function writeHeader(rule: TagRule, start: number, length: number): void {
  const hundreds = (length / 100) | 0;
  const tens = ((length - hundreds * 100) / 10) | 0;
  SCRATCH[start - 5] = rule.name.charCodeAt(0);
  SCRATCH[start - 4] = rule.name.charCodeAt(1);
  SCRATCH[start - 3] = 48 + hundreds;
  SCRATCH[start - 2] = 48 + tens;
  SCRATCH[start - 1] = 48 + length - hundreds * 100 - tens * 10;
}

function writeText(rule: TagRule, value: string, start: number, strict: boolean): number {
  const { length } = value;
  if (length === 0) throw badRequest(rule.name, NOT_EMPTY, value);
  if (length > MAX_VALUE_BYTES)
    throw badRequest(rule.name, `at most ${MAX_VALUE_BYTES} bytes`, `${length} bytes`);
  const end = start + length;
  const classes =
    length >= LONG_VALUE && writeAscii(value, SCRATCH, start)
      ? scratchClasses(start, end)
      : writeLatin1(rule, value, start);
  if (strict) checkValue(rule, value, start, end, classes);
  return end;
}

const NOT_EMPTY = "left out rather than empty (a length of 000 is not sent)";

/** Returns the classes of what it writes. */
function writeLatin1(rule: TagRule, value: string, start: number): number {
  let classes = 0;
  let units = 0;
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    units |= unit;
    classes |= BYTE_CLASS[unit & 0xff]!;
    SCRATCH[start + index] = unit;
  }
  if (units > 0xff) throw badRequest(rule.name, "Latin-1 text (characters up to 0xFF)", value);
  return classes;
}

function checkValue(rule: TagRule, value: string, start: number, end: number, classes: number): void {
  if (rule.constructed) throw badRequest(rule.name, "tags: it is a constructed tag", value);
  if (value.length < rule.min || value.length > rule.max)
    throw badRequest(rule.name, lengthWords(rule), value);
  if ((classes & rule.forbidden) !== 0) throw badRequest(rule.name, rule.alphabetWords, value);
  if (rule.packedValues.length > 0 && !rule.packedValues.includes(packed(SCRATCH, start, end)))
    throw badRequest(rule.name, `one of ${rule.values.join(", ")}`, value);
}

function writeNested(
  rule: TagRule,
  value: readonly Tag[],
  start: number,
  strict: boolean,
  parent: TagRule | undefined,
): number {
  if (!Array.isArray(value) || !rule.constructed)
    throw badRequest(rule.name, "text: only Z tags hold tags", value);
  if (parent !== undefined)
    throw badRequest(rule.name, "outside other constructed tags", `inside ${parent.name}`);
  if (value.length === 0) throw badRequest(rule.name, NOT_EMPTY, value);
  const end = writeTags(value, start, strict, rule);
  if (end - start > MAX_VALUE_BYTES)
    throw badRequest(rule.name, `at most ${MAX_VALUE_BYTES} bytes`, `${end - start} bytes`);
  if (
    strict &&
    rule.name === "ZT" &&
    !(value.length === 2 && value[0].name === "CK" && value[1].name === "AK")
  )
    throw badRequest("ZT", "CK then AK", value.map(({ name }: Tag) => name).join(", "));
  return end;
}
