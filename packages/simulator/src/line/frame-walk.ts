/**
 * Tells control bytes from bytes inside a frame: an LRC may look like any control byte (protocol.md 7.2).
 * @module
 */

const STX = 0x02;
const ETX = 0x03;

export class FrameWalk {
  #inside: "no" | "data" | "lrc" = "no";
  #check = 0;

  /** What the LRC of the frame ought to be, from its ETX on (protocol.md 7.2). */
  get check(): number {
    return this.#check;
  }

  /** What this byte is. Bit 7 may be parity. */
  take(byte: number): "control" | "data" | "lrc" {
    const plain = byte & 0x7f;
    switch (this.#inside) {
      case "no":
        if (plain !== STX) return "control";
        this.#inside = "data";
        this.#check = 0;
        return "data";
      case "data":
        this.#check ^= plain;
        if (plain === ETX) this.#inside = "lrc";
        return "data";
      case "lrc":
        this.#inside = "no";
        return "lrc";
    }
  }
}
