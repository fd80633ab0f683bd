import { describe, expect, it } from "vitest";
import { serialRigMissing } from "../serial-rig/rig.ts";
import { openSerialCounter } from "./demo-serial-support.ts";
import { cardExpected, FIRST_SALE, PAY } from "./demo-support.ts";

const missing = serialRigMissing();
if (missing !== undefined) console.warn(missing);

describe.runIf(missing === undefined)("the built demo on a real serial line", () => {
  for (const [dialect, profile] of [
    ["v3", "generic"],
    ["v2-e+", "generic-v2"],
  ] as const)
    it(`is ready without a click on a port picked earlier, and pays in ${dialect}`, async () => {
      const { simulator, open } = await openSerialCounter({ dialect });
      const till = await open(profile);
      await till.says("Prêt");
      expect(await till.hasButton("Connecter le terminal")).toBe(false);
      await till.press(PAY);
      await till.says("Paiement accepté");
      expect(simulator.ledger).toMatchObject([{ action: "debit", amount: FIRST_SALE }]);
      expect(till.failures).toEqual([]);
    });

  it("opens the line with the settings of the terminal's menu", async () => {
    const { device, simulator, open } = await openSerialCounter();
    const till = await open("generic", "19200-7E1");
    await till.press(PAY);
    await till.says("Paiement accepté");
    expect(device.hostSettings()).toMatchObject({ baud: 19_200, bits: 7, parity: "even", stop: 1 });
    expect(simulator.ledger).toHaveLength(1);
  });

  it("asks for the port once, through the browser's own list", async () => {
    const { rig, simulator, open } = await openSerialCounter({ chooser: true });
    const till = await open();
    await till.says("Terminal à connecter");
    const connect = "Connecter le terminal";
    await rig.chooser.cancel(async () => void (await till.press(connect)));
    await till.says("Terminal à connecter");
    await rig.chooser.accept(async () => {
      // The first list of a browser may close by itself: then the button is there again.
      if (await till.hasButton(connect)) await till.press(connect);
    });
    await till.press(PAY);
    await till.says("Paiement accepté");
    expect(simulator.ledger).toHaveLength(1);
  });

  it("is settled by the answer that the terminal still gives after the page was reloaded", async () => {
    const { simulator, open } = await openSerialCounter({ behaviour: "interactive" });
    const till = await open();
    await till.press(PAY);
    await till.says("Présentez la carte");
    await cardExpected(simulator);
    till.page.on("dialog", (dialog) => void dialog.accept());
    await till.page.reload();
    await till.says("Paiement à vérifier");
    await till.press("Vérifier auprès du terminal");
    await till.says("Vérification en cours");
    simulator.press("tap");
    await till.says("Paiement accepté");
    await till.page.locator(".receipt pre").waitFor();
    expect(simulator.ledger).toHaveLength(1);
  });

  it("does not know the outcome when the cable is pulled, and pays again on the same page once that is settled", async () => {
    const { device, simulator, open } = await openSerialCounter({ behaviour: "interactive" });
    const till = await open();
    await till.press(PAY);
    await till.says("Présentez la carte");
    await cardExpected(simulator);
    await device.pullCable();
    await till.says("Paiement à vérifier");
    expect(await till.hasButton(/Payer/)).toBe(false);
    // Switched off and on: it has nothing to say about that payment any more.
    simulator.model.reboot();
    await till.press("Vérifier auprès du terminal");
    await till.says("Que montre le terminal ?");
    await till.element.getByLabel("Votre nom").fill("Ada");
    await till.press("Le terminal l’affiche refusé, ou rien");
    await till.says("Noté : rien n’a été payé");
    await till.press("Continuer");
    await device.plugCableBack();
    await till.press(PAY);
    await cardExpected(simulator);
    simulator.press("tap");
    await till.says("Paiement accepté");
    expect(simulator.ledger).toHaveLength(1);
  });
});
