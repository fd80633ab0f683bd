/**
 * How far bytes make whole elements: for links, which must know whether more is to come before they decode.
 * Agrees with `decodeMessage`: that succeeds exactly where all of the bytes are `whole`.
 * @module
 */
import { HEADER_BYTES, MAX_MESSAGE_BYTES } from "./limits.ts";
import { RULES } from "./rules.ts";

/** What is common to all results. */
interface Scanned {
  /** Names of the whole top-level elements, in order, repeats included. `tags.includes("AE")` asks for a status. */
  readonly tags: readonly string[];
  /** Value of the first CD of one byte: `"I"` for an identification. */
  readonly action: string | undefined;
  /** Where the whole elements end: `bytes.subarray(from, offset)` decodes, where `tags` is not empty. */
  readonly offset: number;
}

/**
 * - `whole`: elements end to end, at least one, and nothing more. More may still come: a cut between two elements
 *   looks the same.
 * - `incomplete`: a good beginning that ends inside an element, or no byte at all. `offset` is where that element
 *   begins.
 * - `broken`: what begins at `offset` can never become an element of a message, whatever follows.
 */
export type Scan =
  | (Scanned & { readonly type: "whole" })
  | (Scanned & { readonly type: "incomplete" })
  | (Scanned & { readonly type: "broken"; readonly tag: string; readonly why: string });

/**
 * Walks the lengths, without reading values. Costs one step for each element: to follow a message that grows,
 * start again `from` the `offset` of the last result (`tags` then covers only what is after it).
 *
 * @param from where to start, an element boundary; offsets in the result count from the start of `bytes`, as does
 * the limit of 64 KiB
 */
export function scanElements(bytes: Uint8Array, from: number = 0): Scan {
  const tags: string[] = [];
  let action: string | undefined;
  let offset = from;
  while (offset < bytes.length) {
    const next = elementEnd(bytes, offset, bytes.length);
    if (next <= 0 || next > MAX_MESSAGE_BYTES) {
      const fault = elementFault(bytes, offset, bytes.length);
      if (fault.incomplete) return { type: "incomplete", tags, action, offset };
      return { type: "broken", tags, action, offset, tag: fault.tag, why: fault.why };
    }
    const { name } = RULES[(bytes[offset]! - 65) * 26 + bytes[offset + 1]! - 65]!;
    if (name === "CD" && action === undefined && next === offset + HEADER_BYTES + 1)
      action = String.fromCharCode(bytes[next - 1]!);
    tags.push(name);
    offset = next;
  }
  return { type: tags.length === 0 ? "incomplete" : "whole", tags, action, offset };
}

/** Offset after the element that begins at `at` and fits before `end`; -1 where there is none. */
export function elementEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at + HEADER_BYTES >= end) return -1;
  const hundreds = bytes[at + 2]! - 48;
  const tens = bytes[at + 3]! - 48;
  const units = bytes[at + 4]! - 48;
  if (
    (bytes[at]! - 65) >>> 0 > 25 ||
    (bytes[at + 1]! - 65) >>> 0 > 25 ||
    hundreds >>> 0 > 9 ||
    tens >>> 0 > 9 ||
    units >>> 0 > 9
  )
    return -1;
  const length = hundreds * 100 + tens * 10 + units;
  const next = at + HEADER_BYTES + length;
  return length === 0 || next > end ? -1 : next;
}

/** Why no element begins at `at`. */
export interface ElementFault {
  /** More bytes could still make it one. */
  readonly incomplete: boolean;
  /** What was read of the tag. */
  readonly tag: string;
  /** In words. */
  readonly why: string;
}

/** Explains what {@link elementEnd} refused, or an element that ends beyond the limit of a message. */
export function elementFault(bytes: Uint8Array, at: number, end: number): ElementFault {
  const header = Array.from(bytes.subarray(at, Math.min(end, at + HEADER_BYTES)));
  const text = String.fromCharCode(...header);
  const tag = text.slice(0, 2);
  const digits = text.slice(2);
  const fault = (incomplete: boolean, why: string): ElementFault => ({ incomplete, tag, why });
  if (!/^[A-Z]*$/.test(tag)) return fault(false, `tag ${JSON.stringify(tag)} is not two capital letters`);
  if (!/^\d*$/.test(digits))
    return fault(false, `length ${JSON.stringify(digits)} of ${tag} is not three digits`);
  const tooLong = `${tag} ends beyond ${MAX_MESSAGE_BYTES} bytes`;
  if (header.length < HEADER_BYTES)
    return at + HEADER_BYTES >= MAX_MESSAGE_BYTES
      ? fault(false, tooLong)
      : fault(true, `header ${JSON.stringify(text)} is cut short`);
  const length = Number(digits);
  if (length === 0) return fault(false, `${tag} has the length 000`);
  if (at + HEADER_BYTES + length > MAX_MESSAGE_BYTES) return fault(false, tooLong);
  return fault(true, `${tag} says ${length} bytes, ${end - at - HEADER_BYTES} are left`);
}
