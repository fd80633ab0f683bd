import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { randomId, type Connection, type Connector } from "@concert-pay/core";
import { webSocketConnector } from "./client.ts";
import type { WebSocketConstructor } from "./client/options.ts";
import { until } from "./testing/manual-clock.ts";
import { ORIGIN } from "./testing/raw-page.ts";
import { rig } from "./testing/rig.ts";

/** A page of that origin; `sockets` lets a test pull the plug. */
function pageOf(origin: string, sockets: WebSocket[] = []): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { origin });
      sockets.push(this);
    }
  } as unknown as WebSocketConstructor;
}

function connectorTo(url: string, origin = ORIGIN, sockets: WebSocket[] = []): Connector {
  return webSocketConnector({ url: `${url}/terminals/t`, WebSocket: pageOf(origin, sockets) });
}

const request = new TextEncoder().encode("request");

async function read(connection: Connection, bytes = Infinity): Promise<string> {
  let text = "";
  for await (const chunk of connection.incoming) {
    text += Buffer.from(chunk).toString();
    if (text.length >= bytes) break;
  }
  return text;
}

test("sends a request, reads the answer to the terminal's end, and close leaves nothing held", async () => {
  const { bridge, terminal } = await rig(
    {},
    ({ socket }) => void socket.once("data", () => socket.end("answer")),
  );
  const connection = await connectorTo(bridge.url).open({ exchange: randomId() });
  await connection.write(request);
  expect(await read(connection)).toBe("answer");
  await connection.close();
  await until(() => bridge.counters().pages === 0);
  expect(bridge.counters()).toMatchObject({ held: 0, begun: 1 });
  expect((await terminal.call(0)).received().toString()).toBe("request");
});

test("takes an exchange up again after the page died", async () => {
  const { bridge, terminal } = await rig();
  const sockets: WebSocket[] = [];
  const connector = connectorTo(bridge.url, ORIGIN, sockets);
  const exchange = randomId();
  const connection = await connector.open({ exchange });
  await connection.write(request);
  const call = await terminal.call(0);
  await until(() => call.received().length === 7);
  sockets[0]?.terminate();
  await expect(read(connection)).rejects.toMatchObject({ code: "PORT_LOST", reason: "connection-lost" });
  call.socket.write("answer");
  const resumed = await connector.open({ exchange, resume: true });
  expect(resumed.resumed).toEqual({ requestBytes: 7 });
  expect(await read(resumed, 6)).toBe("answer");
  await resumed.close();
  await expect(connector.open({ exchange, resume: true })).rejects.toMatchObject({
    code: "UNREACHABLE",
    reason: "nothing-held",
  });
  await expect(connector.open({ exchange })).rejects.toMatchObject({
    code: "WRONG_STATE",
    reason: "exchange-used",
  });
});

test("keepAnswer leaves the answer held for later", async () => {
  const { bridge, terminal } = await rig();
  const connector = connectorTo(bridge.url);
  const exchange = randomId();
  const connection = await connector.open({ exchange });
  await connection.write(request);
  const call = await terminal.call(0);
  call.socket.write("ans");
  expect(await read(connection, 3)).toBe("ans");
  await connection.close({ keepAnswer: true });
  call.socket.end("wer");
  const resumed = await connector.open({ exchange, resume: true });
  expect(await read(resumed)).toBe("answer");
  await resumed.close();
});

test("an exchange abandoned before its request is attested as not sent", async () => {
  const { bridge } = await rig();
  const connector = connectorTo(bridge.url);
  const exchange = randomId();
  await (await connector.open({ exchange })).close();
  const resumed = await connector.open({ exchange, resume: true });
  expect(resumed.resumed).toEqual({ requestBytes: 0 });
  expect(await read(resumed)).toBe("");
  await resumed.close();
});

test("a foreign origin is NOT_ALLOWED, a dead terminal UNREACHABLE, each with its close code", async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const { bridge } = await rig({ terminals: { t: `127.0.0.1:${port}` } });
  await expect(
    connectorTo(bridge.url, "https://evil.example").open({ exchange: randomId() }),
  ).rejects.toMatchObject({
    code: "NOT_ALLOWED",
    reason: "origin-refused",
    closeCode: 4403,
  });
  await expect(connectorTo(bridge.url).open({ exchange: randomId() })).rejects.toMatchObject({
    code: "UNREACHABLE",
    reason: "terminal-unreachable",
    closeCode: 4502,
  });
});

test("no bridge at the address is bridge-not-running; another program there is refused", async () => {
  const { bridge } = await rig();
  await bridge.stop();
  await expect(connectorTo(bridge.url).open({ exchange: randomId() })).rejects.toMatchObject({
    code: "UNREACHABLE",
    reason: "bridge-not-running",
  });
  const other = createServer((socket) =>
    socket.resume().end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
  );
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await expect(connectorTo(`ws://127.0.0.1:${port}`).open({ exchange: randomId() })).rejects.toMatchObject({
    code: "NOT_ALLOWED",
    reason: "refused",
  });
  await new Promise((resolve) => other.close(resolve));
});

test("a bridge that stops in the middle is PORT_LOST with its code", async () => {
  const { bridge, terminal } = await rig();
  const connection = await connectorTo(bridge.url).open({ exchange: randomId() });
  await connection.write(request);
  const call = await terminal.call(0);
  await until(() => call.received().length === 7);
  await bridge.stop();
  await expect(read(connection)).rejects.toMatchObject({
    code: "PORT_LOST",
    closeCode: 4523,
    reason: "stopped-midway",
  });
});
