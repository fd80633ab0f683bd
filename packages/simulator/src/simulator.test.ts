import { afterEach, describe, expect, it } from "vitest";
import { decodeMessage } from "@concert-pay/core";
import { startSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
import { debit, exchange } from "./testing/plain-register.ts";

let simulator: Simulator;
afterEach(() => simulator?.stop());

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  simulator = await startSimulator({ port: 0, ...options });
  return simulator;
}

describe("a terminal over TCP", () => {
  it("charges what it approves, and echoes the request", async () => {
    const { port, ledger, requests } = await start();
    const { bytes } = await exchange(port, debit("1250", { CF: "sale 7" }));
    const answer = decodeMessage(bytes);
    expect(answer.warnings).toEqual([]);
    expect(["CA", "CB", "CD", "CE", "AE", "CC", "CI", "CF"].map((name) => answer.get(name))).toEqual([
      "01",
      "1250",
      "0",
      "978",
      "10",
      "001",
      "1",
      "sale 7",
    ]);
    expect(ledger).toMatchObject([
      { action: "debit", amount: 1250, currency: "978", register: "01", reference: "sale 7", request: 0 },
    ]);
    expect(requests).toMatchObject([{ fate: "charged", answer: "sent", behaviour: "approve" }]);
  });

  it("charges nothing for what it refuses", async () => {
    const { port, ledger } = await start({ behaviour: "refuse" });
    const answer = decodeMessage((await exchange(port, debit("1250"))).bytes);
    expect([answer.get("AE"), answer.get("AF")]).toEqual(["01", "04"]);
    expect(ledger).toEqual([]);
  });
});
