/** Two payment buttons on one page, for one terminal. */
import { afterEach, expect, it } from "vitest";
import { page } from "vitest/browser";
import { memoryJournal, type Journal } from "@concert-pay/core";
import { simulatedConnector, type PageSimulator } from "@concert-pay/simulator/page";
import "./define.ts";
import type { ConcertPay } from "./concert-pay.ts";

let names = 0;

interface TwoButtons {
  readonly buttons: readonly [ConcertPay, ConcertPay];
  readonly simulator: PageSimulator;
}

async function mount(
  behaviour: string,
  second: Partial<ConcertPay> = {},
  journal: Journal = memoryJournal(),
): Promise<TwoButtons> {
  const connector = simulatedConnector({
    id: `simulated:two-buttons-${++names}`,
    behaviour,
    delayMs: 0,
    processingMs: 0,
  });
  const make = (more: Partial<ConcertPay>): ConcertPay =>
    Object.assign(document.createElement("concert-pay"), {
      amount: "12.50",
      lang: "en",
      cashier: "",
      connector,
      journal,
      ...more,
    });
  const buttons = [make({}), make(second)] as const;
  document.body.append(...buttons);
  for (const button of buttons) await expect.poll(() => button.state.name).toBe("idle");
  return { buttons, simulator: connector.simulator };
}

const words = (element: ConcertPay): string =>
  element.shadowRoot?.querySelector(".panel")?.textContent?.replace(/\s+/g, " ") ?? "";

afterEach(() => document.body.replaceChildren());

it("pay one after the other, and not at once", async () => {
  const { buttons, simulator } = await mount("interactive");
  const [first, second] = buttons;
  const paid = first.pay();
  await expect.poll(() => simulator.screen.name).toBe("card-expected");
  second.amount = "3";
  expect(await second.pay()).toBeUndefined();
  await expect.poll(() => words(second)).toContain("Something else is under way");
  simulator.press("tap");
  expect(await paid).toMatchObject({ outcome: "approved" });
  const next = second.pay();
  await expect.poll(() => simulator.screen.name).toBe("card-expected");
  simulator.press("tap");
  expect(await next).toMatchObject({ outcome: "approved" });
  expect(simulator.ledger.map(({ amount }) => amount)).toEqual([1250, 300]);
});

it("both show what is unsettled, and what became of it, which is told once", async () => {
  const { buttons } = await mount("hang-up-without-answer");
  const [first, second] = buttons;
  const told: string[] = [];
  document.body.addEventListener("concert-settled", ({ detail }) => told.push(detail.decision), {
    once: true,
  });
  document.body.addEventListener("concert-result", ({ detail }) => told.push(detail.outcome));
  await first.pay();
  for (const button of buttons) await expect.poll(() => button.state.name).toBe("blocked");
  expect(await second.pay()).toBeUndefined();
  await page.getByRole("button", { name: "Check with the terminal" }).first().click();
  await expect.poll(() => words(first)).toContain("Your name");
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await page.getByRole("button", { name: "The terminal shows it approved" }).click();
  await expect.poll(() => words(first)).toContain("Decided by Ada");
  await expect.poll(() => words(second)).toContain("Payment approved");
  expect(told).toEqual(["unknown", "approved"]);
});

it("of one sale are both paid when one of them is", async () => {
  const { buttons, simulator } = await mount("approve", { paymentKey: "one-sale" });
  const [first, second] = buttons;
  first.paymentKey = "one-sale";
  await first.pay();
  await expect.poll(() => words(second)).toContain("Payment approved");
  expect(await second.pay()).toMatchObject({ outcome: "approved" });
  expect(simulator.ledger).toHaveLength(1);
});

it("with other settings do not get in each other's way, with a journal of the page's own too", async () => {
  const { buttons, simulator } = await mount("interactive", { register: "02" });
  const [first, second] = buttons;
  const paid = first.pay();
  await expect.poll(() => simulator.screen.name).toBe("card-expected");
  expect(await second.pay()).toBeUndefined();
  await expect.poll(() => words(second)).toContain("Another payment button on this page");
  simulator.press("tap");
  await paid;
  expect(simulator.ledger).toHaveLength(1);
});
