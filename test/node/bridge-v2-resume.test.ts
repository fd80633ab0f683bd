/** V2 through a bridge: the answer that a dying page could not write down is read from what the bridge has held. */
import { WebSocket } from "ws";
import { expect, onTestFinished, test } from "vitest";
import { memoryJournal, money, openTerminal, type Journal, type Terminal } from "@concert-pay/core";
import { startSimulator } from "@concert-pay/simulator";
import { startBridge } from "@concert-pay/ws-bridge";
import { webSocketConnector, type WebSocketConstructor } from "@concert-pay/ws-bridge/client";

const ORIGIN = "https://pos.example.com";

const Page = class extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: ORIGIN });
  }
} as unknown as WebSocketConstructor;

test.each([
  ["v2-e", "approve", "approved"],
  ["v2-e+", "refuse", "failed"],
] as const)(
  "%s: %s is known after the page has died while it was written down",
  async (dialect, behaviour, known) => {
    const simulator = await startSimulator({ port: 0, dialect, behaviour, delayMs: 0 });
    const bridge = await startBridge({
      terminals: { t: `127.0.0.1:${simulator.port}` },
      allowOrigins: [ORIGIN],
      listen: "127.0.0.1:0",
    });
    onTestFinished(async () => {
      await bridge.stop();
      await simulator.stop();
    });
    const kept = memoryJournal();
    const open = (journal: Journal): Terminal =>
      openTerminal({
        connector: webSocketConnector({ url: `${bridge.url}/terminals/t`, WebSocket: Page }),
        dialect,
        journal,
        register: { number: "01", identifier: "012345678901" },
      });
    const dying: Journal = {
      entries: () => kept.entries(),
      record: async (entry) => {
        if (entry.state === "settled" || entry.state === "unknown") throw new Error("the page is gone");
        await kept.record(entry);
      },
    };
    const first = open(dying);
    expect(await first.pay({ amount: money(1250, "EUR"), key: "k" })).toMatchObject({ unrecorded: true });
    await first.close();
    await expect.poll(() => bridge.counters().pages).toBe(0);
    expect(bridge.counters().held).toBe(1);
    const second = open(kept);
    expect(await second.recover("k")).toMatchObject({ outcome: known });
    await second.close();
    expect(simulator.ledger).toHaveLength(known === "approved" ? 1 : 0);
  },
);
