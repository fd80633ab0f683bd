/**
 * One open port as a connection: bytes out of its readable stream, bytes into its writable one.
 * @module
 */
import { ConcertError, type Clock, type Connection } from "@concert-pay/core";
import { noiseOf, type LineNoise } from "./line-noise.ts";
import type { SerialPortLike } from "./serial-types.ts";
import { within } from "./within.ts";

/** Bytes already handed over get this long to leave before the port is closed; 512 of them take 0.6 s at 9600. */
const FLUSH_MS = 1000;
/** A driver that does not let go is left behind after this long; the next open deals with it. */
const LET_GO_MS = 1000;

export interface SerialConnectionHooks {
  readonly clock: Clock;
  onNoise(kind: LineNoise): void;
  /** The connection began to end; `released` resolves when the port is closed, or was given up on. */
  onEnd(released: Promise<void>): void;
}

type State =
  | { readonly name: "open" }
  | { readonly name: "lost"; readonly error: ConcertError }
  | { readonly name: "closed" };

/** What the connector needs beside the connection itself. */
export class SerialConnection implements Connection {
  readonly incoming: AsyncIterable<Uint8Array>;
  readonly port: SerialPortLike;
  readonly #hooks: SerialConnectionHooks;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #state: State = { name: "open" };
  #released: Promise<void> | undefined;
  /** Ends the writes that still wait once nothing more will leave. */
  #endWrites: () => void = () => {};
  readonly #writesEnd: Promise<false>;

  /** Throws `PORT_LOST` when the device went away since it was opened. */
  constructor(port: SerialPortLike, hooks: SerialConnectionHooks) {
    if (port.writable === null) throw portLost("device-lost");
    this.port = port;
    this.#hooks = hooks;
    this.#writer = port.writable.getWriter();
    // Both report failures through write() and release(); unheard they would count as unhandled.
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
    this.#writesEnd = new Promise((resolve) => (this.#endWrites = () => resolve(false)));
    this.incoming = this.#read();
  }

  /** In one call of the stream's `write`, so that a frame is not torn apart. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended()) throw this.#endError();
    const writing = this.#writer.write(bytes).then(
      () => true,
      (cause: unknown) => {
        this.lose("device-lost", cause);
        return false;
      },
    );
    if (!(await Promise.race([writing, this.#writesEnd]))) throw this.#endError();
  }

  /** Lets bytes already written leave, frees the streams and closes the port. Bounded in time. */
  close(): Promise<void> {
    return this.#end({ name: "closed" });
  }

  /** The device is gone: reading and writing fail with `PORT_LOST`. Nothing happens when it had ended before. */
  lose(reason: "unplugged" | "device-lost", cause?: unknown): void {
    void this.#end({ name: "lost", error: portLost(reason, cause) });
  }

  async *#read(): AsyncGenerator<Uint8Array, void> {
    while (!this.#ended()) {
      const stream = this.port.readable;
      try {
        if (stream === null) throw new TypeError("the port has no readable stream");
        this.#reader = stream.getReader();
        for (;;) {
          const { done, value } = await this.#reader.read();
          if (this.#ended()) break;
          if (done) return void this.close();
          if (value.length > 0) yield value;
        }
      } catch (error) {
        this.#readFailed(error, stream);
      } finally {
        this.#reader?.releaseLock();
      }
    }
    if (this.#state.name === "lost") throw this.#state.error;
  }

  #readFailed(error: unknown, stream: ReadableStream<Uint8Array> | null): void {
    const noise = noiseOf(error);
    // After noise the port offers another stream. One that offers the broken one again would be read for ever.
    const readOn = this.port.readable !== null && this.port.readable !== stream;
    if (noise === undefined || !readOn) return this.lose("device-lost", error);
    if (!this.#ended()) this.#hooks.onNoise(noise);
  }

  #ended(): boolean {
    return this.#state.name !== "open";
  }

  #endError(): ConcertError {
    if (this.#state.name === "lost") return this.#state.error;
    return new ConcertError("PORT_LOST", "write() on a closed serial connection; open the connector again", {
      reason: "closed",
    });
  }

  #end(state: State): Promise<void> {
    if (this.#released === undefined) {
      this.#state = state;
      this.#released = this.#release(state.name === "closed");
      this.#hooks.onEnd(this.#released);
    }
    return this.#released;
  }

  async #release(flush: boolean): Promise<void> {
    const { clock } = this.#hooks;
    const reader = this.#reader;
    if (reader !== undefined) {
      await within(clock, LET_GO_MS, () => reader.cancel());
      reader.releaseLock();
    }
    const flushed = flush && (await within(clock, FLUSH_MS, () => this.#writer.close()));
    this.#endWrites();
    if (!flushed) await within(clock, LET_GO_MS, () => this.#writer.abort());
    this.#writer.releaseLock();
    await within(clock, LET_GO_MS, () => this.port.close());
  }
}

function portLost(reason: "unplugged" | "device-lost", cause?: unknown): ConcertError {
  return new ConcertError(
    "PORT_LOST",
    "the serial line was lost: the terminal was unplugged or switched off",
    {
      reason,
      cause,
    },
  );
}
