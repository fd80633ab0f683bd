/**
 * What an operator may say, checked once: everything behind this file trusts its {@link Settings}.
 * @module
 */
import type { Socket } from "node:net";
import { badRequest, systemClock, type Clock } from "@concert-pay/core";
import { checkLimits, type BridgeLimits } from "./limits.ts";
import { TERMINAL_PATTERN, TOKEN_PATTERN } from "./wire.ts";

export interface BridgeConfig {
  /** Name to `host:port`: `{ "counter-1": "192.168.1.50:8888" }`. Port 8888 when left out (protocol.md 5). */
  readonly terminals: Readonly<Record<string, string>>;
  /** Origins that may connect, exactly as a browser sends them: `["https://pos.example.com"]`. At least one. */
  readonly allowOrigins: readonly string[];
  /** Names beside its own under which pages reach the bridge, with or without a port: `["bridge.local"]`. */
  readonly allowHosts?: readonly string[];
  /** Where to listen. Default `"127.0.0.1:8765"`; port 0 takes any free one. */
  readonly listen?: string | { readonly host?: string; readonly port: number };
  /** Where set, a page must offer it as subprotocol `concert-pay.token.TOKEN`. 1 to 256 characters of a subprotocol. */
  readonly token?: string;
  readonly limits?: Partial<BridgeLimits>;
  /** Default: the runtime's. */
  readonly clock?: Clock;
  /** One line per event, masked; never a byte of a payment, never a whole exchange id. */
  readonly onLog?: (line: string) => void;
  /** How a terminal is reached. Default: TCP, by node:net. */
  readonly connect?: (address: Address) => Socket;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Settings {
  readonly terminals: ReadonlyMap<string, Address>;
  readonly origins: ReadonlySet<string>;
  readonly allowHosts: readonly string[];
  readonly listen: Address;
  readonly token: string | undefined;
  readonly limits: BridgeLimits;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly connect: BridgeConfig["connect"];
}

/** Throws `BAD_REQUEST` naming the option, its rule and the value. */
export function checkConfig(config: BridgeConfig): Settings {
  if (!isRecord(config.terminals ?? {}))
    throw badRequest("terminals", "an object of names and addresses", config.terminals);
  const terminals = Object.entries(config.terminals ?? {});
  if (terminals.length === 0) throw badRequest("terminals", "at least one NAME=HOST:PORT", undefined);
  const origins = checkList("allowOrigins", config.allowOrigins);
  if (origins.length === 0)
    throw badRequest("allowOrigins", "at least one origin such as https://pos.example.com", undefined);
  // The value of a token is a secret: the message may say what is wrong with it, not what it is.
  if (config.token !== undefined && !(typeof config.token === "string" && TOKEN_PATTERN.test(config.token)))
    throw badRequest("token", "1 to 256 letters, digits or !#$%&'*+-.^_`|~", "(hidden)");
  return {
    terminals: new Map(
      terminals.map(([name, target]) => [checkName(name), parseAddress(`terminals.${name}`, target, 8888)]),
    ),
    origins: new Set(origins.map(checkOrigin)),
    allowHosts: checkList("allowHosts", config.allowHosts).map(checkHost),
    listen: checkListen(config.listen),
    token: config.token,
    limits: checkLimits(config.limits),
    clock: config.clock ?? systemClock(),
    log: quietly(config.onLog),
    connect: config.connect,
  };
}

/** A log that fails, its disk being full, ends neither an exchange nor the bridge. */
function quietly(log: BridgeConfig["onLog"]): Settings["log"] {
  return (line) => {
    try {
      log?.(line);
    } catch {
      // There is nowhere else to say it.
    }
  };
}

/** `host:port`, `[v6]:port`, or a host alone where there is a port to fall back on. */
export function parseAddress(field: string, text: unknown, defaultPort?: number, lowestPort = 1): Address {
  const match =
    typeof text === "string"
      ? /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text)
      : null;
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port === undefined || port < lowestPort || port > 65_535)
    throw badRequest(field, `HOST:PORT, port ${lowestPort} to 65535`, text);
  return { host, port };
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkList(field: string, list: readonly string[] | undefined): readonly unknown[] {
  if (!Array.isArray(list ?? [])) throw badRequest(field, "a list", list);
  return list ?? [];
}

function checkName(name: string): string {
  if (!TERMINAL_PATTERN.test(name))
    throw badRequest("terminals", "named with 1 to 64 letters, digits, dots, dashes or underscores", name);
  return name;
}

function checkListen(listen: BridgeConfig["listen"]): Address {
  if (listen === undefined) return { host: "127.0.0.1", port: 8765 };
  if (!isRecord(listen)) return parseAddress("listen", listen, undefined, 0);
  const { host = "127.0.0.1", port } = listen;
  // An empty one would mean every address of this machine.
  if (typeof host !== "string" || host === "") throw badRequest("listen.host", "a host", host);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw badRequest("listen.port", "0 to 65535", port);
  return { host, port };
}

/** Compared as text later, so only the one form a browser sends is taken: no wildcard, no path, no default port. */
function checkOrigin(origin: unknown): string {
  const rule = "an origin as a browser sends it, such as https://pos.example.com";
  if (typeof origin !== "string" || !URL.canParse(origin)) throw badRequest("allowOrigins", rule, origin);
  const url = new URL(origin);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw badRequest("allowOrigins", rule, origin);
  if (url.origin !== origin) throw badRequest("allowOrigins", `${rule}; did you mean ${url.origin}`, origin);
  return origin;
}

function checkHost(host: unknown): string {
  if (typeof host !== "string" || !/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.test(host))
    throw badRequest("allowHosts", "a lower-case host name with or without :PORT", host);
  return host;
}
