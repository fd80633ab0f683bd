/**
 * Names nobody can guess.
 * @module
 */

interface Runtime {
  crypto: { getRandomValues(array: Uint8Array): Uint8Array };
}

/** Fills an array with random bytes; the runtime's cryptographic source unless one is given. */
export type RandomBytes = (count: number) => Uint8Array;

export function systemRandom(count: number): Uint8Array {
  return (globalThis as unknown as Runtime).crypto.getRandomValues(new Uint8Array(count));
}

/** 128 random bits in the shape of a UUID (8-4-4-4-12). All bits are random: no version, no variant. */
export function randomId(random: RandomBytes = systemRandom): string {
  const hex = Array.from(random(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
