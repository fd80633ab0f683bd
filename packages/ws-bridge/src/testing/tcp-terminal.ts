/** The terminal's end of the TCP connections, played by a test. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { until } from "./manual-clock.ts";

export interface TerminalCall {
  readonly socket: Socket;
  received(): Buffer;
  /** Bytes received, without joining them. */
  size(): number;
  /** The register hung up, in order or not. */
  hungUp(): boolean;
}

export interface TcpTerminal {
  readonly address: string;
  readonly calls: readonly TerminalCall[];
  /** The connection of that number, from 0, once it is there. */
  call(index: number): Promise<TerminalCall>;
  stop(): Promise<void>;
}

export async function tcpTerminal(onCall: (call: TerminalCall) => void = () => {}): Promise<TcpTerminal> {
  const calls: TerminalCall[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = [];
    let over = false;
    socket.on("error", () => (over = true));
    socket.on("end", () => (over = true));
    socket.on("close", () => (over = true));
    const call = {
      socket,
      received: () => Buffer.concat(chunks),
      size: () => socket.bytesRead,
      hungUp: () => over,
    };
    calls.push(call);
    socket.on("data", (chunk) => chunks.push(chunk));
    onCall(call);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async call(index) {
      await until(() => calls.length > index);
      return calls[index] as TerminalCall;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const { socket } of calls) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
