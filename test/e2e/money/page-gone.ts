/**
 * The page goes away in the middle of a payment, at each of its phases, and the money does not care.
 * @module
 */
import { describe, expect, it } from "vitest";
import { cardExpected, FIRST_SALE, PAY, type Till } from "../demo-support.ts";
import { neverOfferedToPay, nobodyListens, openHeldCounter, statesShown } from "./counter.ts";

/** A page before a cashier, and the way it goes and comes back. */
export interface Register {
  readonly till: Till;
  /** @param meanwhile what happens while the page is away */
  readonly leaveAndReturn: (meanwhile: () => Promise<void>) => Promise<Till>;
}

const CHECK = "Vérifier auprès du terminal";

export function describePageGone(how: string, openRegister: (url: string) => Promise<Register>): void {
  describe(`when ${how}`, () => {
    it("before the terminal is reached, nothing is charged and the sale can be paid", async () => {
      const { simulator, bridge, line, url } = await openHeldCounter();
      const { till, leaveAndReturn } = await openRegister(url);
      line.holdCalls();
      await till.press(PAY);
      await till.says("Appel du terminal");
      await expect.poll(() => bridge.counters().begun).toBe(1);
      const again = await leaveAndReturn(async () => {
        await nobodyListens(bridge);
        line.letGo();
      });
      await again.says("Prêt");
      expect(simulator.requests).toEqual([]);
      await again.press(PAY);
      await cardExpected(simulator);
      simulator.tap();
      await again.says("Paiement accepté");
      expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE }]);
      expect(simulator.requests).toHaveLength(1);
    });

    it("after the payment was written down but before its first byte left, nothing is charged and the sale can be paid", async () => {
      const { simulator, bridge, url } = await openHeldCounter();
      const { till, leaveAndReturn } = await openRegister(url);
      await till.page.evaluate(() => {
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = function (data): void {
          if (typeof data === "string") send.call(this, data);
        };
      });
      await till.press(PAY);
      await till.says("Présentez la carte");
      const again = await leaveAndReturn(() => nobodyListens(bridge));
      await again.says("Paiement à vérifier");
      expect(await again.hasButton(/Payer/)).toBe(false);
      await again.press(CHECK);
      await again.says("n’est pas débité");
      expect(simulator.requests).toEqual([]);
      await again.press(PAY);
      await cardExpected(simulator);
      simulator.tap();
      await again.says("Paiement accepté");
      expect(simulator.ledger).toHaveLength(1);
    });

    it("while the card is awaited, and the customer taps before it is back, the payment is shown as approved", async () => {
      const { simulator, bridge, url } = await openHeldCounter();
      const { till, leaveAndReturn } = await openRegister(url);
      await till.press(PAY);
      await cardExpected(simulator);
      await till.says("Présentez la carte");
      const again = await leaveAndReturn(async () => {
        await nobodyListens(bridge);
        simulator.tap();
      });
      await again.says("Paiement à vérifier");
      await again.press(CHECK);
      await again.says("Paiement accepté");
      await isPaidOnce(again);
      expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE, reference: "T0001" }]);
      expect(simulator.requests).toHaveLength(1);
    });

    it("while the card is awaited, and the customer taps only after it is back, the payment is shown as approved", async () => {
      const { simulator, bridge, url } = await openHeldCounter();
      const { till, leaveAndReturn } = await openRegister(url);
      await till.press(PAY);
      await cardExpected(simulator);
      const again = await leaveAndReturn(() => nobodyListens(bridge));
      await again.press(CHECK);
      await again.says("Vérification en cours");
      await expect.poll(() => bridge.counters().pages).toBe(1);
      simulator.tap();
      await again.says("Paiement accepté");
      await isPaidOnce(again);
      expect(simulator.ledger).toHaveLength(1);
      expect(simulator.requests).toHaveLength(1);
    });

    it("while half of the answer is on its way, the payment is shown as approved", async () => {
      const { simulator, bridge, line, url } = await openHeldCounter();
      const { till, leaveAndReturn } = await openRegister(url);
      line.holdAnswersAfter(40);
      await till.press(PAY);
      await cardExpected(simulator);
      simulator.tap();
      await expect.poll(() => bridge.counters().bytesToPages).toBe(40);
      const again = await leaveAndReturn(async () => {
        await nobodyListens(bridge);
        line.letGo();
      });
      await again.press(CHECK);
      await again.says("Paiement accepté");
      await isPaidOnce(again);
      expect(simulator.ledger).toHaveLength(1);
      expect(simulator.requests).toHaveLength(1);
    });

    it("while the card is awaited, and the bank refuses it, the payment is shown as refused and can be made again", async () => {
      const { simulator, bridge, url } = await openHeldCounter();
      const { till, leaveAndReturn } = await openRegister(url);
      await till.press(PAY);
      await cardExpected(simulator);
      const again = await leaveAndReturn(async () => {
        await nobodyListens(bridge);
        simulator.refuse();
      });
      await again.press(CHECK);
      await again.says(/Paiement refusé.*n’est pas débité/s);
      await neverOfferedToPay(again);
      expect(simulator.ledger).toEqual([]);
      await again.press(PAY);
      await cardExpected(simulator);
      simulator.insert();
      await again.says("Paiement accepté");
      expect(simulator.ledger).toHaveLength(1);
    });

    it("after the approval was shown, the sale is not charged again", async () => {
      const { simulator, bridge, url } = await openHeldCounter({ behaviour: "approve" });
      const { till, leaveAndReturn } = await openRegister(url);
      await till.press(PAY);
      await till.says("Paiement accepté");
      const again = await leaveAndReturn(() => nobodyListens(bridge));
      await again.page.locator(".receipt pre").waitFor();
      expect(await again.hasButton(/Payer/)).toBe(false);
      expect(await statesShown(again)).not.toContain("calling");
      expect(simulator.ledger).toHaveLength(1);
    });
  });
}

/** The register prints the receipt of this sale, and offers the next one and nothing else. */
async function isPaidOnce(till: Till): Promise<void> {
  await till.page.locator(".receipt pre").waitFor();
  expect(await till.hasButton(/Payer/)).toBe(false);
  await neverOfferedToPay(till);
}
