import { connect, createServer, Socket, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import { rig } from "./testing/rig.ts";
import type { RawPageOptions } from "./testing/raw-page.ts";

const ID = "0123abcd-0123-4123-8123-0123456789ab";
const refused: readonly (readonly [string, RawPageOptions, number, string])[] = [
  [
    "a foreign origin",
    { origin: "https://evil.example" },
    4403,
    'origin-refused: not allowed: "https://evil.example"',
  ],
  [
    "an origin that begins with an allowed one",
    { origin: "https://pos.example.com.evil.example" },
    4403,
    "origin-refused",
  ],
  ["an allowed origin in capitals", { origin: "https://POS.example.com" }, 4403, "origin-refused"],
  ["the origin null", { origin: "null" }, 4403, "origin-refused"],
  ["no origin", { origin: undefined }, 4403, "origin-refused: no Origin header"],
  [
    "a foreign host",
    { host: "rebound.evil.example" },
    4421,
    'host-refused: allow it by name: "rebound.evil.example"',
  ],
  ["a loopback name with another port", { host: "localhost:1" }, 4421, "host-refused"],
  ["an unknown terminal", { terminal: "nobody" }, 4404, 'unknown-terminal: no terminal "nobody"'],
  [
    "a path outside /terminals",
    { path: `/?exchange=${ID}` },
    4400,
    "bad-request: the path must be /terminals/NAME",
  ],
  [
    "an address instead of a name",
    { path: `/terminals/10.0.0.1:22?exchange=${ID}` },
    4404,
    "unknown-terminal",
  ],
  ["no exchange id", { path: "/terminals/t" }, 4400, "bad-request: exchange must be"],
  ["an exchange id that is too long", { exchange: `${ID}0` }, 4400, "bad-request: exchange must be"],
  [
    "another value of resume",
    { path: `/terminals/t?exchange=${ID}&resume=yes` },
    4400,
    "bad-request: resume must be",
  ],
  [
    "another subprotocol",
    { protocols: ["concert-pay.v9"] },
    4400,
    "bad-request: offer subprotocol concert-pay.v1",
  ],
  ["no subprotocol", { protocols: [] }, 4400, "bad-request: offer subprotocol concert-pay.v1"],
  ["a resume of nothing", { resume: true }, 4410, "nothing-held"],
];

test.each(refused)(
  "refuses %s after accepting, with code and reason, and never calls the terminal",
  async (_, options, code, reason) => {
    const { page, terminal, bridge } = await rig();
    const opened = page(options);
    opened.socket.on("open", () => opened.send("bytes that go nowhere"));
    const close = await opened.closed();
    expect(close.code).toBe(code);
    expect(close.reason).toContain(reason);
    await settle();
    expect(terminal.calls).toHaveLength(0);
    expect(bridge.counters()).toMatchObject({ begun: 0, pages: 0, bytesToTerminals: 0 });
  },
);

test.each([
  ["no token", ["concert-pay.v1"]],
  ["a wrong token", ["concert-pay.v1", "concert-pay.token.guess"]],
  ["the beginning of the token", ["concert-pay.v1", "concert-pay.token.open"]],
])("refuses %s with 4401", async (_, protocols) => {
  const { page } = await rig({ token: "open-sesame-0123" });
  expect(await page({ protocols }).closed()).toEqual({
    code: 4401,
    reason: "token-refused: missing or wrong token",
  });
});

test("lets the right token in, and never echoes it", async () => {
  const { exchange } = await rig({ token: "open-sesame-0123" });
  const { page } = await exchange({ protocols: ["concert-pay.token.open-sesame-0123", "concert-pay.v1"] });
  expect(page.socket.protocol).toBe("concert-pay.v1");
});

test("takes an exchange id in capitals for the same id", async () => {
  const { page, exchange, bridge } = await rig();
  const first = await exchange({ exchange: ID.toUpperCase() });
  first.page.send("request");
  await until(() => first.call.received().length === 7);
  first.page.socket.terminate();
  await until(() => bridge.counters().held === 1);
  const back = page({ exchange: ID, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 7 });
});

test("lets a configured host name in", async () => {
  const { exchange } = await rig({ allowHosts: ["bridge.local"] });
  const { page } = await exchange({ host: "bridge.local:8765" });
  expect(page.events).toHaveLength(1);
});

test("a terminal that refuses the connection closes with 4502", async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const { page } = await rig({ terminals: { t: `127.0.0.1:${port}` } });
  expect(await page().closed()).toEqual({ code: 4502, reason: "terminal-unreachable: ECONNREFUSED" });
});

test("a terminal that does not take the connection for 5 s closes with 4504, not earlier", async () => {
  const { page, clock, bridge } = await rig({ connect: () => new Socket() });
  const opened = page();
  await until(() => bridge.counters().pages === 1);
  clock.advance(4_999);
  await settle();
  expect(bridge.counters().pages).toBe(1);
  clock.advance(1);
  expect(await opened.closed()).toEqual({ code: 4504, reason: "connect-timeout" });
});

test("an exchange whose terminal was never reached may be begun again under the same id", async () => {
  let reachable = false;
  const { terminal, page, exchange, clock, bridge } = await rig({
    connect: (address) => (reachable ? connect(address) : new Socket()),
  });
  const first = page({ exchange: ID });
  await until(() => bridge.counters().pages === 1);
  clock.advance(5_000);
  expect((await first.closed()).code).toBe(4504);
  reachable = true;
  const second = await exchange({ exchange: ID });
  second.page.send("request");
  await until(() => second.call.received().length === 7);
  expect(terminal.calls).toHaveLength(1);
});

test.each([
  ["GET", "/health", { Origin: "https://pos.example.com" }, 204, "https://pos.example.com"],
  ["GET", "/health", { Origin: "https://evil.example" }, 204, null],
  ["GET", "/health", {}, 204, null],
  ["POST", "/health", {}, 404, null],
  ["GET", "/", {}, 404, null],
  ["GET", "/terminals/t", {}, 426, null],
  ["GET", "/terminals/nobody", {}, 426, null],
])("answers HTTP %s %s with %o: %i", async (method, path, headers, status, allowed) => {
  const { bridge, terminal } = await rig();
  const response = await fetch(bridge.url.replace("ws:", "http:") + path, { method, headers });
  expect(response.status).toBe(status);
  expect(response.headers.get("access-control-allow-origin")).toBe(allowed);
  expect(terminal.calls).toHaveLength(0);
});

test("answers a foreign Host with 421", async () => {
  const { bridge } = await rig();
  const socket = connect(bridge.port, "127.0.0.1");
  socket.end("GET /health HTTP/1.1\r\nHost: rebound.evil.example\r\n\r\n");
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 421 /);
});
