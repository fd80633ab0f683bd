/**
 * An open WebSocket to the bridge, as a connection to the terminal.
 * @module
 */
import {
  badRequest,
  ConcertError,
  type CloseOptions,
  type Connection,
  type Resumed,
} from "@concert-pay/core";
import { closeCode, codeOf } from "../close-codes.ts";
import { FRAME_BYTES, parseEvent, type BridgeEvent } from "../wire.ts";
import { closedByBridge } from "./failures.ts";
import { IncomingQueue } from "./incoming-queue.ts";
import type { ClientSettings, WebSocketLike } from "./options.ts";

/** `WebSocket.OPEN`. */
const OPEN = 1;
/** Heartbeats in a row without an answer before the path counts as dead. Counted, not timed: a frozen page sends none. */
const LOST_HEARTBEATS = 3;
/** Longest wait for the bridge to confirm our close, in milliseconds. */
const CLOSE_MS = 1_000;

export class BridgeConnection implements Connection {
  readonly incoming: IncomingQueue = new IncomingQueue();
  readonly resumed?: Resumed;
  readonly #socket: WebSocketLike;
  readonly #settings: ClientSettings;
  readonly #closed: Promise<void>;
  #confirmClosed: () => void = () => {};
  #closing: Promise<void> | undefined;
  #over: ConcertError | undefined;
  #heartbeat = 0;
  #answered = 0;
  #cancelHeartbeat: (() => void) | undefined;

  constructor(socket: WebSocketLike, settings: ClientSettings, resumed: Resumed | undefined) {
    this.#socket = socket;
    this.#settings = settings;
    if (resumed !== undefined) this.resumed = resumed;
    this.#closed = new Promise((resolve) => (this.#confirmClosed = resolve));
    this.#scheduleHeartbeat();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > FRAME_BYTES)
      throw badRequest("bytes", `at most ${FRAME_BYTES} bytes at once`, bytes.length);
    if (this.#over !== undefined || this.#socket.readyState !== OPEN)
      throw (
        this.#over ??
        new ConcertError("PORT_LOST", "the connection to the bridge is closing", { reason: "closed" })
      );
    try {
      // Bytes in shared memory, which a browser refuses here, are the caller's mistake.
      this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
    } catch (cause) {
      throw new ConcertError("PORT_LOST", "the connection to the bridge is closing", {
        reason: "closed",
        cause,
      });
    }
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.keepAnswer === true ? codeOf("page-left") : codeOf("ended"));
    return this.#closing;
  }

  async #close(code: number): Promise<void> {
    this.#finish(new ConcertError("PORT_LOST", "the connection was closed here", { reason: "closed" }));
    this.incoming.end();
    this.#hangUp(code);
    const { clock } = this.#settings;
    // A dead path never confirms, and nobody need wait for it.
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => (cancel = clock.setTimer(clock.now() + CLOSE_MS, resolve)));
    await Promise.race([this.#closed, late]);
    cancel();
  }

  /** A `message` event of the socket. */
  message(data: unknown): void {
    if (data instanceof ArrayBuffer) this.#bytes(new Uint8Array(data));
    else if (typeof data === "string") this.#event(parseEvent(data));
  }

  /** The `close` event of the socket. */
  closed(code: number, reason: string): void {
    this.#confirmClosed();
    const error = closedByBridge(code, reason, false);
    this.#finish(error);
    this.incoming.end(hungUpInOrder(code) ? undefined : error);
  }

  #event(event: BridgeEvent | undefined): void {
    if (event?.event === "heartbeat") this.#answered = Math.max(this.#answered, event.heartbeat);
    // The terminal hung up; the WebSocket stays until our `close`, which tells the bridge that the answer is kept.
    if (event?.event === "ended") {
      this.#finish(new ConcertError("PORT_LOST", "the terminal hung up", { reason: "ended" }));
      this.incoming.end();
    }
  }

  #bytes(bytes: Uint8Array): void {
    if (this.#over !== undefined) return;
    this.incoming.push(bytes);
    if (this.incoming.bytes > this.#settings.incomingBytes)
      this.#lose(
        "incoming-overflow",
        `more than ${this.#settings.incomingBytes} bytes were waiting to be read`,
        "page-left",
      );
  }

  #scheduleHeartbeat(): void {
    const { clock, heartbeatMs } = this.#settings;
    this.#cancelHeartbeat = clock.setTimer(clock.now() + heartbeatMs, () => this.#beat());
  }

  #beat(): void {
    if (this.#heartbeat - this.#answered >= LOST_HEARTBEATS)
      return this.#lose("heartbeat-lost", "the bridge stopped answering", "heartbeat-lost");
    this.#heartbeat += 1;
    try {
      if (this.#socket.readyState === OPEN) this.#socket.send(JSON.stringify({ heartbeat: this.#heartbeat }));
    } catch {
      // A socket on its way down: its close event tells the rest.
    }
    this.#scheduleHeartbeat();
  }

  #lose(reason: string, message: string, close: "page-left" | "heartbeat-lost"): void {
    const error = new ConcertError("PORT_LOST", message, { reason });
    this.#finish(error);
    this.incoming.end(error);
    this.#hangUp(codeOf(close));
  }

  #finish(error: ConcertError): void {
    this.#over ??= error;
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = undefined;
  }

  #hangUp(code: number): void {
    try {
      this.#socket.close(code);
    } catch {
      // Closed already, or of a kind that does not take the code.
    }
  }
}

/** The terminal ended the connection, not a fault on the way: what came before is all there is. */
function hungUpInOrder(code: number): boolean {
  const name = closeCode(code)?.name;
  return name === "ended" || name === "hung-up";
}
