/**
 * Tags to bytes: strict, so that a terminal never sees what it would refuse (protocol.md sections 1 and 2).
 * @module
 */
import { badRequest } from "../errors.ts";
import { writeAscii } from "./ascii.ts";
import type { Tag } from "./message.ts";
import {
  BYTE_CLASS,
  classesOf,
  HEADER_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_VALUE_BYTES,
  lengthWords,
  ruleFor,
  type TagRule,
} from "./rules.ts";

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
 * as printable ASCII; ZT holds CK then AK; not both tags that only a register writes and tags that only a terminal
 * writes.
 *
 * @throws ConcertError `BAD_REQUEST` naming the tag in `field`, the rule and the value
 */
export function encodeMessage(tags: readonly Tag[], options: EncodeOptions = {}): Uint8Array {
  if (!Array.isArray(tags) || tags.length === 0)
    throw badRequest("tags", "an array of at least one tag", tags);
  const strict = options.strict ?? true;
  const end = writeTags(tags, 0, strict, undefined);
  if (strict) checkMessage(tags);
  return buffer.slice(0, end);
}

/** Room for the longest message and one more element: the limit is checked after each element. */
const buffer = new Uint8Array(MAX_MESSAGE_BYTES + HEADER_BYTES + MAX_VALUE_BYTES);

function writeTags(tags: readonly Tag[], from: number, strict: boolean, parent: TagRule | undefined): number {
  let at = from;
  for (const tag of tags) {
    const rule = ruleFor(tag?.name);
    if (rule === undefined) throw badRequest(String(tag?.name), "a name of two capital letters", tag?.name);
    const { value } = tag;
    const start = at + HEADER_BYTES;
    at =
      typeof value === "string"
        ? writeText(rule, value, start, strict)
        : writeNested(rule, value, start, strict, parent);
    const length = at - start;
    buffer[start - 5] = rule.name.charCodeAt(0);
    buffer[start - 4] = rule.name.charCodeAt(1);
    buffer[start - 3] = 48 + ((length / 100) | 0);
    buffer[start - 2] = 48 + (((length / 10) | 0) % 10);
    buffer[start - 1] = 48 + (length % 10);
    if (at > MAX_MESSAGE_BYTES)
      throw badRequest(rule.name, `within the ${MAX_MESSAGE_BYTES} bytes of a message`, `${at} bytes`);
  }
  return at;
}

/** Above so many characters the runtime's own encoder is worth its call. */
const LONG = 64;

function writeText(rule: TagRule, value: string, start: number, strict: boolean): number {
  const { length } = value;
  if (length === 0)
    throw badRequest(rule.name, "left out rather than empty (a length of 000 is not sent)", value);
  if (length > MAX_VALUE_BYTES)
    throw badRequest(rule.name, `at most ${MAX_VALUE_BYTES} bytes`, `${length} bytes`);
  if (length > LONG && writeAscii(value, buffer, start)) {
    if (strict) checkValue(rule, value, classesOf(buffer, start, start + length));
    return start + length;
  }
  let classes = 0;
  let units = 0;
  for (let index = 0; index < length; index += 1) {
    const unit = value.charCodeAt(index);
    units |= unit;
    classes |= BYTE_CLASS[unit & 0xff]!;
    buffer[start + index] = unit;
  }
  if (units > 0xff) throw badRequest(rule.name, "Latin-1 text (characters up to 0xFF)", value);
  if (strict) checkValue(rule, value, classes);
  return start + length;
}

function checkValue(rule: TagRule, value: string, classes: number): void {
  if (rule.constructed) throw badRequest(rule.name, "tags: it is a constructed tag", value);
  if (value.length < rule.min || value.length > rule.max)
    throw badRequest(rule.name, lengthWords(rule), value);
  if ((classes & rule.forbidden) !== 0) throw badRequest(rule.name, rule.alphabetWords, value);
  if (rule.values.length > 0 && !rule.values.includes(value))
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
  if (value.length === 0)
    throw badRequest(rule.name, "left out rather than empty (a length of 000 is not sent)", value);
  const end = writeTags(value, start, strict, rule);
  if (strict) checkNested(rule, value);
  if (end - start > MAX_VALUE_BYTES)
    throw badRequest(rule.name, `at most ${MAX_VALUE_BYTES} bytes`, `${end - start} bytes`);
  return end;
}

/** Rules between the tags of a message. */
function checkMessage(tags: readonly Tag[]): void {
  if (tags[0]!.name !== "CZ") throw badRequest("CZ", "the first tag", tags[0]!.name);
  let sides = 0;
  for (let index = 0; index < tags.length; index += 1) {
    const { name } = tags[index]!;
    const rule = ruleFor(name);
    if (rule === undefined) continue;
    if (rule.within !== undefined) throw badRequest(name, `inside ${rule.within}`, "at the top level");
    sides |= rule.side;
    if (sides === 3)
      throw badRequest(name, "without tags that only the other side writes (terminal or register)", name);
    if (name !== "ZT") checkOnce(tags, index);
  }
}

function checkNested(parent: TagRule, tags: readonly Tag[]): void {
  if (parent.name === "ZT" && !(tags.length === 2 && tags[0]!.name === "CK" && tags[1]!.name === "AK"))
    throw badRequest("ZT", "CK then AK", tags.map((tag) => tag.name).join(", "));
  for (let index = 0; index < tags.length; index += 1) checkOnce(tags, index);
}

/** Messages have few tags: looking back costs less than a set. */
function checkOnce(tags: readonly Tag[], index: number): void {
  const { name } = tags[index]!;
  for (let before = 0; before < index; before += 1)
    if (tags[before]!.name === name) throw badRequest(name, "present once", "repeated");
}
