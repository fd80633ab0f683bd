/**
 * Bytes and text, one character per byte (true Latin-1). Not `TextDecoder("latin1")`: that is windows-1252 and
 * changes 0x80 to 0x9F, and so the contents of what terminals send (protocol.md section 1).
 * @module
 */
import { badRequest } from "../errors.ts";

/** What most runtimes have and core may do without: it is used for speed, on ASCII only. */
interface Runtime {
  readonly TextDecoder?: new () => { decode(bytes: Uint8Array): string };
  readonly TextEncoder?: new () => { encodeInto(text: string, into: Uint8Array): { read: number } };
}

const runtime = globalThis as unknown as Runtime;
const decoder = runtime.TextDecoder === undefined ? undefined : new runtime.TextDecoder();
const encoder = runtime.TextEncoder === undefined ? undefined : new runtime.TextEncoder();
const code = String.fromCharCode;

/** @throws ConcertError `BAD_REQUEST` naming `field` unless it is a `Uint8Array`, of any realm */
export function requireBytes(field: string, bytes: Uint8Array): void {
  if (!ArrayBuffer.isView(bytes) || bytes.BYTES_PER_ELEMENT !== 1)
    throw badRequest(field, "a Uint8Array", bytes);
}

/** Text of `bytes[start]` up to `bytes[end]`, excluded: byte 0xA7 becomes "§", 0x80 becomes U+0080. */
export function decodeLatin1(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string {
  if (end - start <= 16) return shortLatin1(bytes, start, end - start);
  let text = "";
  let at = start;
  for (; at + 16 <= end; at += 16) text += shortLatin1(bytes, at, 16);
  return text + shortLatin1(bytes, at, end - at);
}

/** At most 16 characters, in one call with as many arguments: several times as fast as one call for each. */
// prettier-ignore
export function shortLatin1(b: Uint8Array, i: number, length: number): string {
  switch (length) {
    case 1:
      return code(b[i]!);
    case 2:
      return code(b[i]!, b[i + 1]!);
    case 3:
      return code(b[i]!, b[i + 1]!, b[i + 2]!);
    case 4:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!);
    case 5:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!);
    case 6:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!);
    case 7:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!);
    case 8:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!);
    case 9:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!);
    case 10:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!);
    case 11:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!);
    case 12:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!);
    case 13:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!);
    case 14:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!);
    case 15:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!, b[i + 14]!);
    case 16:
      return code(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!, b[i + 14]!, b[i + 15]!);
    default:
      return "";
  }
}

/**
 * All of `bytes` as text in which every ASCII byte stands at its own offset (the others must not be read from it);
 * `undefined` when the runtime cannot give it. Many times as fast as {@link decodeLatin1} on long input.
 */
export function asciiText(bytes: Uint8Array): string | undefined {
  const text = decoder?.decode(bytes);
  // UTF-8 never makes more characters than bytes, so equal lengths mean one for each.
  return text?.length === bytes.length ? text : undefined;
}

/** Writes ASCII at `start`. False, with that space overwritten, when `text` is not ASCII or the runtime cannot. */
export function writeAscii(text: string, bytes: Uint8Array, start: number): boolean {
  const { length } = text;
  // UTF-8 takes two bytes or more for anything but ASCII: either they do not fit, or fewer characters do.
  return (
    encoder !== undefined && encoder.encodeInto(text, bytes.subarray(start, start + length)).read === length
  );
}

/**
 * One byte per character.
 * @throws ConcertError `BAD_REQUEST` naming `field` when a character is above 0xFF: there is no byte for it.
 */
export function encodeLatin1(text: string, field: string = "text"): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0xff) throw badRequest(field, "Latin-1 text (characters up to 0xFF)", text);
    bytes[at] = unit;
  }
  return bytes;
}
