/** A tab that the browser freezes in the middle of a payment: its timers stop, and its connections die unnoticed. */
import { expect, it, onTestFinished } from "vitest";
import { cardExpected, FIRST_SALE } from "./demo-support.ts";
import { openHeldCounter } from "./money/counter.ts";
import { RawDevtools, type RawPage } from "./money/raw-devtools.ts";

const IN_ELEMENT = `document.querySelector("concert-pay")?.shadowRoot`;

async function press(page: RawPage, part: string): Promise<void> {
  const clicked = (): Promise<boolean> =>
    page.evaluate(
      `(() => { const b = ${IN_ELEMENT}?.querySelector("[part~=${part}]:enabled"); b?.click(); return b != null; })()`,
    );
  await expect.poll(clicked).toBe(true);
}

async function says(page: RawPage, words: string): Promise<void> {
  await expect.poll(() => page.evaluate<string>(`${IN_ELEMENT}?.textContent ?? ""`)).toContain(words);
}

it("a tab frozen while the card is expected learns of the approval when it thaws, and charges once", async () => {
  const { simulator, bridge, url } = await openHeldCounter();
  const devtools = await RawDevtools.start();
  onTestFinished(() => devtools.dispose());
  const page = await devtools.open(url);
  await page.show();
  await says(page, "Prêt");
  await page.evaluate(`document.addEventListener("freeze", () => (window.wasFrozen = true))`);
  await press(page, "pay");
  await cardExpected(simulator);
  await says(page, "Présentez la carte");

  const other = await devtools.open("about:blank");
  await other.show();
  await expect.poll(() => page.evaluate("document.visibilityState")).toBe("hidden");
  await page.freeze();
  simulator.tap();
  // The terminal's whole answer has reached the bridge, and no page has confirmed it.
  await expect.poll(() => simulator.requests[0]?.answer).toBe("sent");
  await expect.poll(() => bridge.counters().bytesToPages).toBeGreaterThan(0);

  await page.show();
  await page.thaw();
  expect(await page.evaluate("window.wasFrozen")).toBe(true);
  const told = async (): Promise<boolean> => {
    const text = await page.evaluate<string>(`${IN_ELEMENT}?.textContent ?? ""`);
    return text.includes("Paiement à vérifier") || text.includes("Paiement accepté");
  };
  await expect.poll(told).toBe(true);
  if (!(await page.evaluate<string>(`${IN_ELEMENT}?.textContent ?? ""`)).includes("Paiement accepté"))
    await press(page, "check");
  await says(page, "Paiement accepté");
  expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE }]);
  expect(simulator.requests).toHaveLength(1);
});
