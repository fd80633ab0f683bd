import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { BridgeWebSocket } from "./bridge-web-socket.ts";
import { Totals } from "./counters.ts";
import { defaultLimits } from "./limits.ts";
import { PageSocket } from "./page-socket.ts";
import { manualClock } from "./testing/manual-clock.ts";

/** A WebSocket whose page reads only when told. */
class SlowWebSocket extends EventEmitter {
  readonly unread: { readonly bytes: number; readonly written: () => void }[] = [];
  paused = false;

  get waiting(): number {
    return this.unread.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  send(data: string | Uint8Array, ...rest: readonly unknown[]): void {
    this.unread.push({ bytes: data.length, written: rest.at(-1) as () => void });
  }

  read(): void {
    for (const { written } of this.unread.splice(0)) written();
  }

  pause(): void {
    this.paused = true;
  }
}

function pageThatDoesNotRead() {
  const socket = new SlowWebSocket();
  const limits = { ...defaultLimits, bufferBytes: 1_000 };
  const page = new PageSocket(socket as unknown as BridgeWebSocket, true, {
    clock: manualClock(),
    limits,
    totals: new Totals(),
  });
  let drained = 0;
  page.listen({ bytes: () => {}, left: () => {}, dropped: () => {}, drained: () => (drained += 1) });
  return { socket, page, drained: () => drained };
}

test("answers to heartbeats do not pile up for a page that does not read", () => {
  const { socket, page, drained } = pageThatDoesNotRead();
  for (let n = 1; n <= 10_000; n += 1)
    socket.emit("message", Buffer.from(JSON.stringify({ heartbeat: n })), false);
  expect(page.congested).toBe(true);
  expect(socket.waiting).toBeLessThan(1_100);
  socket.read();
  expect(page.congested).toBe(false);
  expect(drained()).toBe(1);
  socket.emit("message", Buffer.from('{"heartbeat":7}'), false);
  expect(socket.unread).toHaveLength(1);
});

test("is congested from one byte past the limit until half of it is read", () => {
  const { socket, page, drained } = pageThatDoesNotRead();
  page.sendBytes(new Uint8Array(600));
  page.sendBytes(new Uint8Array(400));
  expect(page.congested).toBe(false);
  page.sendBytes(new Uint8Array(1));
  expect(page.congested).toBe(true);
  socket.unread.shift()?.written();
  expect([page.congested, drained()]).toEqual([false, 1]);
});
