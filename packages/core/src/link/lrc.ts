/**
 * The check byte of a frame.
 * @module
 */
import { requireBytes } from "../codec/ascii.ts";

/**
 * XOR of all the bytes given, from 0. For a frame, give what follows STX, ETX included (protocol.md section 7.2):
 * `lrc(data + ETX)`. The result can equal any control character, so the byte after ETX is never read as one.
 * @throws ConcertError `BAD_REQUEST` naming `bytes` unless it is a `Uint8Array`
 */
export function lrc(bytes: Uint8Array): number {
  if (!(bytes instanceof Uint8Array)) requireBytes("bytes", bytes);
  let check = 0;
  for (let at = 0; at < bytes.length; at += 1) check ^= bytes[at]!;
  return check;
}
