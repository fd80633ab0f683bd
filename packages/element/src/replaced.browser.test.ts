/** A framework makes another element in place of one whose payment runs; or the person leaves that view and comes back. */
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { memoryJournal } from "@concert-pay/core";
import { simulatedConnector, type PageSimulator } from "@concert-pay/simulator/page";
import "./define.ts";
import type { ConcertPay } from "./concert-pay.ts";

let names = 0;

interface Replaced {
  readonly make: () => ConcertPay;
  readonly first: ConcertPay;
  readonly simulator: PageSimulator;
  /** What the document hears of outcomes. */
  readonly heard: string[];
}

/** The first element's payment waits for the card. */
async function paying(paymentKey?: string): Promise<Replaced> {
  const connector = simulatedConnector({
    id: `simulated:replaced-${++names}`,
    behaviour: "interactive",
    delayMs: 0,
    processingMs: 0,
  });
  const journal = memoryJournal();
  const make = (): ConcertPay =>
    Object.assign(document.createElement("concert-pay"), {
      amount: "12.50",
      lang: "en",
      paymentKey,
      connector,
      journal,
    });
  const heard: string[] = [];
  const hear = ({ detail }: HTMLElementEventMap["concert-result"]): void =>
    void heard.push(`${detail.outcome} ${detail.recorded}`);
  document.body.addEventListener("concert-result", hear);
  onTestFinished(() => document.body.removeEventListener("concert-result", hear));
  const first = make();
  document.body.append(first);
  await expect.poll(() => first.state.name).toBe("idle");
  void first.pay();
  await expect.poll(() => connector.simulator.screen.name).toBe("card-expected");
  return { make, first, simulator: connector.simulator, heard };
}

const words = (element: ConcertPay): string =>
  element.shadowRoot?.querySelector(".panel")?.textContent?.replace(/\s+/g, " ") ?? "";

afterEach(() => document.body.replaceChildren());

describe.each([
  ["without a payment-key", undefined],
  ["with one", "sale-1"],
])("a payment %s", (_, paymentKey) => {
  it("goes on in the element that takes the place of its own", async () => {
    const { make, first, simulator, heard } = await paying(paymentKey);
    const second = make();
    first.replaceWith(second);
    await expect.poll(() => words(second)).toContain("Present the card");
    simulator.press("tap");
    await expect.poll(() => words(second)).toContain("Payment approved");
    await second.pay();
    expect(heard).toEqual(["approved true"]);
    expect(simulator.ledger).toHaveLength(1);
  });

  it("that ends while its view is not there is shown when the person comes back", async () => {
    const { make, first, simulator, heard } = await paying(paymentKey);
    first.remove();
    simulator.press("tap");
    await expect.poll(() => first.state.name).toBe("done");
    const second = make();
    document.body.append(second);
    await expect.poll(() => words(second)).toContain("Payment approved");
    await second.pay();
    expect(heard).toEqual(["approved true"]);
    expect(simulator.ledger).toHaveLength(1);
  });
});
