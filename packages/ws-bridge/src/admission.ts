/**
 * Who may come in. Pure: reads the facts of one upgrade request and says yes, or which close to answer with.
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { CloseName } from "./close-codes.ts";
import type { Settings } from "./config.ts";
import { EXCHANGE_PATTERN, SUBPROTOCOL, TOKEN_PREFIX } from "./wire.ts";

/** What a request says about itself and where it arrived. */
export interface Knock {
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly protocols: readonly string[];
  /** The address and port of this machine that the connection reached. */
  readonly reached: { readonly address: string; readonly port: number };
}

export interface Admitted {
  readonly origin: string;
  readonly terminal: string;
  readonly exchange: string;
  /** Take up only, never begin. */
  readonly resumeOnly: boolean;
}

/** Only asks how many exchanges of that origin no page is done with. */
export interface HeldQuestion {
  readonly origin: string;
  readonly terminal: string;
  readonly asks: "held";
}

export interface Refusal {
  readonly close: CloseName;
  /** Ends up in the close reason: short, ASCII. */
  readonly detail: string;
}

/**
 * Checks in an order that tells strangers nothing: who asks first (Host, Origin, token), what is asked for last.
 */
export function admit(knock: Knock, settings: Settings): Admitted | HeldQuestion | Refusal {
  if (!hostAllowed(knock.host, knock.reached, settings.allowHosts))
    return refuse("host-refused", `allow it by name: ${quote(knock.host)}`);
  const { origin } = knock;
  if (origin === undefined || !settings.origins.has(origin))
    return refuse(
      "origin-refused",
      origin === undefined ? "no Origin header" : `not allowed: ${quote(origin)}`,
    );
  if (!tokenMatches(knock.protocols, settings.token))
    return refuse("token-refused", "missing or wrong token");
  return readTarget(knock, settings, origin);
}

function readTarget(knock: Knock, settings: Settings, origin: string): Admitted | HeldQuestion | Refusal {
  const [path = "", query = ""] = splitOnce(knock.url, "?");
  const terminal = /^\/terminals\/([^/]+)$/.exec(path)?.[1];
  if (terminal === undefined) return refuse("bad-request", "the path must be /terminals/NAME");
  if (!settings.terminals.has(terminal)) return refuse("unknown-terminal", `no terminal ${quote(terminal)}`);
  if (!knock.protocols.includes(SUBPROTOCOL))
    return refuse("bad-request", `offer subprotocol ${SUBPROTOCOL}`);
  const parameters = new URLSearchParams(query);
  const exchange = parameters.get("exchange");
  if (exchange === null && parameters.get("held") === "1") return { origin, terminal, asks: "held" };
  if (exchange === null || !EXCHANGE_PATTERN.test(exchange))
    return refuse("bad-request", "exchange must be 32 hex digits, 8-4-4-4-12");
  const resume = parameters.get("resume");
  if (resume !== null && resume !== "1") return refuse("bad-request", "resume must be 1 or left out");
  return { origin, terminal, exchange: exchange.toLowerCase(), resumeOnly: resume === "1" };
}

/**
 * The Host a browser sends is the name in the address bar of the attack: a name that was rebound to this machine
 * (DNS rebinding) is neither a loopback name, nor the bare address the connection arrived at, nor configured.
 */
export function hostAllowed(
  host: string | undefined,
  reached: Knock["reached"],
  allowHosts: readonly string[],
): boolean {
  if (host === undefined) return false;
  const lower = host.toLowerCase();
  const named = /:\d+$/.test(lower) ? lower : `${lower}:80`;
  const own = ["127.0.0.1", "localhost", "[::1]", literal(reached.address)].map(
    (name) => `${name}:${reached.port}`,
  );
  const withoutPort = lower.replace(/:\d+$/, "");
  return own.includes(named) || allowHosts.some((allowed) => allowed === lower || allowed === withoutPort);
}

/** An IPv4 address reached through an IPv6 socket is written `::ffff:192.168.1.5`. */
function literal(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  return plain.includes(":") ? `[${plain}]` : plain;
}

/** Compares digests, so that neither the length nor a common beginning shows in the time taken. */
function tokenMatches(protocols: readonly string[], token: string | undefined): boolean {
  if (token === undefined) return true;
  const offered =
    protocols.find((protocol) => protocol.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length) ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(offered), digest(token));
}

function refuse(close: CloseName, detail: string): Refusal {
  return { close, detail };
}

/** What strangers write goes into logs and reasons only as printable ASCII of bounded length. */
export function quote(text: string | undefined): string {
  return JSON.stringify((text ?? "").slice(0, 64).replace(/[^ -~]/g, "?"));
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
