/**
 * The network between bridge and terminal, in the test's hand: it holds connections that are being made, and answers
 * after so many bytes, until it is told to let go.
 * @module
 */
import { connect, createServer, Socket, type AddressInfo, type Server } from "node:net";

export class HeldLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections of the bridge that are not made yet; `undefined` while nothing is held. */
  #calls: (() => void)[] | undefined;
  /** Bytes of the answer that pass; the rest is in `#kept`. */
  #pass = Infinity;
  #kept: (() => void)[] = [];

  private constructor(target: number) {
    this.#server = createServer((near) => this.#join(near, this.#track(connect(target, "127.0.0.1"))));
  }

  /** @param target the terminal's port */
  static async start(target: number): Promise<HeldLine> {
    const line = new HeldLine(target);
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  /** For the bridge: a socket that connects when connections are not, or no more, held. */
  readonly connect = (): Socket => {
    const socket = this.#track(new Socket());
    const call = (): void => {
      if (!socket.destroyed) socket.connect((this.#server.address() as AddressInfo).port, "127.0.0.1");
    };
    if (this.#calls === undefined) call();
    else this.#calls.push(call);
    return socket;
  };

  holdCalls(): void {
    this.#calls ??= [];
  }

  /** Answers stop after so many bytes. */
  holdAnswersAfter(bytes: number): void {
    this.#pass = bytes;
  }

  letGo(): void {
    const [calls, kept] = [this.#calls ?? [], this.#kept];
    this.#calls = undefined;
    this.#pass = Infinity;
    this.#kept = [];
    for (const go of [...calls, ...kept]) go();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    this.#track(near);
    near.on("data", (bytes) => far.write(bytes));
    near.on("close", () => far.destroy());
    far.on("data", (bytes) => {
      const passing = bytes.subarray(0, this.#pass);
      this.#pass -= passing.length;
      if (passing.length > 0) near.write(passing);
      const rest = bytes.subarray(passing.length);
      if (rest.length > 0) this.#kept.push(() => near.write(rest));
    });
    far.on("close", () => near.destroy());
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    return socket;
  }
}
