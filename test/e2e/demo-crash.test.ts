import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { expect, it, onTestFinished } from "vitest";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { cardExpected, FIRST_SALE, openCounter, openTill, PAY, type Till } from "./demo-support.ts";

/** A browser that can be killed as by a power switch, on a profile that outlives it. */
async function openOn(profile: string, url: string): Promise<{ till: Till; kill: () => Promise<void> }> {
  await rm(join(profile, "DevToolsActivePort"), { force: true });
  const flags = [...chromiumFlags, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  // Detached: a process group of its own.
  const browser = spawn(findChromium() ?? "", flags, { detached: true, stdio: "ignore" });
  const gone = new Promise<void>((resolve) => browser.once("close", () => resolve()));
  const kill = async (): Promise<void> => {
    if (browser.pid === undefined) return;
    try {
      process.kill(-browser.pid, "SIGKILL");
    } catch {
      // Gone already.
    }
    await gone;
  };
  onTestFinished(kill);
  const port = await expect
    .poll(() => readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => ""), { timeout: 10_000 })
    .toMatch(/^\d+\n/)
    .then(async () => (await readFile(join(profile, "DevToolsActivePort"), "utf8")).split("\n")[0]);
  const connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = connection.contexts();
  if (context === undefined) throw new Error("the browser has no profile");
  context.setDefaultTimeout(10_000);
  return { till: await openTill(context, url), kill };
}

async function newProfileFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "concert-crash-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

it("a browser killed while the card is expected finds the payment again, approved and charged once", async () => {
  const profile = await newProfileFolder();
  const { simulator, url } = await openCounter({ behaviour: "interactive" });
  const before = await openOn(profile, url);
  await before.till.press(PAY);
  await before.till.says("Présentez la carte");
  await cardExpected(simulator);
  await before.kill();
  simulator.press("tap");

  const { till } = await openOn(profile, url);
  await till.says("Paiement à vérifier");
  expect(await till.hasButton(/Payer/)).toBe(false);
  await till.press("Vérifier auprès du terminal");
  await till.says("Paiement accepté");
  await till.page.locator(".receipt pre").waitFor();
  expect(simulator.ledger).toMatchObject([{ amount: FIRST_SALE }]);
});

it("a browser killed as soon as the payment was approved does not charge it again", async () => {
  const profile = await newProfileFolder();
  const { simulator, url } = await openCounter();
  const before = await openOn(profile, url);
  await before.till.press(PAY);
  await before.till.says("Paiement accepté");
  await before.kill();

  const { till } = await openOn(profile, url);
  await till.page.locator("#sale").waitFor();
  // The sale may not have learnt of it; its payment has.
  if (await till.page.locator(".receipt").isHidden()) {
    await till.press(PAY);
    await till.says("Paiement accepté");
  }
  await till.page.locator(".receipt pre").waitFor();
  expect(simulator.ledger).toHaveLength(1);
});
