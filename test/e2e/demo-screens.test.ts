/** What is in sight on the screens that a register is used on, without scrolling. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Browser, Locator } from "playwright";
import { launchChromium, newProfile, openTill, type Till } from "./demo-support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function openOn(width: number, height: number, behaviour?: string): Promise<Till> {
  const till = await openTill(await newProfile(browser), `${inject("demoUrl")}?terminal=page&lang=fr`);
  await till.page.setViewportSize({ width, height });
  if (behaviour !== undefined) await till.page.getByLabel("Au prochain paiement").selectOption(behaviour);
  return till;
}

/** All of it is on the screen, of the page as it was opened. */
async function isInSight(till: Till, target: Locator): Promise<boolean> {
  const box = await target.boundingBox();
  const size = till.page.viewportSize();
  await till.page.evaluate(() => scrollTo(0, 0));
  return box !== null && size !== null && box.y >= 0 && box.y + box.height <= size.height;
}

describe("a phone", () => {
  it("shows total and Pay at first sight, and the whole width of the receipt", async () => {
    const till = await openOn(390, 844, "two-tickets");
    await till.page.evaluate(() => scrollTo(0, 0));
    const pay = till.element.getByRole("button", { name: /Payer/ });
    expect(await isInSight(till, till.page.locator("output"))).toBe(true);
    expect(await isInSight(till, pay)).toBe(true);
    await pay.click();
    const receipt = till.page.locator(".receipt pre");
    await receipt.waitFor();
    const [needed, there] = await receipt.evaluate(({ scrollWidth, clientWidth }) => [
      scrollWidth,
      clientWidth,
    ]);
    expect(needed).toBeLessThanOrEqual(there ?? 0);
  });

  it("is not wider than the smallest one", async () => {
    const till = await openOn(320, 640);
    await till.element.getByRole("button", { name: /Payer/ }).waitFor();
    expect(await till.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
});

it.each([
  [1280, 800],
  [1024, 768],
])(
  "a screen of %i by %i shows the question, the name and the answers at one glance",
  async (width, height) => {
    const till = await openOn(width, height, "charge-then-hang-up");
    await till.press(/Payer/);
    await till.press("Vérifier auprès du terminal");
    await till.says("Que montre le terminal");
    await till.page.evaluate(() => scrollTo(0, 0));
    expect(await isInSight(till, till.element.getByLabel("Votre nom"))).toBe(true);
    for (const answer of ["Le terminal l’affiche accepté", "Le terminal l’affiche refusé, ou rien"])
      expect(await isInSight(till, till.element.getByRole("button", { name: answer })), answer).toBe(true);
  },
);
