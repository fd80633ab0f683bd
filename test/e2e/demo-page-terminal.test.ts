import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { Browser } from "playwright";
import { launchChromium, newProfile, openTill, type Till } from "./demo-support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function openPageTill(): Promise<Till> {
  return openTill(await newProfile(browser), `${inject("demoUrl")}?terminal=page&lang=en`);
}

const customer = (till: Till, key: string): Promise<void> => till.page.locator(`[data-key="${key}"]`).click();

it("pays without a bridge, by tapping the card on the terminal in the page", async () => {
  const till = await openPageTill();
  await till.press("Pay 13.50 EUR");
  await till.says("Present the card");
  await customer(till, "tap");
  await till.says("Payment approved");
  expect(await till.page.locator(".receipt pre").innerText()).toContain("Paid by card");
  expect(till.failures).toEqual([]);
});

it("sells what is touched, and takes it off again", async () => {
  const { page, press, says } = await openPageTill();
  const till = page.locator("demo-register");
  await till.getByRole("button", { name: /^Coffee/ }).click();
  await till.getByRole("button", { name: "One more: Coffee" }).click();
  await till.getByRole("button", { name: "Remove: Quiche" }).click();
  expect(await till.locator("output").innerText()).toBe("11.40 EUR");
  await press("Pay 11.40 EUR");
  await says("Present the card");
  expect(await till.getByRole("button", { name: /^Coffee/ }).isDisabled()).toBe(true);
});

it("asks the cashier to look when the terminal says not done without a clear reason", async () => {
  const till = await openPageTill();
  await till.page.getByLabel("At the next payment").selectOption("technical-fault");
  await till.press("Pay 13.50 EUR");
  await till.says("Look at the terminal");
  expect(await till.hasButton(/^Pay/)).toBe(false);
  await till.press(/I have looked/);
  expect(await till.hasButton("Pay 13.50 EUR")).toBe(true);
});

it("changes language and way to the terminal on the spot", async () => {
  const { page, press, says, hasButton } = await openPageTill();
  await page.getByRole("radio", { name: "FR" }).check({ force: true });
  await expect.poll(() => hasButton("Payer 13,50 EUR")).toBe(true);
  expect(await page.locator("html").getAttribute("lang")).toBe("fr");
  await page.getByRole("radio", { name: "Port série (USB, RS232)" }).check({ force: true });
  await says("Terminal à connecter");
  expect(await hasButton("Connecter le terminal")).toBe(true);
  await page.getByRole("radio", { name: "Dans la page" }).check({ force: true });
  await press("Payer 13,50 EUR");
  await says("Présentez la carte");
});
