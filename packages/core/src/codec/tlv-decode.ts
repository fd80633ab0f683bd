/**
 * Bytes to tags: tolerant of everything but a broken structure (protocol.md section 1).
 * @module
 */
import { ConcertError } from "../errors.ts";
import { asciiText, decodeLatin1, requireBytes } from "./ascii.ts";
import { LONG_VALUE, NON_ASCII, SCRATCH, classesOf, scratchClasses } from "./byte-classes.ts";
import { HEADER_BYTES, MAX_MESSAGE_BYTES } from "./limits.ts";
import type { Message, Tag, Warning } from "./message.ts";
import { RULES, packed, type TagRule } from "./rules.ts";
import { elementEnd, elementFault } from "./scan.ts";
import * as warning from "./warnings.ts";

const NO_WARNINGS: readonly Warning[] = Object.freeze([]);

/** A decoded message. A class, so that messages share their methods. */
class DecodedMessage implements Message {
  readonly tags: readonly Tag[];
  readonly warnings: readonly Warning[];

  constructor(tags: readonly Tag[], warnings: readonly Warning[]) {
    this.tags = tags;
    this.warnings = warnings;
  }

  get(name: string): string | undefined {
    for (const tag of this.tags)
      if (tag.name === name) return typeof tag.value === "string" ? tag.value : undefined;
    return undefined;
  }

  all(name: string): readonly Tag[] {
    return this.tags.filter((tag) => tag.name === name);
  }
}

/**
 * Reads one whole message. Any order, unknown tags kept, values by length as Latin-1. A breach of the dictionary, a
 * repeated tag (the first is kept, ZT alone may come more than once), a first tag other than CZ and a Z tag whose
 * inside cannot be read (its value is then text) are `warnings`.
 *
 * @throws ConcertError `BAD_MESSAGE`, nothing else for any bytes, when the structure is broken: `offset` is where the element at
 * fault begins, `tag` what was read of its name. Empty input and more than 64 KiB are such faults too.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  requireBytes("bytes", bytes);
  if (bytes.length === 0) throw new ConcertError("BAD_MESSAGE", "the message is empty", { offset: 0 });
  const worthIt = bytes.length >= LONG_MESSAGE && bytes.length <= MAX_MESSAGE_BYTES;
  const ascii = worthIt ? asciiText(bytes) : undefined;
  const reading: Reading = { bytes, warnings: undefined, ascii, copied: false };
  const tags = readTags(reading, 0, bytes.length, undefined);
  if (tags[0]!.name !== "CZ") warn(reading, warning.firstTag(tags[0]!.name));
  return new DecodedMessage(tags, reading.warnings ?? NO_WARNINGS);
}

/** From so many bytes on, one call of the runtime's decoder costs less than making each value by itself. */
const LONG_MESSAGE = 128;

/** One message being read. */
interface Reading {
  readonly bytes: Uint8Array;
  warnings: Warning[] | undefined;
  /** {@link asciiText} of the bytes, where there are enough of them to be worth it. */
  readonly ascii: string | undefined;
  /** The bytes are in {@link SCRATCH} too. */
  copied: boolean;
}

/** In which scope each tag was last seen: each message is one, and each constructed tag in it. No set to make. */
const lastSeen = new Float64Array(RULES.length);
/** The same inside constructed tags: what stands there hides no repetition outside. */
const lastSeenInside = new Float64Array(RULES.length);
let scopes = 0;

