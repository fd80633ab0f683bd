/**
 * The page's side of one exchange: a WebSocket that was let in.
 * @module
 */
import type { Clock } from "@concert-pay/core";
import type { RawData, WebSocket } from "ws";
import { Alarm } from "./alarm.ts";
import type { BridgeWebSocket } from "./bridge-web-socket.ts";
import { codeOf, type CloseName } from "./close-codes.ts";
import type { Totals } from "./counters.ts";
import type { BridgeLimits } from "./limits.ts";
import { parsePageText, type BridgeEvent } from "./wire.ts";

/** Pings left without a pong before the path to the page counts as dead. */
const LOST_PINGS = 2;

export interface PageListener {
  bytes(bytes: Buffer): void;
  /** The page is gone: it closed with this code, or the connection broke (1005, 1006). */
  left(code: number): void;
  /** The page broke a rule or stopped living; the WebSocket is closed already. */
  dropped(close: CloseName): void;
  /** What was waiting towards the page has drained. */
  drained(): void;
}

export interface PageTools {
  readonly clock: Clock;
  readonly limits: BridgeLimits;
  readonly totals: Totals;
}

export class PageSocket {
  /** False for a WebSocket that came back to an exchange without saying so: it may listen only. */
  readonly mayWrite: boolean;
  readonly #socket: BridgeWebSocket;
  readonly #tools: PageTools;
  readonly #ping: Alarm;
  readonly #heartbeat: Alarm;
  #listener: PageListener | undefined;
  #pingsUnanswered = 0;
  #paused = false;
  #congested = false;
  /** Bytes handed to the WebSocket that the system has not taken yet. */
  #waiting = 0;

  constructor(socket: BridgeWebSocket, mayWrite: boolean, tools: PageTools) {
    this.#socket = socket;
    this.mayWrite = mayWrite;
    this.#tools = tools;
    this.#ping = new Alarm(tools.clock, () => this.#pingOrDrop());
    this.#heartbeat = new Alarm(tools.clock, () => this.#heartbeatLate());
    socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    socket.on("pong", () => (this.#pingsUnanswered = 0));
    // The close frame is on its way already; what is sent after it goes nowhere, so the page counts as gone.
    socket.on("error", () => this.#drop(socket.broken ?? "not-understood"));
    for (const end of ["leaving", "close"]) socket.on(end, (code: number) => this.#closed(code));
    this.#ping.set(tools.limits.pingMs);
  }

  /** Bytes that arrive before are dropped: call it before yielding to the event loop. */
  listen(listener: PageListener): void {
    this.#listener = listener;
  }

  /** True while the page is not read, because the terminal does not keep up. */
  get paused(): boolean {
    return this.#paused;
  }

  /** True while more waits towards the page than `bufferBytes`; `drained` is called when it ends. */
  get congested(): boolean {
    return this.#congested;
  }

  /** True when the system has taken all that was sent to the page. */
  get flushed(): boolean {
    return this.#waiting === 0;
  }

  sendEvent(event: BridgeEvent): void {
    this.#send(JSON.stringify(event));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#tools.totals.bytesToPages += bytes.length;
    this.#send(bytes);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /** Closes from our side. From here on the listener hears nothing, whatever is still in flight. */
  close(name: CloseName, detail?: string): void {
    this.#letGo();
    // A paused socket would never read the answer to the close.
    this.resume();
    closeWith(this.#socket, this.#tools.totals, name, detail);
  }

  #message(data: RawData, isBinary: boolean): void {
    if (this.#listener === undefined) return;
    // ws hands one Buffer per message, its binaryType being "nodebuffer".
    const bytes = data as Buffer;
    if (isBinary) return this.#listener.bytes(bytes);
    const text = parsePageText(bytes.toString());
    if (text === undefined) return this.#drop("not-understood");
    const { heartbeat } = text;
    if (heartbeat === undefined) return;
    this.#heartbeat.set(this.#tools.limits.heartbeatLostMs);
    // A page that does not read gets no more answers piled up for it.
    if (!this.#congested) this.sendEvent({ event: "heartbeat", heartbeat });
  }

  #pingOrDrop(): void {
    // While the page is not read its pongs are not either.
    if (this.#paused) this.#pingsUnanswered = 0;
    if (this.#pingsUnanswered >= LOST_PINGS) {
      this.#drop("heartbeat-lost");
      this.#socket.terminate();
      return;
    }
    this.#pingsUnanswered += 1;
    this.#socket.ping(undefined, undefined, () => {});
    this.#ping.set(this.#tools.limits.pingMs);
  }

  #heartbeatLate(): void {
    if (this.#paused) this.#heartbeat.set(this.#tools.limits.heartbeatLostMs);
    else this.#drop("heartbeat-lost");
  }

  #drop(name: CloseName): void {
    const listener = this.#listener;
    this.close(name);
    listener?.dropped(name);
  }

  #send(data: string | Uint8Array): void {
    this.#waiting += data.length;
    if (this.#waiting > this.#tools.limits.bufferBytes) this.#congested = true;
    this.#socket.send(data, { binary: typeof data !== "string" }, (error) => {
      if (!error) this.#written(data.length);
    });
  }

  #written(bytes: number): void {
    this.#waiting -= bytes;
    if (!this.#congested || this.#waiting > this.#tools.limits.bufferBytes / 2) return;
    this.#congested = false;
    this.#listener?.drained();
  }

  #closed(code: number): void {
    const listener = this.#listener;
    this.#letGo();
    listener?.left(code);
  }

  #letGo(): void {
    this.#listener = undefined;
    this.#ping.clear();
    this.#heartbeat.clear();
  }
}

/** Closes a WebSocket with a code of the table; the reason starts with its name. */
export function closeWith(socket: WebSocket, totals: Totals, name: CloseName, detail?: string): void {
  totals.countClose(name);
  // A reason has 123 bytes (RFC 6455, 5.5); details are ASCII by construction.
  socket.close(codeOf(name), (detail === undefined ? name : `${name}: ${detail}`).slice(0, 123));
}
