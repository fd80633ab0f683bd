/**
 * Every code a WebSocket of the bridge closes with: one table for the bridge, the page's client and docs/bridge.md.
 * @module
 */

/**
 * What a close says about an exchange that was begun on this very WebSocket. `nothing`: no byte reached the
 * terminal. `maybe`: some may have. A refused resume says nothing about the earlier WebSocket of the exchange.
 */
export type Sent = "nothing" | "maybe";

export type CloseName =
  | "ended"
  | "page-left"
  | "bad-request"
  | "token-refused"
  | "origin-refused"
  | "unknown-terminal"
  | "host-refused"
  | "full"
  | "terminal-unreachable"
  | "stopping"
  | "connect-timeout"
  | "exchange-used"
  | "nothing-held"
  | "frame-too-large"
  | "answer-not-held"
  | "not-understood"
  | "heartbeat-lost"
  | "replaced"
  | "terminal-reset"
  | "idle"
  | "hung-up"
  | "stopped-midway";

export interface CloseCode {
  /** 1000, or 4000 to 4999. */
  readonly code: number;
  readonly name: CloseName;
  readonly sent: Sent;
  /** One sentence, for people. */
  readonly meaning: string;
}

const rows: readonly (readonly [number, CloseName, Sent, string])[] = [
  [
    1000,
    "ended",
    "maybe",
    "An orderly end: the terminal hung up and all its bytes were passed on; from the page: done, the answer is written down",
  ],
  [4001, "page-left", "maybe", "Sent by the page: it leaves, the bridge waits for the answer and holds it"],
  [4400, "bad-request", "nothing", "The address, the exchange id or the subprotocol is not as the wire asks"],
  [4401, "token-refused", "nothing", "The token is missing or wrong"],
  [4403, "origin-refused", "nothing", "The page's origin is missing or not on the allow-list"],
  [4404, "unknown-terminal", "nothing", "No terminal of that name is configured"],
  [4421, "host-refused", "nothing", "The Host header names neither this bridge nor an allowed host"],
  [4429, "full", "nothing", "Too many connections, or too many answers held, for another exchange"],
  [4502, "terminal-unreachable", "nothing", "The terminal refused the connection, or there is no way to it"],
  [4503, "stopping", "nothing", "The bridge is stopping and passed nothing on"],
  [4504, "connect-timeout", "nothing", "The terminal did not take the connection in time"],
  [
    4409,
    "exchange-used",
    "maybe",
    "The exchange was begun by an earlier WebSocket; this one may listen, not send, and sent nothing",
  ],
  [
    4410,
    "nothing-held",
    "maybe",
    "Nothing is held under that exchange: delivered, expired, never begun or lost in a restart; it proves nothing",
  ],
  [
    4413,
    "frame-too-large",
    "maybe",
    "The page sent more bytes at once than the bridge takes; those were not passed on",
  ],
  [
    4414,
    "answer-not-held",
    "maybe",
    "The answer grew past what the bridge holds, so it cannot be given again",
  ],
  [
    4415,
    "not-understood",
    "maybe",
    "The page sent a text that is no JSON object, or a frame that breaks the rules of WebSocket",
  ],
  [4440, "heartbeat-lost", "maybe", "The other side stopped its heartbeat: a frozen page, or a dead path"],
  [4441, "replaced", "maybe", "Another WebSocket took the exchange up"],
  [4520, "terminal-reset", "maybe", "The connection to the terminal broke"],
  [4521, "idle", "maybe", "No byte either way for the whole idle time, or the bridge gave it up"],
  [4522, "hung-up", "maybe", "The terminal hung up in order, without a byte of an answer"],
  [4523, "stopped-midway", "maybe", "The bridge stopped while the exchange ran"],
];

/** The table in the order of the docs: "nothing was sent" first. */
export const closeCodes: readonly CloseCode[] = rows.map(([code, name, sent, meaning]) => ({
  code,
  name,
  sent,
  meaning,
}));

const byCode = new Map(closeCodes.map((row) => [row.code, row]));
const byName = new Map(closeCodes.map((row) => [row.name, row]));

/** The row of a code; `undefined` for codes that are not the bridge's own (1001, 1006). */
export function closeCode(code: number): CloseCode | undefined {
  return byCode.get(code);
}

/** The code of a name. */
export function codeOf(name: CloseName): number {
  return (byName.get(name) as CloseCode).code;
}
