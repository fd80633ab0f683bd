/**
 * Bytes and text, one character per byte (true Latin-1). Not `TextDecoder("latin1")`: that is windows-1252 and
 * changes 0x80 to 0x9F, and so the lengths and contents of what terminals send (protocol.md section 1).
 * @module
 */
import { badRequest } from "../errors.ts";

const code = String.fromCharCode;

/** Text of `bytes[start]` up to `bytes[end]`, excluded: byte 0xA7 becomes "§", 0x80 becomes U+0080. */
export function decodeLatin1(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string {
  let text = "";
  let at = start;
  for (; at + 16 <= end; at += 16) text += sixteen(bytes, at);
  for (; at < end; at += 1) text += code(bytes[at]!);
  return text;
}

/** One call for sixteen characters costs little more than a call for one. */
function sixteen(b: Uint8Array, i: number): string {
  // prettier-ignore
  return code(
    b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!,
    b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!, b[i + 14]!, b[i + 15]!,
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
