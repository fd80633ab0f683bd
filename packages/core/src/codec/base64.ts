/**
 * Base64 for tickets. `atob` is not in every runtime, and accepts more than it should.
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const VALUE_OF = new Int8Array(256).fill(-1);
for (let value = 0; value < 64; value += 1) VALUE_OF[ALPHABET.charCodeAt(value)] = value;

/** Blanks and control characters: AK is known to hold line feeds (protocol.md section 1). */
const WHITE_SPACE = /[^!-\uffff]+/g;

/** The bytes as Latin-1 text; white space ignored. `undefined` when it is not base64, padded to a multiple of four. */
export function base64ToLatin1(base64: string): string | undefined {
  const compact = base64.replace(WHITE_SPACE, "");
  if (compact.length % 4 !== 0) return undefined;
  const padding = compact.endsWith("==") ? 2 : compact.endsWith("=") ? 1 : 0;
  const digits = compact.length - padding;
  let text = "";
  let bits = 0;
  let held = 0;
  for (let index = 0; index < digits; index += 1) {
    const unit = compact.charCodeAt(index);
    const value = unit > 0xff ? -1 : VALUE_OF[unit]!;
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      text += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return text;
}

/** Base64 of Latin-1 text: one byte per character, the caller has checked that there are none above 0xFF. */
export function latin1ToBase64(text: string): string {
  let base64 = "";
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const group =
      (text.charCodeAt(at) << 16) |
      (left > 1 ? text.charCodeAt(at + 1) << 8 : 0) |
      (left > 2 ? text.charCodeAt(at + 2) : 0);
    base64 += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    base64 += (left > 1 ? ALPHABET[(group >> 6) & 63]! : "=") + (left > 2 ? ALPHABET[group & 63]! : "=");
  }
  return base64;
}
