import { describe, expect, test } from "vitest";
import type { Connection, OpenOptions } from "@concert-pay/core";
import { WebSocket as NodeWebSocket } from "ws";
import { webSocketConnector, type WebSocketConnectorOptions, type WebSocketConstructor } from "./client.ts";
import { closeCodes } from "./close-codes.ts";
import { FakeWebSocket, fakeWebSockets } from "./testing/fake-web-socket.ts";
import { manualClock, settle, type ManualClock } from "./testing/manual-clock.ts";

const URL = "ws://127.0.0.1:8765/terminals/counter-1";
const EXCHANGE = "0123abcd-0123-4123-8123-0123456789ab";

interface Attempt {
  readonly socket: FakeWebSocket;
  readonly opening: Promise<Connection>;
  readonly clock: ManualClock;
  readonly probed: string[];
}

/** One call of `open`. `health`: what the probe finds; `permission`: what the browser says. */
function attempt(
  {
    health = false,
    permission,
    ...options
  }: Partial<WebSocketConnectorOptions> & { health?: boolean; permission?: string } = {},
  open: Partial<OpenOptions> = {},
): Attempt {
  const { WebSocket, made } = fakeWebSockets();
  const clock = manualClock();
  const probed: string[] = [];
  const connector = webSocketConnector({
    url: URL,
    WebSocket,
    clock,
    fetch: async (url) => {
      probed.push(url);
      if (!health) throw new TypeError("Failed to fetch");
    },
    permissions: {
      query: async ({ name }) => {
        probed.push(name);
        if (permission === undefined) throw new TypeError("unknown permission");
        return { state: permission };
      },
    },
    ...options,
  });
  const opening = connector.open({ exchange: EXCHANGE, ...open });
  opening.catch(() => {});
  return { socket: made[0] as FakeWebSocket, opening, clock, probed };
}

async function opened(
  options: Partial<WebSocketConnectorOptions> = {},
): Promise<Attempt & { connection: Connection }> {
  const tried = attempt(options);
  tried.socket.open();
  tried.socket.event({ event: "connected", terminal: "counter-1" });
  return { ...tried, connection: await tried.opening };
}

async function readAll(connection: Connection): Promise<string> {
  let text = "";
  for await (const bytes of connection.incoming) text += Buffer.from(bytes).toString("latin1");
  return text;
}

describe("opening", () => {
  test("asks for the exchange, offers version and token, and resolves on connected only", async () => {
    const { socket, opening } = attempt({ token: "open-sesame" });
    expect(socket.url).toBe(`${URL}?exchange=${EXCHANGE}`);
    expect(socket.protocols).toEqual(["concert-pay.v1", "concert-pay.token.open-sesame"]);
    expect(socket.binaryType).toBe("arraybuffer");
    let done = false;
    void opening.then(() => (done = true));
    socket.open();
    socket.event({ event: "something-new" });
    socket.fire("message", { data: "not JSON" });
    await settle(3);
    expect(done).toBe(false);
    socket.event({ event: "connected", terminal: "counter-1" });
    expect((await opening).resumed).toBeUndefined();
  });

  test("resumes with the bytes the bridge took, and reads the answer that follows at once", async () => {
    const { socket, opening } = attempt({}, { resume: true });
    expect(socket.url).toBe(`${URL}?exchange=${EXCHANGE}&resume=1`);
    socket.open();
    socket.event({ event: "resumed", terminal: "counter-1", requestBytes: 62, ended: true });
    socket.bytes("answer");
    socket.event({ event: "ended" });
    const connection = await opening;
    expect(connection.resumed).toEqual({ requestBytes: 62 });
    expect(await readAll(connection)).toBe("answer");
  });

  test("an exchange found begun is not written to: WRONG_STATE, and the bridge keeps it", async () => {
    const { socket, opening } = attempt();
    socket.open();
    socket.event({ event: "resumed", terminal: "counter-1", requestBytes: 62, ended: false });
    await expect(opening).rejects.toMatchObject({ code: "WRONG_STATE", reason: "exchange-used" });
    expect(socket.closes).toEqual([4001]);
  });

  test.each([
    [4400, "NOT_SUPPORTED", "bad-request"],
    [4401, "NOT_ALLOWED", "token-refused"],
    [4403, "NOT_ALLOWED", "origin-refused"],
    [4404, "UNREACHABLE", "unknown-terminal"],
    [4409, "WRONG_STATE", "exchange-used"],
    [4410, "UNREACHABLE", "nothing-held"],
    [4414, "UNREACHABLE", "answer-not-held"],
    [4421, "NOT_ALLOWED", "host-refused"],
    [4429, "UNREACHABLE", "full"],
    [4502, "UNREACHABLE", "terminal-unreachable"],
    [4503, "UNREACHABLE", "stopping"],
    [4504, "UNREACHABLE", "connect-timeout"],
    [4521, "PORT_LOST", "idle"],
    [1001, "PORT_LOST", "connection-lost"],
  ])("close %i before connected rejects with %s %s", async (closeCode, code, reason) => {
    const { socket, opening, probed } = attempt();
    socket.open();
    socket.closed(closeCode, "in the bridge's words");
    await expect(opening).rejects.toMatchObject({ code, closeCode, reason });
    expect(probed).toEqual([]);
  });

  test("gives the bridge's own reason and its meaning", async () => {
    const { socket, opening } = attempt();
    socket.open();
    socket.closed(4502, "terminal-unreachable: ECONNREFUSED");
    await expect(opening).rejects.toThrow(/refused the connection.*ECONNREFUSED/);
  });
});

