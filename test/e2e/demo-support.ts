/**
 * A cashier before the built demo, and a terminal behind a real bridge.
 * @module
 */
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from "playwright";
import { expect, inject, onTestFinished } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "@concert-pay/simulator";
import { startBridge, type Bridge } from "@concert-pay/ws-bridge";
import { chromiumFlags, findQuickChromium } from "../../scripts/chromium.mjs";

/** How long a step of a test waits for the page, in milliseconds: far beyond what it takes. */
export const PATIENCE_MS = 20_000;

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findQuickChromium() ?? "", args: chromiumFlags });
}

export interface Counter {
  readonly simulator: Simulator;
  readonly bridge: Bridge;
  /** Address of the register that pays through this bridge. */
  readonly url: string;
}

/** A simulated terminal on TCP and a bridge to it, for one test. */
export async function openCounter(options: SimulatorOptions = {}): Promise<Counter> {
  const simulator = await startSimulator({ port: 0, ...options });
  const demo = inject("demoUrl");
  const bridge = await startBridge({
    terminals: { "counter-1": `127.0.0.1:${simulator.port}` },
    allowOrigins: [new URL(demo).origin],
    listen: { host: "127.0.0.1", port: 0 },
  });
  onTestFinished(async () => {
    await bridge.stop();
    await simulator.stop();
  });
  return { simulator, bridge, url: `${demo}?lang=fr&bridge=${bridge.url}/terminals/counter-1` };
}

/** A browser profile of its own, empty, for one test. */
export async function newProfile(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  onTestFinished(() => context.close());
  return context;
}

export interface Till {
  readonly page: Page;
  readonly element: Locator;
  /** What `<concert-pay>` announces: the text of its live regions. */
  readonly says: (words: string | RegExp) => Promise<void>;
  readonly press: (name: string | RegExp) => Promise<void>;
  readonly hasButton: (name: string | RegExp) => Promise<boolean>;
  /** What went wrong in the page by itself. */
  readonly failures: readonly string[];
}

export async function openTill(context: BrowserContext, url: string): Promise<Till> {
  const page = await context.newPage();
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(String(error)));
  await page.goto(url);
  return tillOn(page, failures);
}

/** French has blanks that no line is broken at; a test writes what is read. */
function blankBlind(words: string | RegExp): RegExp {
  return typeof words === "string"
    ? new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s+"), "i")
    : new RegExp(words.source.replaceAll(" ", "\\s"), words.flags);
}

export function tillOn(page: Page, failures: readonly string[] = []): Till {
  const element = page.locator("concert-pay");
  const button = (name: string | RegExp): Locator => element.getByRole("button", { name: blankBlind(name) });
  return {
    page,
    element,
    failures,
    says: async (words) => {
      const region = element.locator("[role=status]:not(:empty), [role=alert]:not(:empty)");
      await region.filter({ hasText: blankBlind(words) }).waitFor();
    },
    press: (name) => button(name).click(),
    hasButton: async (name) => (await button(name).count()) > 0,
  };
}

/** The basket of a first sale: 13.50 €. */
export const PAY = "Payer 13,50 €";
export const FIRST_SALE = 1350;

/** Waits until the terminal's own screen shows that it waits for a card. */
export async function cardExpected(simulator: Simulator): Promise<void> {
  await expect.poll(() => simulator.screen.name).toBe("card-expected");
}
