/**
 * The check byte of a frame.
 * @module
 */

/**
 * XOR of all the bytes given, from 0. For a frame, give what follows STX, ETX included (protocol.md section 7.2):
 * `lrc(data + ETX)`. The result can equal any control character, so the byte after ETX is never read as one.
 */
export function lrc(bytes: Uint8Array): number {
  let check = 0;
  for (let at = 0; at < bytes.length; at += 1) check ^= bytes[at]!;
  return check;
}
