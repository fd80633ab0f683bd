import { afterAll, beforeAll } from "vitest";
import type { Browser } from "playwright";
import { launchChromium, newProfile } from "./demo-support.ts";
import { openWatchedTill } from "./money/counter.ts";
import { describePageGone } from "./money/page-gone.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describePageGone("the page is reloaded", async (url) => {
  const till = await openWatchedTill(await newProfile(browser), url);
  till.page.on("dialog", (dialog) => void dialog.accept());
  return {
    till,
    async leaveAndReturn(meanwhile) {
      await till.page.reload();
      await meanwhile();
      return till;
    },
  };
});
