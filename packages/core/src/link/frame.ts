/**
 * Frames on a serial line: STX, data, ETX, LRC (protocol.md section 7.2).
 * @module
 */
import { requireBytes } from "../codec/ascii.ts";
import { ConcertError } from "../errors.ts";
import { ACK, ENQ, EOT, ETX, NAK, NUL, STX } from "./frame-control.ts";

/** Most data bytes of one frame sent (protocol.md section 7.1). No continuation from frame to frame exists. */
export const MAX_FRAME_DATA = 512;

export interface EncodeFrameOptions {
  /** Most data bytes. Default 512. */
  readonly maxData?: number;
  /**
   * Default true: data must be 0x20 to 0x7F, what the line is documented to carry. False refuses only NUL, STX
   * and ETX, which no decoder accepts: for a simulated terminal that answers with line feeds or 8-bit text.
   */
  readonly strict?: boolean;
}

/**
 * Data between STX and ETX, with its LRC.
 * @throws ConcertError `BAD_REQUEST` when the data is no `Uint8Array`, is too long for one frame or holds a byte that
 *   no frame carries; `offset` is that of the byte.
 */
export function encodeFrame(data: Uint8Array, options: EncodeFrameOptions = {}): Uint8Array {
  if (!(data instanceof Uint8Array)) requireBytes("data", data);
  const { maxData = MAX_FRAME_DATA, strict = true } = options;
  if (data.length > maxData) throw tooLong(data.length, maxData);
  const frame = new Uint8Array(data.length + 3);
  let check = ETX;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at]!;
    if (byte < 0x20 || byte > 0x7f) {
      if (strict || byte === NUL || byte === STX || byte === ETX) throw badByte(byte, at, strict);
    }
    check ^= byte;
    frame[at + 1] = byte;
  }
  frame[0] = STX;
  frame[data.length + 1] = ETX;
  frame[data.length + 2] = check;
  return frame;
}

function tooLong(length: number, maxData: number): ConcertError {
  const rule = `at most ${maxData} bytes in one serial frame`;
  return new ConcertError(
    "BAD_REQUEST",
    `message must be ${rule}; got ${length} bytes: send fewer or shorter fields`,
    {
      field: "message",
      rule,
      value: String(length),
    },
  );
}

function badByte(byte: number, offset: number, strict: boolean): ConcertError {
  const rule = strict ? "bytes 0x20 to 0x7F on a serial line" : "free of NUL, STX and ETX";
  const value = `0x${byte.toString(16).padStart(2, "0")}`;
  return new ConcertError("BAD_REQUEST", `message must be ${rule}; got ${value} at offset ${offset}`, {
    field: "message",
    rule,
    value,
    offset,
  });
}

export type FrameEvent =
  /** A frame whose LRC is right. */
  | { readonly kind: "frame"; readonly data: Uint8Array }
  /** A whole frame whose LRC is wrong, or that holds an STX or a NUL: then `expected` may equal `got`. */
  | { readonly kind: "bad-lrc"; readonly data: Uint8Array; readonly expected: number; readonly got: number }
  /** A frame of `length` data bytes, more than the limit, at its end: nothing is answered while the peer sends. */
  | { readonly kind: "oversize"; readonly length: number }
  /** ETX and the LRC of a frame whose STX was lost; its text came before, as noise. */
  | { readonly kind: "headless"; readonly bytes: Uint8Array }
  /** ENQ, ACK, NAK or EOT outside a frame. */
  | { readonly kind: "control"; readonly byte: number }
  /** Bytes that belong to nothing. */
  | { readonly kind: "noise"; readonly bytes: Uint8Array };

export interface FrameDecoderOptions {
  /** Most data bytes of a frame received. Default 4096: longer than may be sent, since some terminals do it. */
  readonly maxData?: number;
  /** Clear bit 7 of every byte first. Default false. */
  readonly maskBit7?: boolean;
}

/**
 * Where the decoder stands: outside a frame, in its data, before its LRC, or before the byte that would be the LRC
 * of a frame whose STX was lost.
 */
export type FrameStage = "outside" | "data" | "lrc" | "stray-lrc";

/**
 * Finds frames in bytes that come in any pieces.
 *
 * - The byte after ETX is the LRC, whatever its value: it can equal any control character. This holds for text
 *   whose STX was lost too, else its LRC could be read as an ACK. Exception: where a frame is due, STX begins it, for
 *   two bytes of noise would eat it otherwise; an LRC of that value leaves a frame that falls silent, and is asked for
 *   again a little later.
 * - STX inside a frame does not begin a new one: noise that turns a character into STX would leave the tail of a
 *   message, whose LRC fits by chance once in 128. The frame is bad, and asked for again. Exceptions, where no
 *   single fault can make the tail fit: nothing came before it, or what came is a frame that only lacks its ETX (its
 *   bytes and LRC then XOR to ETX), so a lost ETX does not spoil the frame that follows.
 * - NUL inside a frame makes it bad too: put in by noise, it would not change the LRC.
 * - Other control characters inside a frame are data, for tickets hold line feeds; if they are noise, the LRC tells.
 *
 * Memory is bounded by `maxData`. A frame that never ends is the caller's to time out, with `reset`.
 */
