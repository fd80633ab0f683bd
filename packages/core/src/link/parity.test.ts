import { describe, expect, it } from "vitest";
import { addEvenParity, maskBit7 } from "./parity.ts";

const ones = (byte: number): number => byte.toString(2).replaceAll("0", "").length;
const all = Uint8Array.from({ length: 128 }, (_, byte) => byte);

describe("even parity in bit 7", () => {
  it("leaves an even number of ones in every byte, and the seven bits as they were", () => {
    const out = addEvenParity(all);
    expect([...out].filter((byte) => ones(byte) % 2 !== 0)).toEqual([]);
    expect(maskBit7(out)).toEqual(all);
  });

  it("changes STX, EOT and NAK but not ETX, ENQ and ACK", () => {
    expect([...addEvenParity(Uint8Array.of(0x02, 0x04, 0x15, 0x03, 0x05, 0x06))]).toEqual([
      0x82, 0x84, 0x95, 0x03, 0x05, 0x06,
    ]);
  });
});
