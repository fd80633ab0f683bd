/** The page goes away in the middle of a payment over a serial line, which nobody holds for it. */
import { describe, expect, it } from "vitest";
import { serialRigMissing } from "../serial-rig/rig.ts";
import { openSerialCounter, type SerialCounter } from "./demo-serial-support.ts";
import { cardExpected, FIRST_SALE, PAY, type Till } from "./demo-support.ts";

const missing = serialRigMissing();
if (missing !== undefined) console.warn(missing);

const CHECK = "Vérifier auprès du terminal";

/** How the page goes. It comes back with `open`. */
const WAYS: Readonly<Record<string, (counter: SerialCounter, till: Till) => Promise<void>>> = {
  "the tab is closed": (_, { page }) => page.close(),
  "the tab crashes": async (_, { page }) => {
    const crashed = page.waitForEvent("crash");
    page.goto("chrome://crash").catch(() => undefined);
    await crashed;
  },
  "the whole browser is killed": async ({ rig }) => {
    await rig.killBrowser();
    await rig.startAgain();
  },
};

async function leftWhileCardIsAwaited(leave: (typeof WAYS)[string]): Promise<[SerialCounter, Till]> {
  const counter = await openSerialCounter({ behaviour: "interactive" });
  const till = await counter.open();
  await till.press(PAY);
  await till.says("Présentez la carte");
  await cardExpected(counter.simulator);
  await leave(counter, till);
  const again = await counter.open();
  await again.says("Paiement à vérifier");
  expect(await again.hasButton(/Payer/)).toBe(false);
  return [counter, again];
}

describe.runIf(missing === undefined)("a payment over a serial line", () => {
  it.each(Object.entries(WAYS))(
    "while %s and opened again, is settled by the answer for which the terminal bids several times",
    async (_, leave) => {
      const [{ simulator }, till] = await leftWhileCardIsAwaited(leave);
      await till.press(CHECK);
      await till.says("Vérification en cours");
      simulator.model.decide("idle-bids");
      await till.says("Paiement accepté");
      await till.page.locator(".receipt pre").waitFor();
      expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE }]);
      expect(simulator.requests).toHaveLength(1);
    },
  );

  it("stays open where the terminal gave up bidding while nobody listened, until a person has looked", async () => {
    const [{ simulator }, till] = await leftWhileCardIsAwaited((_, { page }) => page.close());
    simulator.tap();
    await expect.poll(() => simulator.requests[0]?.answer).toBe("undelivered");
    await till.press(CHECK);
    await till.says("Que montre le terminal ?");
    expect(await till.hasButton(/Payer/)).toBe(false);
    await till.element.getByLabel("Votre nom").fill("Ada");
    await till.press("Le terminal l’affiche accepté");
    await till.says(/Noté : paiement accepté.*Ada/s);
    await till.page.locator(".receipt pre").waitFor();
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests).toHaveLength(1);
  });
});
