import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { handMadePage } from "./testing/hand-made-page.ts";
import { until } from "./testing/manual-clock.ts";
import { rig } from "./testing/rig.ts";

/** TCP connections that say nothing, as a browser keeps them while it asks the person for permission. */
async function silent(port: number, count: number, said = ""): Promise<{ open(): number; heard(): number }> {
  const sockets: Socket[] = [];
  let over = 0;
  for (let index = 0; index < count; index += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.resume().on("error", () => {});
    socket.on("close", () => (over += 1));
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    if (said !== "") socket.write(said);
  }
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return {
    open: () => count - over,
    heard: () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  };
}

test.each([
  ["say nothing", ""],
  ["begin a request and never end it", "GET /terminals/t HTTP/1.1\r\nHost: 127.0.0.1\r\n"],
])("connections that %s keep no page out, however many", async (_, said) => {
  const { bridge, exchange } = await rig({ limits: { connections: 4 } });
  await silent(bridge.port, 40, said);
  const { page, call } = await exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  const response = await fetch(`http://127.0.0.1:${bridge.port}/health`);
  expect(response.status).toBe(204);
});

test("the oldest of the silent connections are cut off, the youngest may still speak", async () => {
  const { bridge } = await rig({ limits: { connections: 4 } });
  const connections = await silent(bridge.port, 12);
  await until(() => connections.open() === 8);
});

test("a connection that says nothing is let go at the end of its time, without a word", async () => {
  const { bridge } = await rig({ limits: { requestMs: 50 } });
  const connections = await silent(bridge.port, 3);
  await until(() => connections.open() === 0);
  expect(connections.heard()).toBe(0);
});

test("what is no HTTP is told so", async () => {
  const { bridge } = await rig();
  const socket = connect(bridge.port, "127.0.0.1");
  socket.write("\x05\r\n\r\n");
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
});

test("a page that was refused and does not answer the close is cut off after a second", async () => {
  const { bridge, clock } = await rig();
  const page = await handMadePage(bridge.port, randomUUID(), "https://evil.example");
  expect((await page.closed()).code).toBe(4403);
  clock.advance(999);
  await fetch(`http://127.0.0.1:${bridge.port}/health`);
  expect(page.cut()).toBe(false);
  clock.advance(1);
  await until(() => page.cut());
});