/** Elements from `start` to `end`: those of the message itself, or of the constructed tag `parent`. */
function readTags(reading: Reading, start: number, end: number, parent: TagRule | undefined): readonly Tag[] {
  const { bytes } = reading;
  const tags: Tag[] = [];
  const scope = ++scopes;
  const seen = parent === undefined ? lastSeen : lastSeenInside;
  let sides = 0;
  for (let at = start, next = 0; at < end; at = next) {
    next = elementEnd(bytes, at, end);
    if (next < 0 || next > MAX_MESSAGE_BYTES) throw structureError(bytes, at);
    const index = (bytes[at]! - 65) * 26 + bytes[at + 1]! - 65;
    const rule = RULES[index]!;
    if (seen[index] === scope && !(rule.repeatable && parent === undefined)) {
      warn(reading, warning.repeated(rule, at, decodeLatin1(bytes, at + HEADER_BYTES, next)));
      continue;
    }
    seen[index] = scope;
    if (rule.side !== 0 && parent === undefined) {
      if (sides !== 3 && (sides | rule.side) === 3) warn(reading, warning.direction(rule, at));
      sides |= rule.side;
    }
    if (rule.within !== undefined && rule.within !== parent?.name) warn(reading, warning.misplaced(rule, at));
    const value = rule.constructed
      ? readConstructed(reading, rule, at, next, parent)
      : readText(reading, rule, at, next);
    tags.push({ name: rule.name, value });
  }
  return tags;
}

function readText(reading: Reading, rule: TagRule, at: number, next: number): string {
  const { bytes } = reading;
  const start = at + HEADER_BYTES;
  const length = next - start;
  if (length === rule.min && rule.packedValues.length > 0) {
    const known = knownValue(rule, packed(bytes, start, next));
    if (known !== undefined) return known;
  }
  let classes: number;
  if (length < LONG_VALUE) classes = classesOf(bytes, start, next);
  else {
    if (!reading.copied) copyToScratch(reading);
    classes = scratchClasses(start, next);
  }
  const value =
    reading.ascii !== undefined && (classes & NON_ASCII) === 0
      ? reading.ascii.slice(start, next)
      : decodeLatin1(bytes, start, next);
  if (length < rule.min || length > rule.max) warn(reading, warning.length(rule, at, length));
  if ((classes & rule.forbidden) !== 0) warn(reading, warning.alphabet(rule, at, value));
  else if (rule.packedValues.length > 0) warn(reading, warning.value(rule, at, value));
  return value;
}

/** The value of the dictionary that those bytes are: most values need no text made of them. */
function knownValue(rule: TagRule, wanted: number): string | undefined {
  const { packedValues } = rule;
  for (let index = 0; index < packedValues.length; index += 1)
    if (packedValues[index] === wanted) return rule.values[index];
  return undefined;
}

function copyToScratch(reading: Reading): void {
  const { bytes } = reading;
  SCRATCH.set(bytes.length > MAX_MESSAGE_BYTES ? bytes.subarray(0, MAX_MESSAGE_BYTES) : bytes);
  reading.copied = true;
}

/** The tags inside a constructed one, one level deep; its text when they cannot be read. */
function readConstructed(
  reading: Reading,
  rule: TagRule,
  at: number,
  next: number,
  parent: TagRule | undefined,
): string | readonly Tag[] {
  const start = at + HEADER_BYTES;
  if (parent !== undefined || !isElements(reading.bytes, start, next)) {
    // The rest of the answer says whether the money moved: it must not be lost for a broken ticket.
    warn(reading, warning.unreadable(rule, at));
    return decodeLatin1(reading.bytes, start, next);
  }
  const tags = readTags(reading, start, next, rule);
  if (rule.name === "ZT" && !(tags.length === 2 && tags[0]!.name === "CK" && tags[1]!.name === "AK"))
    warn(reading, warning.ticketContents(rule, at, tags));
  return tags;
}

function isElements(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    at = elementEnd(bytes, at, end);
    if (at < 0) return false;
  }
  return true;
}

function warn(reading: Reading, about: Warning): void {
  if (reading.warnings === undefined) reading.warnings = [about];
  else reading.warnings.push(about);
}

function structureError(bytes: Uint8Array, at: number): ConcertError {
  const { tag, why } = elementFault(bytes, at, bytes.length);
  return new ConcertError("BAD_MESSAGE", `${why}, at offset ${at}`, { offset: at, tag });
}
