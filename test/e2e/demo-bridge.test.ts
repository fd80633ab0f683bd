import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Browser } from "playwright";
import {
  cardExpected,
  FIRST_SALE,
  launchChromium,
  newProfile,
  openCounter,
  openTill,
  PAY,
} from "./demo-support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe("the built demo over the bridge and TCP", () => {
  it("pays, and prints a receipt with the card ticket", async () => {
    const { simulator, url } = await openCounter();
    const till = await openTill(await newProfile(browser), url);
    await till.press(PAY);
    await till.says("Paiement accepté");
    expect(simulator.ledger).toMatchObject([{ action: "debit", amount: FIRST_SALE, reference: "T0001" }]);
    const receipt = await till.page.locator(".receipt pre").innerText();
    expect(receipt).toContain(String(simulator.ledger[0]?.authorisation));
    expect(receipt).toContain("TICKET CARTE");
    await till.page.getByRole("button", { name: "Vente suivante" }).click();
    await till.says("En attente d’un montant");
    expect(till.failures).toEqual([]);
  });

  it("says that a refused payment was not charged, and pays at the next attempt", async () => {
    const { simulator, url } = await openCounter({ behaviours: ["refuse"] });
    const till = await openTill(await newProfile(browser), url);
    await till.press(PAY);
    await till.says(/Paiement refusé.*n’est pas débité/s);
    expect(simulator.ledger).toEqual([]);
    await till.press(PAY);
    await till.says("Paiement accepté");
    expect(simulator.ledger).toHaveLength(1);
  });

  it("shows a payment given up with the red key as abandoned", async () => {
    const { simulator, url } = await openCounter({ behaviours: ["red-key"] });
    const till = await openTill(await newProfile(browser), url);
    await till.press(PAY);
    await till.says(/Paiement abandonné.*n’est pas débité/s);
    expect(simulator.ledger).toEqual([]);
  });

  it("cancels only on the terminal, and the payment wins if it is approved meanwhile", async () => {
    const { simulator, url } = await openCounter({ behaviour: "interactive" });
    const till = await openTill(await newProfile(browser), url);
    for (const [key, outcome] of [
      ["red", "Paiement abandonné"],
      ["tap", "Paiement accepté"],
    ] as const) {
      await till.press(PAY);
      await till.says("Présentez la carte");
      await cardExpected(simulator);
      await till.press("Annuler");
      await till.says("lui seul peut annuler");
      simulator.press(key);
      await till.says(outcome);
    }
    expect(simulator.ledger).toHaveLength(1);
  });

  it("names what to do when the bridge refuses, does not run, or the terminal is off", async () => {
    const { simulator, bridge, url } = await openCounter();
    const till = await openTill(await newProfile(browser), url.replace("counter-1", "counter-9"));
    await till.press(PAY);
    await till.says(/ne connaît pas ce terminal.*Rien n’a été envoyé/s);
    await simulator.stop();
    await till.page.goto(url);
    await till.press(PAY);
    await till.says(/le terminal ne répond pas.*Rien n’a été envoyé/s);
    await bridge.stop();
    await till.press(PAY);
    await till.says(/concert-bridge.*Rien n’a été envoyé/s);
    expect(await till.hasButton(PAY)).toBe(true);
  });
});

describe("a payment whose answer never comes", () => {
  it("is unknown when the terminal hangs up, blocks the next one across a reload, and a person settles it", async () => {
    const { simulator, url } = await openCounter({ behaviours: ["charge-then-hang-up"] });
    const till = await openTill(await newProfile(browser), url);
    await till.press(PAY);
    await till.says("Paiement à vérifier");
    expect(await till.hasButton(/Payer/)).toBe(false);
    // Not to be got round by another way to a terminal either.
    await till.page.goto(`${url}&terminal=page`);
    await till.says("Paiement à vérifier");
    expect(await till.hasButton(/Payer/)).toBe(false);
    expect(await till.page.getByRole("radio", { name: "Dans la page" }).isDisabled()).toBe(true);
    await till.press("Vérifier auprès du terminal");
    await till.says("Que montre le terminal ?");
    await till.element.getByLabel("Votre nom").fill("Ada");
    await till.press("Le terminal l’affiche accepté");
    await till.says(/Noté : paiement accepté.*Ada/s);
    expect(await till.page.locator(".receipt pre").innerText()).toMatch(/Vérifié par +Ada/);
    expect(simulator.requests.filter(({ action }) => action === "0")).toHaveLength(1);
  });

  it("is unknown after three minutes of silence, and blocks the next one", async () => {
    const { simulator, url } = await openCounter({ behaviour: "interactive" });
    const context = await newProfile(browser);
    await context.clock.install();
    const till = await openTill(context, url);
    await till.press(PAY);
    await till.says("Présentez la carte");
    await cardExpected(simulator);
    await till.page.clock.fastForward(181_000);
    await till.says("Paiement à vérifier");
    expect(await till.hasButton(/Payer/)).toBe(false);
    expect(simulator.requests).toHaveLength(1);
  });

  it("may hide in a journal that was deleted: then a person looks before the first payment", async () => {
    const { simulator, url } = await openCounter();
    const till = await openTill(await newProfile(browser), url);
    await till.press(PAY);
    await till.says("Paiement accepté");
    await till.page.getByRole("button", { name: "Vente suivante" }).click();
    // A page of the same origin without the journal's worker.
    await till.page.goto(new URL("favicon.txt", inject("demoUrl")).href, { waitUntil: "commit" });
    await till.page.setContent("");
    await till.page.evaluate(async () => {
      const root = (await navigator.storage.getDirectory()) as FileSystemDirectoryHandle & {
        keys(): AsyncIterable<string>;
      };
      for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
    });
    await till.page.goto(url);
    await till.says("Journal de la caisse perdu");
    expect(await till.hasButton(/Payer/)).toBe(false);
    await till.element.getByLabel("Votre nom").fill("Ada");
    await till.press("J’ai vérifié le journal du terminal");
    await till.says("En attente d’un montant");
    expect(simulator.ledger).toHaveLength(1);
  });
});