describe("telling failures apart", () => {
  test.each<[string, { health?: boolean; permission?: string }, string, string, string[]]>([
    [
      "a bridge that runs and refuses",
      { health: true },
      "NOT_ALLOWED",
      "refused",
      ["http://127.0.0.1:8765/health"],
    ],
    [
      "a permission denied",
      { permission: "denied" },
      "NOT_ALLOWED",
      "permission-denied",
      ["http://127.0.0.1:8765/health", "loopback-network"],
    ],
    [
      "a bridge that does not run",
      { permission: "granted" },
      "UNREACHABLE",
      "bridge-not-running",
      ["http://127.0.0.1:8765/health", "loopback-network"],
    ],
    [
      "a bridge that does not run, in a browser without the permission",
      {},
      "UNREACHABLE",
      "bridge-not-running",
      ["http://127.0.0.1:8765/health", "loopback-network"],
    ],
  ])("%s, by one probe", async (_, facts, code, reason, probes) => {
    const { socket, opening, probed } = attempt(facts);
    socket.readyState = 3;
    socket.fire("error");
    socket.closed(1006);
    await expect(opening).rejects.toMatchObject({ code, reason });
    expect(probed).toEqual(probes);
  });

  test("asks for the permission of the local network where the bridge is another machine", async () => {
    const { socket, opening, probed } = attempt({
      url: "wss://192.168.1.9:8765/terminals/t",
      permission: "denied",
    });
    socket.closed(1006);
    await expect(opening).rejects.toMatchObject({ reason: "permission-denied" });
    expect(probed).toEqual(["https://192.168.1.9:8765/health", "local-network"]);
  });

  test("mixed content: the constructor throws SecurityError", async () => {
    class Forbidden extends FakeWebSocket {
      constructor() {
        super("", []);
        throw new DOMException("insecure", "SecurityError");
      }
    }
    const { opening } = attempt({ WebSocket: Forbidden });
    await expect(opening).rejects.toMatchObject({ code: "NOT_ALLOWED", reason: "mixed-content" });
  });

  test("any other refusal of the constructor is NOT_SUPPORTED", async () => {
    class Missing extends FakeWebSocket {
      constructor() {
        super("", []);
        throw new TypeError("not here");
      }
    }
    await expect(attempt({ WebSocket: Missing }).opening).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      reason: "no-websocket",
    });
  });

  test("content security policy: error, and no close follows", async () => {
    const { socket, opening, clock } = attempt();
    socket.readyState = 3;
    socket.fire("error");
    clock.advance(250);
    await expect(opening).rejects.toMatchObject({ code: "NOT_ALLOWED", reason: "csp" });
  });

  test("the browser's prompt: no event for 3 s while the permission is undecided", async () => {
    const { socket, opening, clock } = attempt({ permission: "prompt" });
    clock.advance(3_000);
    await expect(opening).rejects.toMatchObject({ code: "NOT_ALLOWED", reason: "prompt-showing" });
    expect(socket.closes).toEqual([4001]);
  });

  test("a slow bridge is not taken for the prompt", async () => {
    const { socket, opening, clock } = attempt({ permission: "granted" });
    clock.advance(3_000);
    await settle(3);
    socket.open();
    socket.event({ event: "connected", terminal: "counter-1" });
    await expect(opening).resolves.toBeDefined();
  });

  test("a terminal that is slow to be reached is not taken for the prompt", async () => {
    const { socket, opening, clock, probed } = attempt({ permission: "prompt" });
    socket.open();
    clock.advance(3_000);
    await settle(3);
    expect(probed).toEqual([]);
    socket.event({ event: "connected", terminal: "counter-1" });
    await expect(opening).resolves.toBeDefined();
  });

  test("silence ends at openWithinMs, and what opens later is closed and never used", async () => {
    const { socket, opening, clock } = attempt({ openWithinMs: 8_000, permission: "granted" });
    clock.advance(8_000);
    await expect(opening).rejects.toMatchObject({ code: "UNREACHABLE", reason: "no-answer" });
    socket.open();
    socket.event({ event: "connected", terminal: "counter-1" });
    socket.closed(4001);
    expect(socket.closes).toEqual([4001]);
  });

  test("a probe that hangs is given up after 2 s", async () => {
    const { socket, opening, clock } = attempt({ fetch: () => new Promise(() => {}) });
    socket.closed(1006);
    clock.advance(2_000);
    await expect(opening).rejects.toMatchObject({ reason: "bridge-not-running" });
  });

  test("a bridge killed after the socket opened, before the terminal was reached, is PORT_LOST", async () => {
    const { socket, opening } = attempt();
    socket.open();
    socket.closed(1006);
    await expect(opening).rejects.toMatchObject({ code: "PORT_LOST", reason: "connection-lost" });
  });
});

