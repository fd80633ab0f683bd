import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
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
  await till.press("Pay €13.50");
  await till.says("Present the card");
  await customer(till, "tap");
  await till.says("Payment approved");
  const receipt = await till.page.locator(".receipt pre").innerText();
  expect(receipt).toContain("Paid by card");
  // Day before month, as in the till's own country.
  expect(receipt).toContain(new Intl.DateTimeFormat("en-GB", { dateStyle: "short" }).format(new Date()));
  expect(till.failures).toEqual([]);
});

it("keeps the receipt as it was printed, card ticket and all, when the page is reloaded", async () => {
  const till = await openPageTill();
  const receipt = till.page.locator(".receipt pre");
  await till.page.getByLabel("At the next payment").selectOption("two-tickets");
  await till.press("Pay €13.50");
  await till.says("Payment approved");
  const printed = await receipt.innerText();
  expect(printed).toContain("CARD TICKET");
  await till.page.clock.install({ time: Date.now() + 3_600_000 });
  await till.page.reload();
  await till.says("Payment approved");
  expect(await receipt.innerText()).toBe(printed);
});

it("sells what is touched, and takes it off again", async () => {
  const { page, press, says } = await openPageTill();
  const till = page.locator("demo-register");
  await till.getByRole("button", { name: /^Coffee/ }).click();
  await till.getByRole("button", { name: "One more: Coffee" }).click();
  await till.getByRole("button", { name: "Remove: Quiche" }).click();
  expect(await till.locator("output").innerText()).toBe("€11.40");
  await press("Pay €11.40");
  await says("Present the card");
  expect(await till.getByRole("button", { name: /^Coffee/ }).isDisabled()).toBe(true);
});

describe("a terminal that says not done without a clear reason", () => {
  async function openUnclear(): Promise<Till> {
    const till = await openPageTill();
    await till.page.getByLabel("At the next payment").selectOption("technical-fault");
    await till.press("Pay €13.50");
    await till.says("Look at the terminal");
    return till;
  }

  it("is looked at before the sale can be paid again, over a reload and on this terminal only", async () => {
    const till = await openUnclear();
    for (const _ of ["at once", "after a reload"]) {
      expect(await till.hasButton(/^Pay/)).toBe(false);
      expect(await till.page.getByRole("radio", { name: "Bridge (IP)" }).isDisabled()).toBe(true);
      expect(await till.page.locator("[data-article=coffee]").isDisabled()).toBe(true);
      await till.page.reload();
      await till.says("Look at the terminal");
    }
    await till.press(/I have looked/);
    await expect.poll(() => till.hasButton("Pay €13.50")).toBe(true);
    await till.page.reload();
    await expect.poll(() => till.hasButton("Pay €13.50")).toBe(true);
  });

  it("may show the payment all the same: then the sale is paid, by a person's word", async () => {
    const till = await openUnclear();
    await till.element.getByLabel("Your name").fill("Ada");
    await till.press("The terminal shows the payment");
    await till.says(/Noted: payment approved.*Ada/s);
    expect(await till.page.locator(".receipt pre").innerText()).toMatch(/Checked by +Ada/);
    await till.page.reload();
    await till.says("Payment approved");
    expect(await till.page.locator(".receipt pre").innerText()).toMatch(/Checked by +Ada/);
    expect(await till.hasButton(/^Pay/)).toBe(false);
  });
});

it("changes language and way to the terminal on the spot", async () => {
  const { page, press, says, hasButton } = await openPageTill();
  await page.getByRole("radio", { name: "FR" }).check({ force: true });
  await expect.poll(() => hasButton("Payer 13,50 €")).toBe(true);
  expect(await page.locator("html").getAttribute("lang")).toBe("fr");
  await page.getByRole("radio", { name: "Port série (USB, RS232)" }).check({ force: true });
  await says("Terminal à connecter");
  expect(await hasButton("Connecter le terminal")).toBe(true);
  await page.getByRole("radio", { name: "Dans la page" }).check({ force: true });
  await press("Payer 13,50 €");
  await says("Présentez la carte");
});
