import { describe, expect, it } from "vitest";
import { decodeMessage, type Connection } from "@concert-pay/core";
import { REQUEST_QUIET_MS } from "./links.ts";
import { simulatedConnector, type Screen, type SimulatedConnectorOptions } from "./page.ts";
import { debit } from "./testing/requests.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

const DEBIT = debit("1250");

function inPage(
  options: SimulatedConnectorOptions = {},
): ReturnType<typeof simulatedConnector> & { clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, ...simulatedConnector({ clock, ...options }) };
}

/** All that comes until the terminal closes or `forMs` have passed. */
async function heard(connection: Connection, clock: VirtualClock, forMs: number): Promise<Uint8Array> {
  const bytes: number[] = [];
  void (async () => {
    for await (const part of connection.incoming) bytes.push(...part);
  })().catch(() => undefined);
  await clock.advance(forMs);
  return Uint8Array.from(bytes);
}

const open = { exchange: "00000000-0000-4000-8000-000000000000" };

describe("the terminal inside the page", () => {
  it("approves a payment and keeps it in its ledger", async () => {
    const { clock, simulator, ...connector } = inPage();
    const connection = await connector.open(open);
    await connection.write(DEBIT);
    const answer = decodeMessage(await heard(connection, clock, 2 * REQUEST_QUIET_MS));
    expect([answer.get("AE"), answer.get("CB")]).toEqual(["10", "1250"]);
    expect(simulator.ledger).toMatchObject([{ amount: 1250, at: REQUEST_QUIET_MS }]);
  });

  it("shows what a person at the terminal sees, and waits for them", async () => {
    const { clock, simulator, ...connector } = inPage({ behaviour: "interactive", processingMs: 500 });
    const seen: Screen["name"][] = [];
    simulator.onScreen(({ name }) => seen.push(name));
    const connection = await connector.open(open);
    await connection.write(DEBIT);
    await clock.advance(30_000);
    expect(simulator.screen).toMatchObject({
      name: "card-expected",
      interactive: true,
      payment: { amount: 1250 },
    });
    expect(simulator.ledger).toEqual([]);
    expect([simulator.tap(), simulator.tap()]).toEqual([true, false]);
    const answer = decodeMessage(await heard(connection, clock, 5_000));
    expect([answer.get("AE"), answer.get("CC"), answer.get("CI")]).toEqual(["10", "00B", "2"]);
    expect(seen).toEqual(["card-expected", "processing", "result", "idle"]);
  });

  it("gives up waiting for a card after its entry time", async () => {
    const { clock, simulator, ...connector } = inPage({ behaviour: "interactive", entryMs: 60_000 });
    const connection = await connector.open(open);
    await connection.write(DEBIT);
    const answer = decodeMessage(await heard(connection, clock, 61_000));
    expect([answer.get("AE"), answer.get("AF")]).toEqual(["01", "08"]);
    expect(simulator.ledger).toEqual([]);
  });

  it("refuses new connections while it is unplugged, and loses the open ones", async () => {
    const { clock, simulator, ...connector } = inPage({ behaviour: "interactive" });
    const connection = await connector.open(open);
    await connection.write(DEBIT);
    await clock.advance(REQUEST_QUIET_MS);
    simulator.unplug();
    await expect(connector.open(open)).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(connection.incoming[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "PORT_LOST",
    });
    simulator.plugIn();
    expect(simulator.insert()).toBe(true);
    await clock.advance(50);
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests).toMatchObject([{ fate: "charged", answer: "undelivered" }]);
    await (await connector.open(open)).close();
  });
});
