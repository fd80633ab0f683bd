/** A page that has lost all memory of its payments asks whether there were any. */
import { WebSocket } from "ws";
import { expect, test } from "vitest";
import { webSocketConnector, type BridgeConnector } from "./client.ts";
import type { WebSocketConstructor } from "./client/options.ts";
import { FakeWebSocket, fakeWebSockets } from "./testing/fake-web-socket.ts";
import { manualClock, until } from "./testing/manual-clock.ts";
import { ORIGIN } from "./testing/raw-page.ts";
import { rig } from "./testing/rig.ts";

const OTHER = "https://other.example.com";

function connectorTo(url: string, { origin = ORIGIN, terminal = "t" } = {}): BridgeConnector {
  const Page = class extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { origin });
    }
  } as unknown as WebSocketConstructor;
  return webSocketConnector({ url: `${url}/terminals/${terminal}`, WebSocket: Page });
}

test("the bridge tells an origin how many of its exchanges have an answer to come or to fetch, and nobody else", async () => {
  const rigged = await rig({ allowOrigins: [ORIGIN, OTHER] });
  const { bridge, terminal } = rigged;
  const held = (origin = ORIGIN): Promise<number> => connectorTo(bridge.url, { origin }).heldExchanges();
  expect(await held()).toBe(0);
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  // A page is there: but the till behind it may have lost its power, which shows only later.
  expect([await held(), await held(OTHER)]).toEqual([1, 0]);
  page.socket.terminate();
  await until(() => bridge.counters().held === 1);
  expect([await held(), await held(OTHER)]).toEqual([1, 0]);
  call.socket.write("answer");
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await until(() => back.received().length === 6);
  back.socket.close(1000);
  await until(() => bridge.counters().held === 0);
  expect(await held()).toBe(0);
  expect(terminal.calls).toHaveLength(1);
});

test("a till that lost its power in the middle of a payment, and starts again with nothing, is told of it", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.pause();
  call.socket.end("answer");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  expect(rigged.bridge.counters().pages).toBe(1);
  expect(await connectorTo(rigged.bridge.url).heldExchanges()).toBe(1);
});

test("a page that only reached the terminal has nothing to come", async () => {
  const rigged = await rig();
  await rigged.exchange();
  expect(await connectorTo(rigged.bridge.url).heldExchanges()).toBe(0);
});

test("an exchange that its page closed with 1000 before the answer is not told: it is done", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("identify");
  await until(() => call.received().length === 8);
  page.socket.close(1000);
  await until(() => rigged.bridge.counters().pages === 0);
  expect(await connectorTo(rigged.bridge.url).heldExchanges()).toBe(0);
});

test("whoever may not pay may not ask", async () => {
  const { bridge, page } = await rig({ token: "secret" });
  await expect(connectorTo(bridge.url).heldExchanges()).rejects.toMatchObject({ reason: "token-refused" });
  const strangers = page({ path: "/terminals/t?held=1", origin: OTHER });
  expect(await strangers.closed()).toMatchObject({ code: 4403 });
});

test("the question is closed with 1000, and calls no terminal", async () => {
  const { bridge, page, terminal } = await rig();
  const asking = page({ path: "/terminals/t?held=1" });
  expect(await asking.event("held")).toEqual({ event: "held", terminal: "t", exchanges: 0 });
  expect(await asking.closed()).toEqual({ code: 1000, reason: "ended" });
  expect(terminal.calls).toEqual([]);
  expect(bridge.counters()).toMatchObject({ begun: 0, pages: 0 });
});

test.each([
  ["the connection fails", (socket: FakeWebSocket) => socket.fire("error"), "no-answer"],
  ["a bridge of another version refuses", (socket: FakeWebSocket) => socket.closed(4400), "bad-request"],
  ["it closes without a number", (socket: FakeWebSocket) => socket.closed(1000), "ended"],
])("where %s, the bridge has said nothing", async (_, end, reason) => {
  const { WebSocket: Page, made } = fakeWebSockets();
  const connector = webSocketConnector({ url: "ws://127.0.0.1:1/terminals/t", token: "s", WebSocket: Page });
  const asked = expect(connector.heldExchanges()).rejects.toMatchObject({ reason });
  const [socket] = made as [FakeWebSocket];
  expect(socket).toMatchObject({
    url: "ws://127.0.0.1:1/terminals/t?held=1",
    protocols: ["concert-pay.v1", "concert-pay.token.s"],
  });
  socket.event({ event: "held", terminal: "t", exchanges: "many" });
  end(socket);
  await asked;
});

test("a bridge that stays silent is not waited for longer than for a terminal", async () => {
  const { WebSocket: Page, made } = fakeWebSockets();
  const clock = manualClock();
  const connector = webSocketConnector({ url: "ws://127.0.0.1:1/terminals/t", WebSocket: Page, clock });
  const asked = expect(connector.heldExchanges()).rejects.toMatchObject({ reason: "no-answer" });
  clock.advance(10_000);
  await asked;
  expect(made[0]?.closes).toEqual([undefined]);
});

test("without a WebSocket in the runtime nothing is asked", async () => {
  const Page = class {
    constructor() {
      throw new DOMException("mixed", "SecurityError");
    }
  } as unknown as WebSocketConstructor;
  const connector = webSocketConnector({ url: "ws://127.0.0.1:1/terminals/t", WebSocket: Page });
  await expect(connector.heldExchanges()).rejects.toMatchObject({ reason: "mixed-content" });
});