export class FrameDecoder {
  /** False: no frame is expected, and STX is noise like any other byte. */
  listening = true;
  #stage: FrameStage = "outside";
  /** Where `read` stopped. */
  #position = 0;
  readonly #buffer: Uint8Array;
  readonly #maxData: number;
  readonly #mask: number;
  #length = 0;
  #check = 0;
  /** The frame holds a byte that no message has, so its LRC proves nothing. */
  #tainted = false;
  /** Text has come since the last control character: an ETX now ends a frame without a head. */
  #strayText = false;
  /** Data of a frame that lost its ETX, to be reported. */
  #cut: Uint8Array | undefined;

  constructor(options: FrameDecoderOptions = {}) {
    this.#maxData = options.maxData ?? 4_096;
    this.#mask = options.maskBit7 === true ? 0x7f : 0xff;
    this.#buffer = new Uint8Array(this.#maxData);
  }

  get stage(): FrameStage {
    return this.#stage;
  }

  /** Index after the last byte that `read` used. */
  get position(): number {
    return this.#position;
  }

  /** All that the bytes complete, in order. Runs of noise come as one event. */
  push(bytes: Uint8Array): readonly FrameEvent[] {
    const events: FrameEvent[] = [];
    let noise: number[] = [];
    const endNoise = (): void => {
      if (noise.length > 0) events.push({ kind: "noise", bytes: Uint8Array.from(noise) });
      noise = [];
    };
    for (let at = 0; at < bytes.length; at = this.#position) {
      const event = this.read(bytes, at);
      if (event === undefined) break;
      if (event.kind === "noise") noise.push(...event.bytes);
      else {
        endNoise();
        events.push(event);
      }
    }
    endNoise();
    return events;
  }

  /** The first event that bytes from index `from` on complete; `position` says where the next call begins. */
  read(bytes: Uint8Array, from: number): FrameEvent | undefined {
    for (let at = from; at < bytes.length; at += 1) {
      if (this.#stage === "data") {
        at = this.#readData(bytes, at);
        const cut = this.#cut;
        if (cut === undefined) continue;
        this.#cut = undefined;
        this.#position = at + 1;
        return { kind: "noise", bytes: cut };
      }
      const byte = bytes[at]! & this.#mask;
      const event = this.#stage === "outside" ? this.#readOutside(byte) : this.#readCheck(byte);
      if (event !== undefined) {
        this.#position = at + 1;
        return event;
      }
    }
    this.#position = bytes.length;
    return undefined;
  }

  /** Forgets a frame begun; returns the data it had so far. */
  reset(): Uint8Array {
    const partial = this.#stage === "outside" ? new Uint8Array() : this.#data();
    this.#stage = "outside";
    this.#strayText = false;
    this.#length = 0;
    return partial;
  }

  /** Index of the last byte used: ETX, the STX of a new frame, or the end of the piece. */
  #readData(bytes: Uint8Array, from: number): number {
    let check = this.#check;
    let length = this.#length;
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]! & this.#mask;
      if (byte === STX) {
        if (length === 0) continue;
        if (check === ETX && !this.#tainted) {
          this.#length = length;
          this.#cut = this.#data();
          length = 0;
          check = 0;
          break;
        }
        this.#tainted = true;
      } else if (byte === NUL) this.#tainted = true;
      check ^= byte;
      if (byte === ETX) {
        this.#stage = "lrc";
        break;
      }
      if (length < this.#maxData) this.#buffer[length] = byte;
      length += 1;
    }
    this.#check = check;
    this.#length = length;
    return at;
  }

  #readCheck(got: number): FrameEvent {
    const stray = this.#stage === "stray-lrc";
    this.#stage = "outside";
    this.#strayText = false;
    if (stray && got === STX && this.listening) {
      this.#begin();
      return { kind: "noise", bytes: Uint8Array.of(ETX) };
    }
    if (stray) return { kind: "headless", bytes: Uint8Array.of(ETX, got) };
    if (this.#length > this.#maxData) return { kind: "oversize", length: this.#length };
    const data = this.#data();
    if (got === this.#check && !this.#tainted) return { kind: "frame", data };
    return { kind: "bad-lrc", data, expected: this.#check, got };
  }

  #readOutside(byte: number): FrameEvent | undefined {
    if (byte === STX && this.listening) return this.#begin();
    if (byte === ETX && this.#strayText) {
      this.#stage = "stray-lrc";
      this.#length = 0;
      return undefined;
    }
    if (byte === ENQ || byte === ACK || byte === NAK || byte === EOT) {
      this.#strayText = false;
      return { kind: "control", byte };
    }
    if (byte >= 0x20) this.#strayText = true;
    return { kind: "noise", bytes: Uint8Array.of(byte) };
  }

  #begin(): undefined {
    this.#stage = "data";
    this.#length = 0;
    this.#check = 0;
    this.#tainted = false;
  }

  #data(): Uint8Array {
    return this.#buffer.slice(0, Math.min(this.#length, this.#maxData));
  }
}
