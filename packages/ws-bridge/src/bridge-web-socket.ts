/**
 * A WebSocket of ws that closes with a code of the table also where the page broke a rule of WebSocket itself. On its
 * own ws says 1002, 1007, 1008 or 1009 without a reason, which tells a page nothing about its request.
 * @module
 */
import { WebSocket } from "ws";
import { codeOf, type CloseName } from "./close-codes.ts";

/** RFC 6455, 7.4.1: more than is taken at once. All else that ws finds wrong is not understood. */
const MESSAGE_TOO_BIG = 1009;

export class BridgeWebSocket extends WebSocket {
  #broken: CloseName | undefined;

  /** The close that answered a broken frame; the `error` event follows it. */
  get broken(): CloseName | undefined {
    return this.#broken;
  }

  /** ws gives no reason with a fault it found, and the page's own (perhaps empty) with a close it answers. */
  override close(code?: number, reason?: string | Buffer): void {
    if (code === undefined || reason !== undefined) return super.close(code, reason);
    const name = code === MESSAGE_TOO_BIG ? "frame-too-large" : "not-understood";
    this.#broken = name;
    super.close(codeOf(name), name);
  }
}
