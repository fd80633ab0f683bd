/** What browsers do to pages, and people to clocks, in the middle of a payment. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromium, type Browser, type Page } from "playwright";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { cardExpected, FIRST_SALE, newProfile, PAY, type Till } from "./demo-support.ts";
import { neverOfferedToPay, openHeldCounter, openWatchedTill } from "./money/counter.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findChromium() ?? "",
    args: chromiumFlags,
    // Playwright turns off the cache that two of the tests are about.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
});
afterAll(() => browser.close());

const CHECK = "Vérifier auprès du terminal";
const HOUR = 3_600_000;

/** From here on the wall clock of this tab, over reloads too, is off by what `sessionStorage` says. */
async function makeClockMovable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    const skewed = (): number => now() + Number(sessionStorage.getItem("clock-skew") ?? 0);
    globalThis.Date = new Proxy(Date, {
      construct: (target, given: [], self) =>
        Reflect.construct(target, given.length === 0 ? [skewed()] : given, self) as Date,
      get: (target, name) => (name === "now" ? skewed : (Reflect.get(target, name) as unknown)),
    });
  });
  await page.reload();
}

async function moveClock({ page }: Till, byMs: number): Promise<void> {
  await page.evaluate((ms) => sessionStorage.setItem("clock-skew", String(ms)), byMs);
  const moved = (await page.evaluate(() => new Date().getTime())) - Date.now();
  expect(Math.abs(moved - byMs)).toBeLessThan(HOUR / 2);
}

describe("the wall clock", () => {
  it("jumps by hours both ways while the card is awaited, and the payment is approved all the same", async () => {
    const { simulator, url } = await openHeldCounter();
    const till = await openWatchedTill(await newProfile(browser), url);
    await makeClockMovable(till.page);
    await till.press(PAY);
    await cardExpected(simulator);
    await till.says("Présentez la carte");
    for (const hours of [10, 0, -30]) {
      await moveClock(till, hours * HOUR);
      // A whole turn of the page: nothing has fired by this jump.
      await till.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      expect(await till.hasButton("Annuler")).toBe(true);
    }
    simulator.tap();
    await till.says("Paiement accepté");
    expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE }]);
  });

  it.each([9_000, -9_000])(
    "is %i hours off after a reload, and the check still waits for the customer",
    async (hours) => {
      const { simulator, bridge, url } = await openHeldCounter();
      const till = await openWatchedTill(await newProfile(browser), url);
      await makeClockMovable(till.page);
      till.page.on("dialog", (dialog) => void dialog.accept());
      await till.press(PAY);
      await cardExpected(simulator);
      await moveClock(till, hours * HOUR);
      await till.page.reload();
      await till.press(CHECK);
      await till.says("Vérification en cours");
      await expect.poll(() => bridge.counters().pages).toBe(1);
      simulator.tap();
      await till.says("Paiement accepté");
      await till.page.locator(".receipt pre").waitFor();
      await neverOfferedToPay(till);
      expect(simulator.ledger).toHaveLength(1);
    },
  );
});

describe("the page", () => {
  it("asks before it is left while a payment runs, and neither before nor after", async () => {
    const { simulator, url } = await openHeldCounter();
    const till = await openWatchedTill(await newProfile(browser), url);
    const asked: string[] = [];
    till.page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    // Browsers ask only on a page that was touched.
    await till.page.locator("[data-article=coffee]").click();
    await till.page.reload();
    expect(asked).toEqual([]);
    await till.press(/Payer/);
    await cardExpected(simulator);
    await till.page.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await till.says("Présentez la carte");
    simulator.tap();
    await till.says("Paiement accepté");
    const closed = till.page.waitForEvent("close");
    await till.page.close({ runBeforeUnload: true });
    await closed;
    expect(asked).toHaveLength(1);
  });

  it("comes back from the back-forward cache in the middle of a payment, shows it as open, and learns that it was approved", async () => {
    const { simulator, url } = await openHeldCounter();
    const till = await openWatchedTill(await newProfile(browser), url);
    await till.press(PAY);
    await cardExpected(simulator);
    await till.says("Présentez la carte");
    await leaveFor(till, "about:blank");
    simulator.tap();
    await comeBack(till);
    await till.says("Paiement à vérifier");
    expect(await till.hasButton(/Payer/)).toBe(false);
    await till.press(CHECK);
    await till.says("Paiement accepté");
    await till.page.locator(".receipt pre").waitFor();
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests).toHaveLength(1);
  });

  it("comes back from the back-forward cache after another page has settled its payment, and cannot charge it again", async () => {
    const { simulator, url } = await openHeldCounter();
    const till = await openWatchedTill(await newProfile(browser), url);
    await till.press(PAY);
    await cardExpected(simulator);
    await till.says("Présentez la carte");
    await leaveFor(till, `${url}&theme=dark`);
    await till.says("Paiement à vérifier");
    simulator.tap();
    await till.press(CHECK);
    await till.says("Paiement accepté");
    await till.page.goBack({ waitUntil: "commit" });
    // Restored or loaded anew, as the browser likes: in neither case is there a way to charge this sale again.
    await expect.poll(() => till.page.url()).toBe(url);
    await till.page.locator("concert-pay").waitFor({ state: "attached" });
    await expect.poll(() => till.hasButton("Annuler")).toBe(false);
    expect(await till.hasButton(/Payer/)).toBe(false);
    await till.page.reload();
    await till.page.locator(".receipt pre").waitFor();
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests).toHaveLength(1);
  });
});

declare global {
  interface Window {
    /** Set on a page that was shown before: gone, if the page is loaded anew. */
    wasHere: boolean | undefined;
  }
}

async function leaveFor({ page }: Till, url: string): Promise<void> {
  await page.evaluate(() => (window.wasHere = true));
  page.once("dialog", (dialog) => void dialog.accept());
  await page.goto(url);
  expect(await page.evaluate(() => window.wasHere)).toBeUndefined();
}

/** Back, and restored as it was left. */
async function comeBack({ page }: Till): Promise<void> {
  await page.goBack({ waitUntil: "commit" });
  await expect.poll(() => page.evaluate(() => window.wasHere)).toBe(true);
}
