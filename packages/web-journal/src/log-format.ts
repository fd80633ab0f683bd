/**
 * The bytes of the journal: a header, then records one behind the other. Pure; runs anywhere.
 *
 * ```
 * file header, 20 bytes    "CPJRNL\r\n"  version u32  generation u32  CRC-32 of the 16 bytes before
 * record                   FF 'R' 'E' 'C'  length u32  CRC-32 of the payload  CRC-32 of the 12 bytes before  payload
 * ```
 * Numbers are little-endian. A payload is JSON in UTF-8, in which the byte FF never occurs: wherever an FF with an
 * intact record header stands, a record begins. So a damaged record costs itself only.
 * @module
 */
import { crc32 } from "./crc32.ts";

/** What this code writes. Versions 1 and 2 are read and upgraded; a higher one is refused. */
export const FORMAT_VERSION = 3;
export const FILE_HEADER_BYTES = 20;
export const RECORD_HEADER_BYTES = 16;
/** Longest payload. An entry of {@link entryPayload} stays far below it. */
export const MAX_PAYLOAD_BYTES = 65_536;

const MAGIC = [0x43, 0x50, 0x4a, 0x52, 0x4e, 0x4c, 0x0d, 0x0a];
const MARKER = [0xff, 0x52, 0x45, 0x43];

export interface FileHeader {
  readonly version: number;
  /** Drawn for the first, and one more whenever the log is rewritten as a whole: it names what was appended to. */
  readonly generation: number;
}

export function encodeFileHeader(header: FileHeader): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, header.version, true);
  view.setUint32(12, header.generation, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  return bytes;
}

/** `undefined` where the first 20 bytes are not an intact header. */
export function decodeFileHeader(bytes: Uint8Array): FileHeader | undefined {
  if (bytes.length < FILE_HEADER_BYTES || MAGIC.some((byte, index) => bytes[index] !== byte))
    return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, FILE_HEADER_BYTES);
  if (view.getUint32(16, true) !== crc32(bytes.subarray(0, 16))) return undefined;
  return { version: view.getUint32(8, true), generation: view.getUint32(12, true) };
}

/** @throws RangeError where the payload is longer than {@link MAX_PAYLOAD_BYTES} */
export function encodeRecord(payload: string): Uint8Array {
  const body = new TextEncoder().encode(payload);
  if (body.length > MAX_PAYLOAD_BYTES)
    throw new RangeError(`a journal record holds at most ${MAX_PAYLOAD_BYTES} bytes; got ${body.length}`);
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MARKER);
  view.setUint32(4, body.length, true);
  view.setUint32(8, crc32(body), true);
  view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
  bytes.set(body, RECORD_HEADER_BYTES);
  return bytes;
}

/** A run of bytes that is no record. */
export interface Damage {
  /** Offset in the bytes scanned. */
  readonly at: number;
  readonly bytes: number;
}

export interface Scan {
  /** Payloads of the intact records, in order. */
  readonly payloads: readonly string[];
  /** For each damaged run, how many intact records stand before it, and where it is. */
  readonly damaged: readonly (Damage & { readonly after: number })[];
  /** A last record cut short by a write that did not finish; it was never acknowledged. */
  readonly torn: Damage | undefined;
  /** Where the next record belongs: the length without the torn tail. */
  readonly end: number;
}

/** Reads records from `from` to the end of `bytes`. Never throws, whatever the bytes. */
export function scanRecords(bytes: Uint8Array, from: number): Scan {
  const payloads: string[] = [];
  const damaged: (Damage & { after: number })[] = [];
  let position = from;
  while (position < bytes.length) {
    const record = recordAt(bytes, position);
    if (record !== undefined) {
      payloads.push(record.payload);
      position = record.end;
      continue;
    }
    const next = nextRecord(bytes, position + 1);
    if (next === undefined && isCutShort(bytes, position))
      return { payloads, damaged, torn: { at: position, bytes: bytes.length - position }, end: position };
    const end = next ?? bytes.length;
    damaged.push({ at: position, bytes: end - position, after: payloads.length });
    position = end;
  }
  return { payloads, damaged, torn: undefined, end: Math.max(position, from) };
}

/** Length of the payload where an intact record header stands at `at`. */
function payloadLength(bytes: Uint8Array, at: number): number | undefined {
  if (at + RECORD_HEADER_BYTES > bytes.length) return undefined;
  if (MARKER.some((byte, index) => bytes[at + index] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, RECORD_HEADER_BYTES);
  if (view.getUint32(12, true) !== crc32(bytes.subarray(at, at + 12))) return undefined;
  const length = view.getUint32(4, true);
  return length <= MAX_PAYLOAD_BYTES ? length : undefined;
}

function recordAt(bytes: Uint8Array, at: number): { payload: string; end: number } | undefined {
  const length = payloadLength(bytes, at);
  if (length === undefined) return undefined;
  const end = at + RECORD_HEADER_BYTES + length;
  if (end > bytes.length) return undefined;
  const body = bytes.subarray(at + RECORD_HEADER_BYTES, end);
  const expected = new DataView(bytes.buffer, bytes.byteOffset + at + 8, 4).getUint32(0, true);
  return crc32(body) === expected ? { payload: new TextDecoder().decode(body), end } : undefined;
}

/** The next place, from `from` on, where an intact record header stands. */
function nextRecord(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1))
    if (payloadLength(bytes, at) !== undefined) return at;
  return undefined;
}

/**
 * Whether the bytes from `at` on are the beginning of one record and no more. A record that has its full length and
 * a wrong checksum is not cut short: it may have been acknowledged, so it counts as damaged.
 */
function isCutShort(bytes: Uint8Array, at: number): boolean {
  const rest = bytes.length - at;
  if (rest < RECORD_HEADER_BYTES)
    return MARKER.every((byte, index) => index >= rest || bytes[at + index] === byte);
  const length = payloadLength(bytes, at);
  return length !== undefined && rest < RECORD_HEADER_BYTES + length;
}
