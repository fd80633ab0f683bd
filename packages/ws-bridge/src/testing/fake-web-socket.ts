/** A WebSocket whose events a test fires, in any order a browser might. */
import type { WebSocketConstructor, WebSocketLike } from "../client/options.ts";

export class FakeWebSocket implements WebSocketLike {
  binaryType = "blob";
  readyState = 0;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: (string | Uint8Array)[] = [];
  readonly closes: (number | undefined)[] = [];
  readonly #listeners: (readonly [string, (event: never) => void])[] = [];

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  send(data: string | Uint8Array): void {
    if (this.readyState === 0) throw new DOMException("still connecting", "InvalidStateError");
    this.sent.push(data);
  }

  close(code?: number): void {
    this.closes.push(code);
    if (this.readyState < 2) this.readyState = 2;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.push([type, listener]);
  }

  fire(type: "open" | "message" | "error" | "close", event: object = {}): void {
    for (const [wanted, listener] of this.#listeners) if (wanted === type) listener(event as never);
  }

  open(): void {
    this.readyState = 1;
    this.fire("open");
  }

  event(event: object): void {
    this.fire("message", { data: JSON.stringify(event) });
  }

  bytes(text: string): void {
    const bytes = new Uint8Array(Buffer.from(text, "latin1"));
    this.fire("message", { data: bytes.buffer });
  }

  closed(code: number, reason = ""): void {
    this.readyState = 3;
    this.fire("close", { code, reason });
  }
}

/** A constructor, and the sockets it made. */
export function fakeWebSockets(): {
  readonly WebSocket: WebSocketConstructor;
  readonly made: FakeWebSocket[];
} {
  const made: FakeWebSocket[] = [];
  class Recorded extends FakeWebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      made.push(this);
    }
  }
  return { WebSocket: Recorded, made };
}
