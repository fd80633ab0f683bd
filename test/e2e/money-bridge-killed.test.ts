/** The bridge dies in the middle of a payment and forgets all it knew; what is known then comes from elsewhere. */
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import type { Browser } from "playwright";
import { startSimulator, type Simulator } from "@concert-pay/simulator";
import { cardExpected, FIRST_SALE, launchChromium, newProfile, PAY, type Till } from "./demo-support.ts";
import { BridgeProgram, buildBridge } from "./money/bridge-program.ts";
import { openWatchedTill, registerUrl, statesShown } from "./money/counter.ts";

let browser: Browser;
beforeAll(async () => {
  buildBridge();
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Doubt {
  readonly till: Till;
  readonly simulator: Simulator;
  readonly bridge: BridgeProgram;
}

/** A register whose bridge was killed while the card was awaited; it runs again. */
async function killedMidway(profile: string): Promise<Doubt> {
  const simulator = await startSimulator({ port: 0, behaviour: "interactive" });
  onTestFinished(() => simulator.stop());
  const origin = new URL(inject("demoUrl")).origin;
  const bridge = new BridgeProgram({ terminalPort: simulator.port, origin });
  onTestFinished(() => bridge.kill());
  await bridge.start();
  const till = await openWatchedTill(await newProfile(browser), registerUrl(bridge.url, profile));
  await till.press(PAY);
  await cardExpected(simulator);
  await till.says("Présentez la carte");
  await bridge.kill();
  await till.says("Paiement à vérifier");
  expect(await till.hasButton(/Payer/)).toBe(false);
  await bridge.start();
  return { till, simulator, bridge };
}

const CHECK = "Vérifier auprès du terminal";

describe("a bridge killed in the middle of a payment and started again", () => {
  it("leaves an unknown payment that blocks, over a reload too, until a person has looked at the terminal", async () => {
    const { till, simulator } = await killedMidway("generic");
    simulator.tap();
    await till.page.reload();
    await till.says("Paiement à vérifier");
    expect(await till.hasButton(/Payer/)).toBe(false);
    await till.press(CHECK);
    await till.says("Que montre le terminal ?");
    expect(await till.hasButton(/Payer/)).toBe(false);
    await till.element.getByLabel("Votre nom").fill("Ada");
    await till.press("Le terminal l’affiche accepté");
    await till.says(/Noté : paiement accepté.*Ada/s);
    expect(await till.page.locator(".receipt pre").innerText()).toMatch(/Vérifié par +Ada/);
    expect(await statesShown(till)).toEqual(["starting", "blocked", "settled"]);
    expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE, reference: "T0001" }]);
    expect(simulator.requests).toHaveLength(1);
  });

  it("takes the status for the outcome where the terminal names this payment by its reference", async () => {
    const { till, simulator } = await killedMidway("payxpress");
    simulator.tap();
    await till.press(CHECK);
    await till.says("Paiement accepté");
    await till.page.locator(".receipt pre").waitFor();
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests.map(({ action }) => action)).toEqual(["0", "T"]);
  });

  it("asks a person while the terminal still waits for the card, and takes the status once it has an outcome", async () => {
    const { till, simulator } = await killedMidway("payxpress");
    await till.press(CHECK);
    await till.says("Que montre le terminal ?");
    expect(await till.hasButton(/Payer/)).toBe(false);
    simulator.insert();
    await till.press("Vérifier à nouveau");
    await till.says("Paiement accepté");
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests.filter(({ action }) => action === "0")).toHaveLength(1);
  });

  it("shows the terminal's last ticket beside the question where the status proves nothing", async () => {
    const { till, simulator } = await killedMidway("payxpress");
    simulator.refuse();
    await till.press(CHECK);
    await till.says("Que montre le terminal ?");
    expect(await till.element.locator("[part=ticket]").innerText()).toMatch(
      /13.50 EUR\s+TRANSACTION NON EFFECTUEE/,
    );
    await till.element.getByLabel("Votre nom").fill("Ada");
    await till.press("Le terminal l’affiche refusé, ou rien");
    await till.says("Noté : rien n’a été payé");
    expect(simulator.ledger).toEqual([]);
    await till.press("Continuer");
    await till.press(PAY);
    await cardExpected(simulator);
    simulator.tap();
    await till.says("Paiement accepté");
    expect(simulator.ledger).toHaveLength(1);
  });

  it("says that nothing could be asked while the bridge is still down, and goes on blocking", async () => {
    const { till, simulator, bridge } = await killedMidway("generic");
    await bridge.kill();
    simulator.tap();
    await till.press(CHECK);
    await till.says("Que montre le terminal ?");
    expect(await till.hasButton(/Payer/)).toBe(false);
    expect(await till.hasButton("Vérifier à nouveau")).toBe(true);
    expect(simulator.ledger).toHaveLength(1);
  });
});
