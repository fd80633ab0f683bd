/**
 * A terminal behind a real bridge, with the line between them in the test's hand, and a page that remembers what it
 * has shown.
 * @module
 */
import type { BrowserContext } from "playwright";
import { expect, inject, onTestFinished } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "@concert-pay/simulator";
import { startBridge, type Bridge } from "@concert-pay/ws-bridge";
import { tillOn, type Till } from "../demo-support.ts";
import { HeldLine } from "./held-line.ts";

export interface HeldCounter {
  readonly simulator: Simulator;
  readonly bridge: Bridge;
  readonly line: HeldLine;
  /** Address of the register that pays through this bridge. */
  readonly url: string;
}

let counters = 0;

/** The demo on an origin of its own: what a page keeps there is nobody else's, in the same browser profile too. */
function freshDemo(): string {
  const demo = new URL(inject("demoUrl"));
  demo.hostname = `shop-${++counters}.localhost`;
  return demo.href;
}

export async function openHeldCounter(options: SimulatorOptions = {}): Promise<HeldCounter> {
  const simulator = await startSimulator({ port: 0, behaviour: "interactive", ...options });
  const line = await HeldLine.start(simulator.port);
  const demo = freshDemo();
  const bridge = await startBridge({
    terminals: { "counter-1": `127.0.0.1:${simulator.port}` },
    allowOrigins: [new URL(demo).origin],
    listen: { host: "127.0.0.1", port: 0 },
    connect: line.connect,
  });
  onTestFinished(async () => {
    await bridge.stop();
    await line.close();
    await simulator.stop();
  });
  return { simulator, bridge, line, url: registerUrl(bridge.url, "generic", demo) };
}

export function registerUrl(bridge: string, profile: string, demo = inject("demoUrl")): string {
  return `${demo}?lang=fr&profile=${profile}&bridge=${bridge}/terminals/counter-1`;
}

/** The bridge has seen that the page is gone. */
export async function nobodyListens(bridge: Bridge): Promise<void> {
  await expect.poll(() => bridge.counters().pages).toBe(0);
}

declare global {
  interface Window {
    /** Names of the states that `<concert-pay>` has shown on this page, in order. */
    shownStates: string[] | undefined;
  }
}

/** A cashier before a new page of the register, which remembers what `<concert-pay>` shows. */
export async function openWatchedTill(context: BrowserContext, url: string): Promise<Till> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const shown: string[] = [];
    window.shownStates = shown;
    addEventListener("concert-state", (event) => {
      const { name } = (event as CustomEvent<{ readonly name: string }>).detail;
      if (shown.at(-1) !== name) shown.push(name);
    });
  });
  await page.goto(url);
  return tillOn(page);
}

export async function statesShown({ page }: Till): Promise<readonly string[]> {
  return page.evaluate(() => window.shownStates ?? []);
}

/** From its first moment this page has shown the open payment and then its end: never a button that pays. */
export async function neverOfferedToPay(till: Till): Promise<void> {
  const shown = (await statesShown(till)).filter((name) => name !== "starting");
  expect(shown).toEqual(["blocked", "done"]);
}
