/**
 * What both ends of the WebSocket agree on (design: bridge wire): subprotocols, events, exchange ids.
 * @module
 */

export const SUBPROTOCOL = "concert-pay.v1";
/** Followed by the token, offered beside {@link SUBPROTOCOL}. */
export const TOKEN_PREFIX = "concert-pay.token.";

/** A token travels as a subprotocol, so it is made of the characters of one (RFC 9110, 5.6.2). */
export const TOKEN_PATTERN: RegExp = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,256}$/;
/** 128 bits in hexadecimal, 8-4-4-4-12. Capitals mean the same id (RFC 9562, 4). */
export const EXCHANGE_PATTERN: RegExp = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const TERMINAL_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Most bytes of one binary frame of the page: a message of 64 KiB and its framing. */
export const FRAME_BYTES: number = 65 * 1024;

/** Text frames of the bridge. */
export type BridgeEvent =
  /** TCP to the terminal is up. Bytes may be sent. */
  | { readonly event: "connected"; readonly terminal: string }
  /**
   * The exchange is taken up. All bytes of the answer follow from the first one. `requestBytes`: bytes of the request
   * the bridge handed to TCP; 0 proves that the terminal got none and never will. `ended`: the terminal has hung up.
   */
  | {
      readonly event: "resumed";
      readonly terminal: string;
      readonly requestBytes: number;
      readonly ended: boolean;
    }
  /** The terminal hung up in order; all its bytes went before. Close with 1000 once they are written down. */
  | { readonly event: "ended" }
  /**
   * Answer to `?held=1`, before the close: exchanges of this origin with this terminal whose request was passed on, and
   * that no page has closed with 1000.
   */
  | { readonly event: "held"; readonly terminal: string; readonly exchanges: number }
  /** Answer to the page's `{"heartbeat": n}`. */
  | { readonly event: "heartbeat"; readonly heartbeat: number };

/** Reads an event; `undefined` for anything else, so that later bridges may say more. */
export function parseEvent(text: string): BridgeEvent | undefined {
  const value = parseObject(text);
  switch (value?.["event"]) {
    case "connected":
      return { event: "connected", terminal: String(value["terminal"]) };
    case "resumed": {
      const { requestBytes, ended, terminal } = value;
      if (!isCount(requestBytes) || typeof ended !== "boolean") return undefined;
      return { event: "resumed", terminal: String(terminal), requestBytes, ended };
    }
    case "ended":
      return { event: "ended" };
    case "held": {
      const { exchanges, terminal } = value;
      return isCount(exchanges) ? { event: "held", terminal: String(terminal), exchanges } : undefined;
    }
    case "heartbeat":
      return isCount(value["heartbeat"]) ? { event: "heartbeat", heartbeat: value["heartbeat"] } : undefined;
    default:
      return undefined;
  }
}

/**
 * Reads a text of the page; `undefined` for what is no JSON object. An object without a heartbeat of ours is left
 * alone: it is another client's, or says what only later bridges understand.
 */
export function parsePageText(text: string): { readonly heartbeat: number | undefined } | undefined {
  const value = parseObject(text);
  if (value === undefined) return undefined;
  const { heartbeat } = value;
  return { heartbeat: isCount(heartbeat) ? heartbeat : undefined };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
