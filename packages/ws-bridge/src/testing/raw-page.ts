/** A page that speaks the bridge's wire by hand. */
import { randomUUID } from "node:crypto";
import { WebSocket, type ClientOptions } from "ws";
import { SUBPROTOCOL } from "../wire.ts";
import { until } from "./manual-clock.ts";

export const ORIGIN = "https://pos.example.com";

export interface RawPage {
  readonly socket: WebSocket;
  readonly exchange: string;
  readonly events: Readonly<Record<string, unknown>>[];
  received(): Buffer;
  /** Bytes received, without joining them. */
  size(): number;
  /** The event of that name, once it has come. */
  event(name: string): Promise<Readonly<Record<string, unknown>>>;
  /** Code and reason, once closed. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
  send(text: string): void;
}

export interface RawPageOptions {
  readonly terminal?: string;
  readonly exchange?: string;
  readonly resume?: boolean;
  /** `undefined` sends none. */
  readonly origin?: string | undefined;
  readonly protocols?: string[];
  readonly host?: string;
  /** Instead of the path and query made from the above. */
  readonly path?: string;
}

export function rawPage(bridgeUrl: string, options: RawPageOptions = {}): RawPage {
  const exchange = options.exchange ?? randomUUID();
  const path =
    options.path ??
    `/terminals/${options.terminal ?? "t"}?exchange=${exchange}${options.resume === true ? "&resume=1" : ""}`;
  const origin = "origin" in options ? options.origin : ORIGIN;
  const settings: ClientOptions = {
    ...(origin === undefined ? {} : { origin }),
    ...(options.host === undefined ? {} : { headers: { Host: options.host } }),
  };
  const socket = new WebSocket(bridgeUrl + path, options.protocols ?? [SUBPROTOCOL], settings);
  const events: Record<string, unknown>[] = [];
  const chunks: Buffer[] = [];
  let size = 0;
  let close: { code: number; reason: string } | undefined;
  socket.on("error", () => {});
  socket.on("close", (code, reason) => (close = { code, reason: reason.toString() }));
  socket.on("message", (data, isBinary) => {
    if (isBinary) size += chunks[chunks.push(data as Buffer) - 1]?.length ?? 0;
    else events.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>);
  });
  const find = (name: string) => events.find(({ event }) => event === name);
  return {
    socket,
    exchange,
    events,
    received: () => Buffer.concat(chunks),
    size: () => size,
    async event(name) {
      await until(() => find(name) !== undefined || close !== undefined);
      const event = find(name);
      if (event === undefined) throw new Error(`closed ${JSON.stringify(close)} before event ${name}`);
      return event;
    },
    async closed() {
      await until(() => close !== undefined);
      return close as { code: number; reason: string };
    },
    send: (text) => socket.send(Buffer.from(text, "latin1")),
  };
}
