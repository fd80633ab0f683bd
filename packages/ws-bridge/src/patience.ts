/**
 * What a stop that waits still waits for.
 * @module
 */
import type { Settings } from "./config.ts";
import type { Exchange } from "./exchange.ts";

/**
 * How long there is still something to wait for, in milliseconds: `Infinity` while an exchange is midway, 0 for nothing.
 * @param stoppingSince an answer that was held before gets its time from there on
 */
export function patienceMs(
  exchanges: readonly Exchange[],
  stoppingSince: number,
  { clock, limits }: Settings,
): number {
  if (exchanges.some(({ midway }) => midway)) return Infinity;
  const ends = exchanges
    .map(({ unreadSince }) => unreadSince)
    .filter((since) => since !== undefined)
    .map((since) => Math.max(since, stoppingSince) + limits.fetchMs);
  return Math.max(0, ...ends.map((end) => end - clock.now()));
}
