/** React 19, Vue and others give an element numbers as properties, where HTML has text. */
import { afterEach, describe, expect, it } from "vitest";
import { memoryJournal } from "@concert-pay/core";
import { simulatedConnector, type PageSimulator } from "@concert-pay/simulator/page";
import "./define.ts";
import type { ConcertPay } from "./concert-pay.ts";

let names = 0;

interface Mounted {
  readonly element: ConcertPay;
  readonly simulator: PageSimulator;
  readonly errors: string[];
}

function mount(behaviour: string, properties: Record<string, unknown>): Mounted {
  const connector = simulatedConnector({
    id: `simulated:number-${++names}`,
    behaviour,
    delayMs: 0,
    processingMs: 0,
  });
  const element = document.createElement("concert-pay");
  const errors: string[] = [];
  element.addEventListener("concert-error", ({ detail }) => errors.push(`${detail.code} ${detail.field}`));
  Object.assign(element, { amount: "12.50", lang: "en", connector, journal: memoryJournal(), ...properties });
  document.body.append(element);
  return { element, simulator: connector.simulator, errors };
}

const words = (element: ConcertPay): string =>
  element.shadowRoot?.querySelector(".panel")?.textContent?.replace(/\s+/g, " ") ?? "";

afterEach(() => document.body.replaceChildren());

describe("a number", () => {
  it("as the amount is paid", async () => {
    const { element, simulator } = mount("approve", { amount: 12.5, currency: 978, answerWithin: 90 });
    expect(await element.pay()).toMatchObject({ outcome: "approved" });
    expect(simulator.ledger.map(({ amount }) => amount)).toEqual([1250]);
  });

  it("as the next amount during a payment hides nothing of what comes of that", async () => {
    const { element, simulator } = mount("interactive", {});
    await expect.poll(() => element.state.name).toBe("idle");
    const paid = element.pay();
    await expect.poll(() => simulator.screen.name).toBe("card-expected");
    element.amount = 20;
    await element.updateComplete;
    simulator.press("tap");
    expect(await paid).toMatchObject({ outcome: "approved" });
    await element.updateComplete;
    expect(words(element)).toContain("Payment approved");
  });

  it.each([
    ["reference", 42],
    ["paymentKey", 42],
    ["tickets", false],
  ])("as %s is understood", async (name, value) => {
    const { element } = mount("approve", { [name]: value });
    expect(await element.pay()).toMatchObject({ outcome: "approved" });
  });

  it.each([
    ["amount", NaN, "amount"],
    ["amount", 0.1 + 0.2, "amount"],
    ["currency", 1, "currency"],
    ["line", 9600, "line"],
    ["register", 1, "register"],
    ["answerWithin", 5, "answer-within"],
    ["paymentKey", Infinity, "payment-key"],
    ["reference", {}, "reference"],
  ])("that makes no sense is named as the attribute at fault: %s %s", async (name, value, attribute) => {
    const { element, errors, simulator } = mount("approve", { [name]: value });
    expect(await element.pay()).toBeUndefined();
    await element.updateComplete;
    expect(errors).toContain(`BAD_REQUEST ${attribute}`);
    expect(words(element)).not.toBe("");
    expect(simulator.ledger).toEqual([]);
  });
});
