/** Two tabs of one register, one terminal. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright";
import type { Simulator } from "@concert-pay/simulator";
import { cardExpected, FIRST_SALE, launchChromium, newProfile, PAY, type Till } from "./demo-support.ts";
import { nobodyListens, openHeldCounter, openWatchedTill, type HeldCounter } from "./money/counter.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Both show the same sale: the register's. */
async function openTwoTabs({ url }: HeldCounter): Promise<readonly [Till, Till]> {
  const context = await newProfile(browser);
  const tabs = [await openWatchedTill(context, url), await openWatchedTill(context, url)] as const;
  // A tab that loads while the other one pays shows that payment, and no button.
  for (const tab of tabs) await tab.says("Prêt");
  return tabs;
}

const headline = ({ element }: Till): Promise<string> => element.locator("[part=headline]").innerText();

/** The next customer buys a coffee. */
async function payNextSale({ page, press, says }: Till, simulator: Simulator): Promise<void> {
  await page.getByRole("button", { name: "Vente suivante" }).click();
  await page.locator("[data-article=coffee]").click();
  await press("Payer 2,20 €");
  await cardExpected(simulator);
  simulator.tap();
  await says(/Paiement accepté.*2,20/s);
}

describe("two tabs with one terminal", () => {
  it("that press Pay at once charge once; the other one is told who has the terminal, then that the sale is paid, and can pay when that tab is closed", async () => {
    const counter = await openHeldCounter();
    const { simulator } = counter;
    const tabs = await openTwoTabs(counter);
    await Promise.all(tabs.map((tab) => tab.press(PAY)));
    await cardExpected(simulator);
    await expect
      .poll(async () => [await headline(tabs[0]), await headline(tabs[1])].sort())
      .toEqual(["Pas maintenant", "Présentez la carte"]);
    const secondWins = (await headline(tabs[1])) === "Présentez la carte";
    const [paying, other] = secondWins ? [tabs[1], tabs[0]] : tabs;
    await other.says(
      /Le terminal est utilisé par : Vente T0001 · Caisse de démonstration · Concert.*Cette fois, rien n’a été envoyé/s,
    );
    simulator.tap();
    await paying.says("Paiement accepté");
    // The terminal stays with the tab that had it last, for its next payment. What is known of the sale is shown.
    await other.press(PAY);
    await other.says("Paiement accepté");
    await other.page.locator(".receipt pre").waitFor();
    expect(simulator.requests).toHaveLength(1);
    expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE }]);

    await paying.page.close();
    await payNextSale(other, simulator);
    expect(simulator.ledger.map(({ amount }) => amount)).toEqual([FIRST_SALE, 220]);
    expect(simulator.requests).toHaveLength(2);
  });

  it("of which one is closed in the middle of its payment: the other one settles that before it can pay", async () => {
    const counter = await openHeldCounter();
    const { simulator, bridge } = counter;
    const [first, second] = await openTwoTabs(counter);
    await first.press(PAY);
    await cardExpected(simulator);
    await first.page.close();
    await nobodyListens(bridge);
    await second.press(PAY);
    await second.says("Paiement à vérifier");
    expect(await second.hasButton(/Payer/)).toBe(false);
    simulator.tap();
    await second.press("Vérifier auprès du terminal");
    await second.says("Paiement accepté");
    await second.page.locator(".receipt pre").waitFor();
    expect(simulator.requests).toHaveLength(1);
    await payNextSale(second, simulator);
    expect(simulator.ledger.map(({ amount }) => amount)).toEqual([FIRST_SALE, 220]);
  });
});