describe("an open connection", () => {
  test("writes each request as one frame", async () => {
    const { connection, socket } = await opened();
    const bytes = new Uint8Array([1, 2, 3]);
    await connection.write(bytes);
    expect(socket.sent).toEqual([bytes]);
  });

  test("refuses more than a frame before anything leaves", async () => {
    const { connection, socket } = await opened();
    await connection.write(new Uint8Array(66_560));
    await expect(connection.write(new Uint8Array(66_561))).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(socket.sent).toHaveLength(1);
  });

  test("incoming ends in order when the terminal hangs up, and the socket waits for our close", async () => {
    const { connection, socket } = await opened();
    socket.bytes("ans");
    socket.bytes("wer");
    socket.event({ event: "ended" });
    expect(await readAll(connection)).toBe("answer");
    expect(socket.closes).toEqual([]);
    await expect(connection.write(new Uint8Array(1))).rejects.toMatchObject({ code: "PORT_LOST" });
    const closing = connection.close();
    expect(socket.closes).toEqual([1000]);
    socket.closed(1000);
    await closing;
  });

  test.each([1000, 4522])("incoming ends in order on close %i: the terminal hung up", async (code) => {
    const { connection, socket } = await opened();
    socket.bytes("answer");
    socket.closed(code);
    expect(await readAll(connection)).toBe("answer");
    await expect(connection.write(new Uint8Array(1))).rejects.toMatchObject({ code: "PORT_LOST" });
  });

  test.each([
    ...closeCodes
      .filter(({ code }) => code !== 1000 && code !== 4522)
      .map(({ code, name }) => [code, name] as const),
    [1006, "connection-lost"],
    [1009, "connection-lost"],
  ] as const)("close %i is PORT_LOST %s, after what had come", async (code, reason) => {
    const { connection, socket } = await opened();
    socket.bytes("half");
    socket.closed(code);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const bytes of connection.incoming) seen.push(bytes.length);
    })();
    await expect(reading).rejects.toMatchObject({ code: "PORT_LOST", closeCode: code, reason });
    expect(seen).toEqual([4]);
    await expect(connection.write(new Uint8Array(1))).rejects.toMatchObject({
      code: "PORT_LOST",
      closeCode: code,
    });
    await connection.close();
  });

  test("a write to a socket that is closing unnoticed is PORT_LOST", async () => {
    const { connection, socket } = await opened();
    socket.readyState = 2;
    await expect(connection.write(new Uint8Array(1))).rejects.toMatchObject({ code: "PORT_LOST" });
  });

  test("close sends 1000 once, ends the reader, and does not wait for a dead path", async () => {
    const { connection, socket, clock } = await opened();
    const reading = readAll(connection);
    const closing = Promise.all([connection.close(), connection.close()]);
    clock.advance(1_000);
    await closing;
    expect(await reading).toBe("");
    expect(socket.closes).toEqual([1000]);
    socket.bytes("late");
    socket.closed(1006);
    await expect(connection.write(new Uint8Array(1))).rejects.toMatchObject({
      code: "PORT_LOST",
      reason: "closed",
    });
  });

  test("close with keepAnswer sends 4001", async () => {
    const { connection, socket } = await opened();
    const closing = connection.close({ keepAnswer: true });
    socket.closed(4001);
    await closing;
    expect(socket.closes).toEqual([4001]);
  });

  test("sends heartbeats, and goes on as long as they are answered", async () => {
    const { connection, socket, clock } = await opened({ heartbeatMs: 1_000 });
    for (let n = 1; n <= 10; n += 1) {
      clock.advance(1_000);
      expect(socket.sent.at(-1)).toBe(`{"heartbeat":${n}}`);
      socket.event({ event: "heartbeat", heartbeat: n });
    }
    await connection.write(new Uint8Array(1));
  });

  test("three heartbeats without an answer are PORT_LOST, and close with 4440", async () => {
    const { connection, socket, clock } = await opened({ heartbeatMs: 1_000 });
    clock.advance(3_000);
    expect(socket.closes).toEqual([]);
    clock.advance(1_000);
    expect(socket.closes).toEqual([4440]);
    await expect(readAll(connection)).rejects.toMatchObject({ code: "PORT_LOST", reason: "heartbeat-lost" });
    clock.advance(10_000);
    expect(socket.sent).toHaveLength(3);
  });

  test("keeps unread bytes up to the limit; one past it is PORT_LOST and the bridge holds the answer", async () => {
    const { connection, socket } = await opened({ incomingBytes: 6 });
    socket.bytes("answer");
    expect(socket.closes).toEqual([]);
    socket.bytes("!");
    expect(socket.closes).toEqual([4001]);
    await expect(readAll(connection)).rejects.toMatchObject({
      code: "PORT_LOST",
      reason: "incoming-overflow",
    });
  });
});

