/** A page that writes the bytes of its frames itself, right or wrong. */
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { SUBPROTOCOL } from "../wire.ts";
import { until } from "./manual-clock.ts";
import { ORIGIN } from "./raw-page.ts";

export interface HandMadePage {
  readonly socket: Socket;
  write(...bytes: number[]): void;
  /** The payload of the bridge's close frame, once it has come. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
  /** The TCP connection is over. */
  cut(): boolean;
}

/** Resolves once the bridge has accepted the WebSocket and said its first word. */
export async function handMadePage(port: number, exchange: string, origin = ORIGIN): Promise<HandMadePage> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let received = Buffer.alloc(0);
  let over = false;
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
  for (const event of ["end", "close"]) socket.on(event, () => (over = true));
  onTestFinished(() => void socket.destroy());
  socket.write(
    `GET /terminals/t?exchange=${exchange} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${origin}\r\n` +
      `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
  );
  const frames = (): readonly Buffer[] => {
    const head = received.indexOf("\r\n\r\n");
    return head < 0 ? [] : framesOf(received.subarray(head + 4));
  };
  const close = (): Buffer | undefined => frames().find(([first]) => first === 0x88);
  await until(() => frames().length > 0);
  return {
    socket,
    write: (...bytes) => void socket.write(Uint8Array.from(bytes)),
    async closed() {
      await until(() => close() !== undefined || over);
      const frame = close();
      if (frame === undefined) throw new Error("cut without a close frame");
      return { code: frame.readUInt16BE(2), reason: frame.subarray(4).toString() };
    },
    cut: () => over,
  };
}

/** The whole frames of a server, each short enough for a length of one byte. */
function framesOf(bytes: Buffer): readonly Buffer[] {
  const end = 2 + (bytes[1] ?? Infinity);
  return end > bytes.length ? [] : [bytes.subarray(0, end), ...framesOf(bytes.subarray(end))];
}
