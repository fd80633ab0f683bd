/**
 * Bytes to tags: tolerant of everything but a broken structure (protocol.md section 1).
 * @module
 */
import { ConcertError } from "../errors.ts";
import { maskCardNumbers } from "../mask.ts";
import { asciiText, decodeLatin1, shortLatin1 } from "./ascii.ts";
import type { Message, Tag, Warning } from "./message.ts";
import {
  HEADER_BYTES,
  MAX_MESSAGE_BYTES,
  NON_ASCII,
  classesOf,
  packed,
  RULES,
  lengthWords,
  type TagRule,
} from "./rules.ts";
import { elementEnd, elementFault } from "./scan.ts";

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
 * @throws ConcertError `BAD_MESSAGE`, nothing else, when the structure is broken: `offset` is where the element at
 * fault begins, `tag` what was read of its name. Empty input and more than 64 KiB are such faults too.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length === 0) throw new ConcertError("BAD_MESSAGE", "the message is empty", { offset: 0 });
  const reader = new Reader(bytes);
  const tags = reader.read(0, bytes.length, undefined);
  return new DecodedMessage(tags, reader.warnings);
}

/** When each tag was last seen, as the number of the scope: so that no set is made for each message. */
const lastSeen = new Float64Array(RULES.length);
let scopes = 0;

class Reader {
  warnings: readonly Warning[] = NO_WARNINGS;
  readonly #bytes: Uint8Array;
  /** All of the bytes as ASCII, once a long value has asked for it; empty when there is no such text. */
  #ascii: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Elements from `at` to `end`; those of the message itself, or of the constructed tag `parent`. */
  read(at: number, end: number, parent: TagRule | undefined): readonly Tag[] {
    const bytes = this.#bytes;
    const tags: Tag[] = [];
    const scope = ++scopes;
    let sides = 0;
    while (at < end) {
      const next = elementEnd(bytes, at, end);
      if (next <= 0 || next > MAX_MESSAGE_BYTES) throw structureError(bytes, at);
      const index = (bytes[at]! - 65) * 26 + bytes[at + 1]! - 65;
      const rule = RULES[index]!;
      if (lastSeen[index] === scope && (rule.name !== "ZT" || parent !== undefined)) {
        this.#warn(
          "repeated",
          rule,
          at,
          "is repeated; the first is kept",
          decodeLatin1(bytes, at + HEADER_BYTES, next),
        );
      } else {
        lastSeen[index] = scope;
        if (parent === undefined && rule.side !== 0) sides = this.#checkSide(rule, sides, at);
        if (rule.within !== parent?.name && rule.within !== undefined)
          this.#warn("nesting", rule, at, `belongs inside ${rule.within}`);
        tags.push({ name: rule.name, value: this.#value(rule, at, next, parent) });
        // A constructed value has begun scopes of its own.
        lastSeen[index] = scope;
      }
      at = next;
    }
    if (parent === undefined && tags[0]!.name !== "CZ")
      this.#warn("first-tag", RULES[2 * 26 + 25]!, 0, `is not first; ${tags[0]!.name} is`);
    return tags;
  }

  #value(rule: TagRule, at: number, next: number, parent: TagRule | undefined): string | readonly Tag[] {
    if (rule.constructed) {
      const tags = parent === undefined ? this.#nested(rule, at, next) : undefined;
      if (tags !== undefined) return tags;
      // The rest of the answer says whether the money moved: it must not be lost for a broken ticket.
      this.#warn("nesting", rule, at, "cannot be read as tags; kept as text");
      return decodeLatin1(this.#bytes, at + HEADER_BYTES, next);
    }
    const bytes = this.#bytes;
    const start = at + HEADER_BYTES;
    const length = next - start;
    if (rule.values.length > 0 && length === rule.min) {
      const known = rule.packedValues.indexOf(packed(bytes, start, next));
      if (known >= 0) return rule.values[known]!;
    }
    const classes = classesOf(bytes, start, next);
    const value = this.#text(start, next, classes);
    if (length < rule.min || length > rule.max)
      this.#warn("length", rule, at, `is ${length} bytes long; ${lengthWords(rule)} expected`);
    if ((classes & rule.forbidden) !== 0)
      this.#warn("alphabet", rule, at, `must be ${rule.alphabetWords}; got ${shown(value)}`);
    else if (rule.values.length > 0)
      this.#warn("value", rule, at, `must be one of ${rule.values.join(", ")}; got ${shown(value)}`);
    return value;
  }

  #text(start: number, next: number, classes: number): string {
    if (next - start <= 16) return shortLatin1(this.#bytes, start, next - start);
    if ((classes & NON_ASCII) === 0) {
      this.#ascii ??= asciiText(this.#bytes) ?? "";
      if (this.#ascii !== "") return this.#ascii.slice(start, next);
    }
    return decodeLatin1(this.#bytes, start, next);
  }

  /** The tags inside a constructed one; `undefined` when they cannot be read. One level only. */
  #nested(rule: TagRule, at: number, next: number): readonly Tag[] | undefined {
    const bytes = this.#bytes;
    for (let inner = at + HEADER_BYTES; inner < next;) {
      inner = elementEnd(bytes, inner, next);
      if (inner < 0) return undefined;
    }
    const tags = this.read(at + HEADER_BYTES, next, rule);
    if (rule.name === "ZT" && !(tags.length === 2 && tags[0]!.name === "CK" && tags[1]!.name === "AK"))
      this.#warn(
        "nesting",
        rule,
        at,
        `must hold CK then AK; holds ${tags.map((tag) => tag.name).join(", ")}`,
      );
    return tags;
  }

  /** Remembers who writes the tags seen, and warns once when both sides do. */
  #checkSide(rule: TagRule, sides: number, at: number): number {
    const both = sides | rule.side;
    if (both === 3 && sides !== 3)
      this.#warn(
        "direction",
        rule,
        at,
        rule.side === 1
          ? "is written by terminals, but a tag before it by registers"
          : "is written by registers, but a tag before it by terminals",
      );
    return both;
  }

  #warn(code: Warning["code"], rule: TagRule, offset: number, what: string, dropped?: string): void {
    const message = maskCardNumbers(`${rule.name} ${what}`);
    const warning: Warning = { code, tag: rule.name, offset, message };
    this.warnings = [...this.warnings, dropped === undefined ? warning : { ...warning, dropped }];
  }
}

function structureError(bytes: Uint8Array, at: number): ConcertError {
  const { tag, why } = elementFault(bytes, at, bytes.length);
  return new ConcertError("BAD_MESSAGE", `${why}, at offset ${at}`, { offset: at, tag });
}

function shown(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
