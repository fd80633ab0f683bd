import { afterAll, onTestFinished } from "vitest";
import { findQuickChromium } from "../../scripts/chromium.mjs";
import { openWatchedTill } from "./money/counter.ts";
import { describePageGone } from "./money/page-gone.ts";
import { ShopBrowser } from "./money/shop-browser.ts";

/** Killed in each test that wants it; what runs again afterwards serves the next one. */
const shop = new ShopBrowser(findQuickChromium());
afterAll(() => shop.dispose());

describePageGone("the whole browser is killed and started again", async (url) => {
  onTestFinished(() => shop.closePages());
  return {
    till: await openWatchedTill(await shop.start(), url),
    async leaveAndReturn(meanwhile) {
      await shop.kill();
      await meanwhile();
      return openWatchedTill(await shop.start(), url);
    },
  };
});
