/**
 * A WebSocket of ws that closes with a code of the table also where the page broke a rule of WebSocket itself (on its
 * own ws says 1002, 1007, 1008 or 1009 without a reason, which tells a page nothing about its request), and that says
 * when the page's own close comes.
 * @module
 */
import { WebSocket } from "ws";
import { codeOf, type CloseName } from "./close-codes.ts";

/** RFC 6455, 7.4.1: more than is taken at once. All else that ws finds wrong is not understood. */
const MESSAGE_TOO_BIG = 1009;
/** RFC 6455, 7.4.1: the close that came had no code. */
const NO_CODE = 1005;

export class BridgeWebSocket extends WebSocket {
  #broken: CloseName | undefined;

  /** The close that answered a broken frame; the `error` event follows it. */
  get broken(): CloseName | undefined {
    return this.#broken;
  }

  /**
   * Called by the bridge with a text; by ws with the page's own code and reason where it answers its close (with
   * nothing where the page gave none), and with a code alone where it found a fault.
   */
  override close(code?: number, reason?: string | Buffer): void {
    if (typeof reason === "string") return super.close(code, reason);
    if (code === undefined || reason !== undefined) {
      super.close(code, reason);
      // `close` comes only when the connection is gone, and until then the page might seem to have read on.
      this.emit("leaving", code ?? NO_CODE);
      return;
    }
    const name = code === MESSAGE_TOO_BIG ? "frame-too-large" : "not-understood";
    this.#broken = name;
    super.close(codeOf(name), name);
  }
}
