import { afterAll, expect, it } from "vitest";
import type { Page } from "playwright";
import { Random } from "../../packages/simulator/src/world/random.ts";
import { findQuickChromium } from "../../scripts/chromium.mjs";
import { openHeldCounter, openWatchedTill } from "./money/counter.ts";
import { lookAndPress, type Seen } from "./money/hasty-cashier.ts";
import { ShopBrowser } from "./money/shop-browser.ts";

const KILLS = Number(process.env["CONCERT_KILLS"] ?? 10);
const SEED = Number(process.env["CONCERT_SEED"] ?? 20_261_124);

const shop = new ShopBrowser(findQuickChromium());
afterAll(() => shop.dispose());

it(
  `charges no sale twice and loses none, over ${KILLS} kills of the browser during a series of payments (CONCERT_SEED sets when, CONCERT_KILLS how many)`,
  { timeout: 60_000 + KILLS * 10_000 },
  async () => {
    const random = new Random(SEED);
    const { simulator, url } = await openHeldCounter({
      behaviour: "approve",
      behaviours: ["approve", "slow", "refuse", "approve", "split", "red-key", "approve", "refuse", "slow"],
      delayMs: 60,
    });
    const seen: Exclude<Seen, { what: "nothing new" }>[] = [];
    const referencesOf = (what: Seen["what"]): readonly string[] =>
      seen.filter((one) => one.what === what).map(({ reference }) => reference);

    /** Until the cashier has seen or done this so many times. */
    const sellUntil = async (page: Page, what: Seen["what"], times: number): Promise<void> => {
      for (let left = times; left > 0;) {
        const now = await lookAndPress(page);
        if (now.what === "a person is asked") throw new Error(`nobody but a person knows: ${now.reference}`);
        if (now.what === "nothing new") await new Promise((resolve) => setTimeout(resolve, 5));
        else seen.push(now);
        if (now.what === what) left -= 1;
      }
    };

    for (let kill = 0; kill < KILLS; kill += 1) {
      const { page } = await openWatchedTill(await shop.start(), url);
      await sellUntil(page, "pay pressed", random.between(1, 2));
      // Any moment of a payment will do: no assertion depends on which one it is.
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 200)));
      await shop.kill();
    }
    const { page } = await openWatchedTill(await shop.start(), url);
    await sellUntil(page, "paid", 2);

    const charged = simulator.ledger.map(({ reference }) => reference ?? "");
    expect(new Set(charged).size).toBe(charged.length);
    expect([...referencesOf("paid")].sort()).toEqual([...charged].sort());
    // The kills did meet payments.
    expect(referencesOf("unsettled").length).toBeGreaterThan(0);
    console.info(
      `${charged.length} sales charged, ${new Set(referencesOf("unsettled")).size} of them or of the refused were shown as open after a kill`,
    );
  },
);
