import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { money, openTerminal, type Clock, type Terminal } from "@concert-pay/core";
import { webSocketConnector } from "./client.ts";
import type { WebSocketConstructor } from "./client/options.ts";
import { settle, until } from "./testing/manual-clock.ts";
import { ORIGIN } from "./testing/raw-page.ts";
import { rig } from "./testing/rig.ts";

const APPROVAL = "CZ0040300CA00201CB0042500CD0010CE003978AE00210";

/** A page of the allowed origin. */
class Page extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: ORIGIN });
  }
}

function register(bridgeUrl: string, clock?: Clock): Terminal {
  return openTerminal({
    connector: webSocketConnector({
      url: `${bridgeUrl}/terminals/t`,
      WebSocket: Page as unknown as WebSocketConstructor,
      ...(clock === undefined ? {} : { clock }),
    }),
    register: { number: "01", identifier: "012345678901" },
    ...(clock === undefined ? {} : { clock }),
  });
}

test("a terminal that hangs up after each answer leaves nothing held, so the bridge never gets full", async () => {
  const { bridge } = await rig(
    { limits: { held: 2 } },
    ({ socket }) => void socket.once("data", () => socket.end(APPROVAL)),
  );
  const terminal = register(bridge.url);
  for (let sale = 1; sale <= 5; sale += 1) {
    expect(await terminal.pay({ amount: money(2500, "EUR") })).toMatchObject({ outcome: "approved" });
    await until(() => bridge.counters().pages === 0);
    expect(bridge.counters().held).toBe(0);
  }
  await terminal.close();
});

test("payments that meet silence one after the other do not use the terminal up", async () => {
  const { bridge, terminal, clock } = await rig();
  for (let sale = 0; sale < 12; sale += 1) {
    const till = register(bridge.url, clock);
    const outcome = till.pay({ amount: money(2500, "EUR") }, { answerWithinMs: 60_000 });
    const call = await terminal.call(sale);
    await until(() => call.size() > 0);
    await settle();
    for (let seconds = 0; seconds < 60; seconds += 10) {
      clock.advance(10_000);
      await settle(10);
    }
    expect(await outcome).toMatchObject({ outcome: "unknown", doubt: "silence" });
    await till.close();
    await until(() => bridge.counters().pages === 0);
  }
  expect(bridge.counters()).toMatchObject({ begun: 12, closed: {} });
});

test("a terminal that hangs up without an answer leaves the payment unknown, by a hang-up and not by a loss", async () => {
  const { bridge } = await rig({}, ({ socket }) => void socket.once("data", () => socket.end()));
  const terminal = register(bridge.url);
  expect(await terminal.pay({ amount: money(2500, "EUR"), key: "sale" })).toMatchObject({
    outcome: "unknown",
    doubt: "closed",
  });
  expect(bridge.counters().closed).toEqual({ "hung-up": 1 });
  expect(await terminal.recover("sale")).toMatchObject({ outcome: "unknown" });
  await terminal.close();
});

test("a log that throws costs no exchange and does not end the bridge", async () => {
  const onLog = (): void => {
    throw new Error("the disk of the log is full");
  };
  const { bridge } = await rig(
    { onLog },
    ({ socket }) => void socket.once("data", () => socket.end(APPROVAL)),
  );
  const refused = new WebSocket(`${bridge.url}/terminals/t`, ["concert-pay.v1"], {
    origin: "https://evil.test",
  });
  const code = await new Promise((resolve) => refused.once("close", resolve));
  expect(code).toBe(4403);
  expect(bridge.counters().closed["origin-refused"]).toBe(1);
});