test("names the terminal by its address, without what changes from call to call", () => {
  const { WebSocket } = fakeWebSockets();
  const connector = webSocketConnector({ url: URL, token: "t", WebSocket });
  expect(connector).toMatchObject({ carrier: "ip", id: URL, resumable: true });
});

test.each([
  ["ws://localhost:8765/terminals/t", "ws://127.0.0.1:8765/terminals/t"],
  ["ws://till.localhost:8765/terminals/t", "ws://127.0.0.1:8765/terminals/t"],
  ["ws://[::1]:8765/terminals/t", "ws://127.0.0.1:8765/terminals/t"],
  ["ws://127.1:8765/terminals/t", "ws://127.0.0.1:8765/terminals/t"],
  ["WS://LOCALHOST:8765/terminals/T", "ws://127.0.0.1:8765/terminals/T"],
  ["ws://192.168.1.5:8765/terminals/t", "ws://192.168.1.5:8765/terminals/t"],
  ["wss://bridge.example:443/terminals/t", "wss://bridge.example/terminals/t"],
])("names one terminal alike, however its address is written, and opens it as written: %s", (url, id) => {
  const { WebSocket } = fakeWebSockets();
  expect(webSocketConnector({ url, WebSocket }).id).toBe(id);
  const { socket } = attempt({ url });
  expect(socket.url).toBe(`${new globalThis.URL(url).href}?exchange=${EXCHANGE}`);
});

test.each([
  [{ url: "http://127.0.0.1/terminals/t" }, "url must be ws://HOST:PORT/terminals/NAME"],
  [{ url: "ws://127.0.0.1:8765/" }, "url must be"],
  [{ url: `${URL}?exchange=1` }, "url must be"],
  [{ url: "nonsense" }, "url must be"],
  [{ url: URL, token: "two words" }, "token must be"],
  [{ url: URL, heartbeatMs: 0 }, "heartbeatMs must be a whole number above 0; got 0"],
  [{ url: URL, openWithinMs: Number.NaN }, "openWithinMs must be"],
  [{ url: URL, incomingBytes: -1 }, "incomingBytes must be"],
])("refuses the options %o", (options, message) => {
  expect(() => webSocketConnector(options)).toThrow(message);
});

test("takes the browser's WebSocket and that of ws as they are", () => {
  const constructors: readonly WebSocketConstructor[] = [NodeWebSocket, globalThis.WebSocket];
  for (const constructor of constructors)
    expect(webSocketConnector({ url: URL, WebSocket: constructor }).id).toBe(URL);
});
