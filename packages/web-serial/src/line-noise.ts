/**
 * Read errors that are not the end: the line delivered something bad and goes on.
 * @module
 */
import { errorName } from "./support.ts";

/**
 * - `parity`: a byte with the wrong parity bit; the line's settings may be wrong.
 * - `framing`: a byte without a stop bit; the speed may be wrong.
 * - `break`: the line was held down, as when a cable is plugged in.
 * - `overrun`: bytes came faster than they were taken.
 */
export type LineNoise = "parity" | "framing" | "break" | "overrun";

/** How often each kind was met since the connector was made. */
export type NoiseCounts = { readonly [kind in LineNoise]: number };

const BY_ERROR_NAME: ReadonlyMap<string, LineNoise> = new Map([
  ["ParityError", "parity"],
  ["FramingError", "framing"],
  ["BreakError", "break"],
  ["BufferOverrunError", "overrun"],
]);

/** `undefined` for errors after which nothing more comes. */
export function noiseOf(error: unknown): LineNoise | undefined {
  return BY_ERROR_NAME.get(errorName(error));
}
