/**
 * What the page hands in, and the few browser interfaces the client uses: a test may give its own.
 * @module
 */
import { badRequest, systemClock, type Clock } from "@concert-pay/core";
import { SUBPROTOCOL, TERMINAL_PATTERN, TOKEN_PATTERN, TOKEN_PREFIX } from "../wire.ts";

/** The part of a WebSocket that the client uses. The browser's and the `ws` package's both fit. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  // `any`, since the browser's events and those of `ws` share no type, and the parameter of a listener may be either.
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: any) => void): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface WebSocketConnectorOptions {
  /** `ws://HOST:PORT/terminals/NAME`, without a query. A literal address or `localhost` where the page is https. */
  readonly url: string;
  /** Where the bridge asks for one. */
  readonly token?: string;
  /** Default: the runtime's. */
  readonly WebSocket?: WebSocketConstructor;
  /** Default: the runtime's; only used after a failed open, to ask `/health`. */
  readonly fetch?: (url: string, init: { mode: "no-cors"; cache: "no-store" }) => Promise<unknown>;
  /** `navigator.permissions`; only used after a failed open. `undefined` answers "cannot tell". */
  readonly permissions?: { query(descriptor: { name: never }): Promise<{ readonly state: string }> };
  /** Time between heartbeats, which tell a live page from a frozen one, in milliseconds. Default 15 000. */
  readonly heartbeatMs?: number;
  /** Longest wait for the terminal to be reached, in milliseconds. Default 10 000: the bridge gives up after 5 000. */
  readonly openWithinMs?: number;
  /** Most bytes kept for a reader that does not read. Default 1 048 576. */
  readonly incomingBytes?: number;
  readonly clock?: Clock;
}

/** What a WebSocket to the bridge offers. */
export function offeredProtocols({ token }: ClientSettings): string[] {
  return [SUBPROTOCOL, ...(token === undefined ? [] : [TOKEN_PREFIX + token])];
}

export interface ClientSettings {
  readonly url: string;
  readonly token: string | undefined;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly fetch: WebSocketConnectorOptions["fetch"];
  readonly permissions: WebSocketConnectorOptions["permissions"];
  readonly heartbeatMs: number;
  readonly openWithinMs: number;
  readonly incomingBytes: number;
  readonly clock: Clock;
}

/** Throws `BAD_REQUEST` naming the option, its rule and the value. */
export function checkOptions(options: WebSocketConnectorOptions): ClientSettings {
  const { token } = options;
  if (token !== undefined && !TOKEN_PATTERN.test(token))
    throw badRequest("token", "1 to 256 letters, digits or !#$%&'*+-.^_`|~", "(hidden)");
  const runtime = globalThis as { WebSocket?: WebSocketConstructor; fetch?: ClientSettings["fetch"] };
  const { permissions } = (globalThis.navigator ?? {}) as { permissions?: ClientSettings["permissions"] };
  return {
    url: checkUrl(options.url),
    token,
    WebSocket: options.WebSocket ?? runtime.WebSocket,
    // Called as a method of nothing: a browser's fetch refuses any other `this`.
    fetch:
      options.fetch ?? (runtime.fetch === undefined ? undefined : (url, init) => globalThis.fetch(url, init)),
    permissions: options.permissions ?? permissions,
    heartbeatMs: positive("heartbeatMs", options.heartbeatMs ?? 15_000),
    openWithinMs: positive("openWithinMs", options.openWithinMs ?? 10_000),
    incomingBytes: positive("incomingBytes", options.incomingBytes ?? 1024 * 1024),
    clock: options.clock ?? systemClock(),
  };
}

function checkUrl(text: unknown): string {
  const rule = "ws://HOST:PORT/terminals/NAME";
  if (typeof text !== "string" || !URL.canParse(text)) throw badRequest("url", rule, text);
  const url = new URL(text);
  const name = /^\/terminals\/([^/]+)$/.exec(url.pathname)?.[1];
  const isWebSocket = url.protocol === "ws:" || url.protocol === "wss:";
  if (
    !isWebSocket ||
    name === undefined ||
    !TERMINAL_PATTERN.test(name) ||
    url.search + url.hash + url.username !== ""
  )
    throw badRequest("url", rule, text);
  return url.href;
}

function positive(field: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw badRequest(field, "a whole number above 0", value);
  return value;
}
