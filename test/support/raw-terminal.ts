/** A TCP server that is nothing but the far end of connections. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { FarConnection } from "@concert-pay/simulator/conformance";

export interface RawTerminal {
  readonly address: string;
  accept(): Promise<FarConnection>;
  stop(): Promise<void>;
}

export async function rawTerminal(): Promise<RawTerminal> {
  const sockets = new Set<Socket>();
  const waiting: ((socket: Socket) => void)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true).on("error", () => undefined));
    waiting.shift()?.(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    accept: () => new Promise<Socket>((resolve) => waiting.push(resolve)).then(farEndOf),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function farEndOf(socket: Socket): FarConnection {
  return {
    read: async (count) => {
      for (;;) {
        const bytes = socket.read(count) as Buffer | null;
        if (bytes !== null) return bytes;
        await once(socket, "readable");
      }
    },
    write: (bytes) =>
      new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
    end: () => new Promise((resolve) => socket.end(resolve)),
    lose: async () => void socket.resetAndDestroy(),
  };
}
