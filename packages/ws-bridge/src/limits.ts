/**
 * Every bound of the bridge, as data: nothing in it grows without one (pitfall 15).
 * @module
 */
import { badRequest } from "@concert-pay/core";
import { FRAME_BYTES } from "./wire.ts";

export interface BridgeLimits {
  /** WebSockets that carry an exchange, in total. Default 64. */
  readonly connections: number;
  /** TCP connections to one terminal, those kept for pages that left included. Default 8. */
  readonly connectionsPerTerminal: number;
  /** Largest binary frame of the page, in bytes; also what is kept of bytes sent before `connected`. Default 66 560. */
  readonly frameBytes: number;
  /** Bytes waiting in memory towards one side before the other side is no longer read. Default 262 144. */
  readonly bufferBytes: number;
  /** Bytes of one answer that are held for a page that comes back. Default 262 144. */
  readonly holdBytes: number;
  /** Exchanges held for pages that left. Default 64. */
  readonly held: number;
  /** Exchanges remembered, and beside them ids of forgotten ones, so that none is used twice. Default 4 096. */
  readonly remembered: number;
  /** For a connection to bring its HTTP request, in milliseconds. Default 5 000. */
  readonly requestMs: number;
  /** Longest wait for the terminal to take the connection, in milliseconds. Default 5 000 (protocol.md 5). */
  readonly connectMs: number;
  /** Silence both ways after which an exchange ends. Longer than any wait for an answer. Default 600 000. */
  readonly idleMs: number;
  /**
   * Silence of the terminal after an answer, or after a page closed with 1000 before any, with no page there, after which
   * the bridge hangs up. Default 5 000.
   */
  readonly answeredMs: number;
  /** How long a terminal may be silent once the bridge has hung up its side. Default 1 000. */
  readonly leaveMs: number;
  /**
   * Silence after which an exchange without a page and without an answer gives its connection to one that needs it.
   * Default 240 000: the customer has 180 s, the bank some more.
   */
  readonly unansweredMs: number;
  /** How long a stop that waits keeps an answer that no page has had, in milliseconds. Default 10 000. */
  readonly fetchMs: number;
  /** How long an exchange is held after the page left; its id is remembered longer. Default 1 800 000. */
  readonly holdMs: number;
  /** Time between WebSocket pings, which keep proxies from cutting a long wait. Default 20 000. */
  readonly pingMs: number;
  /** A page that has sent one heartbeat and then none for this long is frozen or gone. Default 90 000: hidden tabs
   * may get one timer a minute. */
  readonly heartbeatLostMs: number;
  /** How long the page may take to close with 1000 after the terminal hung up, before the bridge does. Default 1 000. */
  readonly confirmMs: number;
}

export const defaultLimits: BridgeLimits = {
  connections: 64,
  connectionsPerTerminal: 8,
  frameBytes: FRAME_BYTES,
  bufferBytes: 256 * 1024,
  holdBytes: 256 * 1024,
  held: 64,
  remembered: 4096,
  requestMs: 5_000,
  connectMs: 5_000,
  idleMs: 600_000,
  answeredMs: 5_000,
  leaveMs: 1_000,
  unansweredMs: 240_000,
  fetchMs: 10_000,
  holdMs: 1_800_000,
  pingMs: 20_000,
  heartbeatLostMs: 90_000,
  confirmMs: 1_000,
};

/** Fills in the defaults. Throws `BAD_REQUEST` for an unknown name and for anything but a whole number above 0. */
export function checkLimits(given: Partial<BridgeLimits> = {}): BridgeLimits {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw badRequest("limits", "an object of limits", given);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultLimits, name))
      throw badRequest("limits", `made of ${Object.keys(defaultLimits).join(", ")}`, name);
    if (!Number.isSafeInteger(value) || value < 1 || value > 2 ** 31 - 1)
      throw badRequest(`limits.${name}`, "a whole number from 1 to 2147483647", value);
  }
  return { ...defaultLimits, ...given };
}
