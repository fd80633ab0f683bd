/**
 * Even parity in bit 7, for lines whose driver passes 8 bits and whose peer speaks 7 bits and even parity
 * (protocol.md section 7.1). A line opened as 7E1 needs none of this: the driver adds and removes the bit.
 * @module
 */

/**
 * Sets bit 7 of every byte so that the byte has an even number of ones, as a 7E1 port would. Bits 0 to 6 stay.
 * Control characters get it too: a 7E1 receiver would reject them without.
 */
export function addEvenParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => {
    let ones = byte & 0x7f;
    ones ^= ones >> 4;
    ones ^= ones >> 2;
    ones ^= ones >> 1;
    return (byte & 0x7f) | ((ones & 1) << 7);
  });
}

/**
 * Clears bit 7 of every byte. Parity is not checked: one maker documents control characters without parity beside
 * data with it, and the LRC decides anyway.
 */
export function maskBit7(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte & 0x7f);
}
