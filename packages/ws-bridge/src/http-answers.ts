/**
 * Plain HTTP: `GET /health` tells a page that a bridge runs, everything else is turned away.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { hostAllowed } from "./admission.ts";
import type { Settings } from "./config.ts";

/** Node hands on the first of several Host headers; another reader may have gone by the last (RFC 9112, 3.2). */
export function onlyHost(request: IncomingMessage): string | undefined {
  const hosts = request.headersDistinct["host"] ?? [];
  return hosts.length === 1 ? hosts[0] : undefined;
}

export function answerHttp(request: IncomingMessage, response: ServerResponse, settings: Settings): void {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const reached = { address: request.socket.localAddress ?? "", port: request.socket.localPort ?? 0 };
  // Nothing here needs a body, and a connection kept open only to send one would be held for nothing.
  response.setHeader("Connection", "close");
  response.setHeader("Cache-Control", "no-store");
  if (!hostAllowed(onlyHost(request), reached, settings.allowHosts)) return end(response, 421);
  if (path.startsWith("/terminals/")) {
    response.setHeader("Upgrade", "websocket");
    return end(response, 426);
  }
  if (path !== "/health" || (request.method !== "GET" && request.method !== "HEAD"))
    return end(response, 404);
  const { origin } = request.headers;
  response.setHeader("Vary", "Origin");
  // Readable by allowed pages only. Others learn no more than that something answers, as of any server.
  if (origin !== undefined && settings.origins.has(origin))
    response.setHeader("Access-Control-Allow-Origin", origin);
  end(response, 204);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
