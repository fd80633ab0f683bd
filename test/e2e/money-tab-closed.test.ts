import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright";
import { cardExpected, launchChromium, newProfile, PAY } from "./demo-support.ts";
import { nobodyListens, openHeldCounter, openWatchedTill } from "./money/counter.ts";
import { describePageGone } from "./money/page-gone.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describePageGone("the tab is closed and the register opened in another one", async (url) => {
  const context = await newProfile(browser);
  const till = await openWatchedTill(context, url);
  return {
    till,
    async leaveAndReturn(meanwhile) {
      await till.page.close();
      await meanwhile();
      return openWatchedTill(context, url);
    },
  };
});

it("when the browser was emptied meanwhile, a payment that the bridge holds keeps the next one from being made", async () => {
  const { simulator, bridge, url } = await openHeldCounter();
  const before = await newProfile(browser);
  const till = await openWatchedTill(before, url);
  await till.press(PAY);
  await cardExpected(simulator);
  await before.close();
  await nobodyListens(bridge);
  simulator.tap();
  // To its origin, an emptied browser is a new one.
  const emptied = await openWatchedTill(await newProfile(browser), url);
  await emptied.says("Journal de la caisse perdu");
  expect(await emptied.hasButton(/Payer/)).toBe(false);
  await emptied.element.getByLabel("Votre nom").fill("Ada");
  await emptied.press("J’ai vérifié le journal du terminal");
  await emptied.says("Prêt");
  expect(simulator.ledger).toHaveLength(1);
});
