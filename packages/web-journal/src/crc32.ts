/**
 * CRC-32 as in ISO/IEC 3309, zip and PNG: polynomial 0x04C11DB7 (reflected 0xEDB88320), start and final XOR of all
 * ones. It finds every single-byte change and every burst of up to 32 bits.
 * @module
 */

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** CRC-32 of the bytes, unsigned. `crc32` of the ASCII text `123456789` is `0xCBF43926`. */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (TABLE[(remainder ^ byte) & 0xff] as number) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}
