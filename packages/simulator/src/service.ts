/**
 * The terminal's TCP service: accepts registers on its whitelist, one attachment for each connection, and restarts
 * without notice when its port or whitelist changes, as real ones do.
 * @module
 */
import { createServer, type Server, type Socket } from "node:net";
import { describeBytes, type Clock, type Dialect } from "@concert-pay/core";
import { Attachment } from "./attachment.ts";
import { ipFraming, terminalLink } from "./links.ts";
import type { TerminalModel } from "./model/terminal-model.ts";
import type { Wire } from "./wire.ts";

export interface ServiceOptions {
  readonly model: TerminalModel;
  readonly clock: Clock;
  readonly host: string;
  readonly dialect: Dialect;
  readonly requestQuietMs: number | undefined;
  readonly log: (line: string) => void;
  /** CD=R was answered. */
  readonly onRestart: () => void;
  readonly nextConnection: () => number;
}

export class TcpService {
  readonly #options: ServiceOptions;
  readonly #sockets = new Map<Socket, Attachment>();
  #server: Server | undefined;
  #port = 0;
  #whitelist: readonly string[] | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** The port listened on. */
  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Rejects with the system's error, such as EADDRINUSE. */
  async listen(port: number, whitelist: readonly string[] | undefined): Promise<void> {
    // Half-open: a register that has closed its side still gets its answer.
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, this.#options.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    const address = server.address();
    this.#server = server;
    this.#whitelist = whitelist;
    this.#port = typeof address === "object" && address !== null ? address.port : port;
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut();
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Resets every open connection. */
  cut(): void {
    for (const [socket, attachment] of this.#sockets) {
      attachment.detach();
      socket.resetAndDestroy();
    }
    this.#sockets.clear();
  }

  #accept(socket: Socket): void {
    const { model, clock, dialect, log, onRestart, requestQuietMs, nextConnection } = this.#options;
    const from = plainAddress(socket.remoteAddress);
    socket.on("error", () => undefined);
    if (this.#whitelist !== undefined && !this.#whitelist.includes(from)) {
      log(`${from} is not on the whitelist: dropped`);
      socket.destroy();
      return;
    }
    const connection = nextConnection();
    const framing = ipFraming(dialect);
    const attachment = new Attachment({
      model,
      clock,
      wire: socketWire(socket),
      dialect,
      link: terminalLink(framing, requestQuietMs),
      framing,
      connection,
      onRestart,
      onMessage: (direction, message) =>
        log(`#${connection} ${direction === "in" ? "<" : ">"} ${describeBytes(message, 240)}`),
    });
    log(`#${connection} connected from ${from}`);
    this.#sockets.set(socket, attachment);
    socket.setNoDelay(true);
    socket.on("data", (bytes: Uint8Array) => attachment.receive(bytes));
    socket.on("end", () => attachment.peerClosed({ writable: true }));
    socket.on("close", (hadError) => {
      log(`#${connection} closed`);
      attachment.peerClosed({ lost: hadError });
      this.#sockets.delete(socket);
    });
  }
}

function socketWire(socket: Socket): Wire {
  return {
    write(bytes, written) {
      if (!socket.destroyed && socket.writable) socket.write(bytes);
      written();
    },
    end: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
  };
}

/** Node writes IPv4 peers of a dual-stack server as "::ffff:192.0.2.1". */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
