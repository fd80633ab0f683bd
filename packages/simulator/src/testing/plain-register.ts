/**
 * The plainest register: one socket, bytes out, bytes in, nothing judged and no timer. For tests of the terminal's
 * side.
 * @module
 */
import { connect, type Socket } from "node:net";
import { debit, message } from "./requests.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export { debit, message };

export class PlainRegister {
  /** In the pieces that came. */
  readonly pieces: Uint8Array[] = [];
  /** The terminal closed, or reset. */
  closed = false;
  reset = false;
  readonly #socket: Socket;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (piece: Uint8Array) => {
      this.pieces.push(Uint8Array.from(piece));
      this.#wake();
    });
    socket.on("end", () => this.#end(false));
    socket.on("close", () => this.#end(false));
    socket.on("error", () => this.#end(true));
  }

  static async connect(port: number): Promise<PlainRegister> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new PlainRegister(socket);
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.pieces));
  }

  /** Resolves when the system took the bytes. */
  async send(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** Closes our side only. */
  end(): void {
    this.#socket.end();
  }

  /** Waits until the bytes are so, or the terminal has closed. */
  async until(enough: (bytes: Uint8Array) => boolean): Promise<this> {
    while (!this.closed && !enough(this.bytes)) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #end(reset: boolean): void {
    this.reset ||= reset;
    this.closed = true;
    this.#wake();
  }
}

/** True when AE has come: for answers that come whole. */
export function answered(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).includes("AE002");
}

/** Sends, and listens until `enough` or the terminal closes. */
export async function exchange(
  port: number,
  request: Uint8Array,
  enough: (bytes: Uint8Array) => boolean = answered,
): Promise<PlainRegister> {
  const register = await PlainRegister.connect(port);
  await register.send(request);
  await register.until(enough);
  register.destroy();
  return register;
}

/** Lets real sockets work until the terminal waits for more things on its virtual clock than it did. */
export async function waiting(clock: VirtualClock, before: number = 0): Promise<void> {
  while (clock.pending <= before) await new Promise<void>((resolve) => setImmediate(resolve));
}
