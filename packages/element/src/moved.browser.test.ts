/** The element is moved, taken out and put back, or rendered anew, by pages and frameworks that mean nothing by it. */
import { afterEach, describe, expect, it } from "vitest";
import { memoryJournal } from "@concert-pay/core";
import { simulatedConnector, type PageSimulator } from "@concert-pay/simulator/page";
import "./define.ts";
import type { ConcertPay } from "./concert-pay.ts";

interface Shown {
  readonly element: ConcertPay;
  readonly simulator: PageSimulator;
  /** What was told and shown since the last payment was begun. */
  readonly told: string[];
}

const terminal = (id = "simulated:moved"): ReturnType<typeof simulatedConnector> =>
  simulatedConnector({ id, behaviour: "interactive", delayMs: 0, processingMs: 0 });

/** A sale without a key: only what is on the screen tells that it was paid. */
async function mount(): Promise<Shown> {
  const element = document.createElement("concert-pay");
  const connector = terminal();
  const told: string[] = [];
  element.addEventListener("concert-state", ({ detail }) => {
    if (told.at(-1) !== detail.name) told.push(detail.name);
  });
  element.addEventListener("concert-result", ({ detail }) => told.push(`result ${detail.outcome}`));
  Object.assign(element, { amount: "12.50", lang: "en", connector, journal: memoryJournal() });
  document.body.append(element);
  await expect.poll(() => element.state.name).toBe("idle");
  return { element, simulator: connector.simulator, told };
}

const words = ({ element }: Shown): string =>
  element.shadowRoot?.querySelector(".headline")?.textContent ?? "";

/** All tasks that are ready have run, those of the browser included. */
const turn = async (): Promise<void> => {
  for (let turns = 0; turns < 3; turns++)
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    });
};

const CHANGES: Readonly<Record<string, (element: ConcertPay) => Promise<void> | void>> = {
  "moved in the page": (element) => document.body.appendChild(document.createElement("div")).append(element),
  "taken out and put back later": async (element) => {
    element.remove();
    await turn();
    document.body.append(element);
  },
  "given a new connector of the same terminal": (element) => {
    element.connector = terminal();
  },
  "given a connector to another terminal": (element) => {
    element.connector = terminal("simulated:another");
  },
  "given another register number": (element) => {
    element.register = "02";
  },
};

afterEach(() => document.body.replaceChildren());

describe.each(Object.entries(CHANGES))("an element that is %s", (_, change) => {
  it("during a payment shows what came of it, and offers no Pay for it", async () => {
    const shown = await mount();
    const { element, simulator, told } = shown;
    told.length = 0;
    const paid = element.pay();
    await expect.poll(() => simulator.screen.name).toBe("card-expected");
    await change(element);
    await turn();
    simulator.press("tap");
    expect(await paid).toMatchObject({ outcome: "approved" });
    await turn();
    await element.updateComplete;
    expect(told.slice(told.indexOf("done"))).toEqual(["done", "result approved"]);
    expect(words(shown)).toBe("Payment approved");
    expect(simulator.ledger).toHaveLength(1);
  });

  it("after a payment goes on showing what came of it", async () => {
    const shown = await mount();
    const { element, simulator, told } = shown;
    const paid = element.pay();
    await expect.poll(() => simulator.screen.name).toBe("card-expected");
    simulator.press("tap");
    await paid;
    told.length = 0;
    await change(element);
    await turn();
    await element.updateComplete;
    expect(told).toEqual([]);
    expect(words(shown)).toBe("Payment approved");
  });
});

it("opens no terminal while it is out of the page", async () => {
  const { element } = await mount();
  element.remove();
  await turn();
  const connector = terminal("simulated:while-out");
  element.connector = connector;
  await element.updateComplete;
  await turn();
  document.body.append(element);
  await expect.poll(() => element.state.name).toBe("idle");
  void element.pay();
  await expect.poll(() => connector.simulator.screen.name).toBe("card-expected");
});

it("does not blink when it is rendered anew before the payment", async () => {
  const { element, told } = await mount();
  told.length = 0;
  element.connector = terminal();
  await element.updateComplete;
  await turn();
  expect(told).toEqual([]);
});
