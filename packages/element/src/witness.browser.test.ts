/** The page's own journal has been wiped, and a bridge remembers more than it does. */
import { afterEach, expect, it } from "vitest";
import { ConcertError } from "@concert-pay/core";
import { simulatedConnector, type PageSimulator } from "@concert-pay/simulator/page";
import "./define.ts";
import type { ConcertPay } from "./concert-pay.ts";

interface Counter {
  readonly element: ConcertPay;
  readonly simulator: PageSimulator;
}

/** A terminal behind a bridge that answers so when it is asked what it holds; the journal is the page's. */
function counter(name: string, heldExchanges: () => Promise<number>): Counter {
  const id = `ws://bridge/terminals/${name}`;
  const simulated = simulatedConnector({ id, behaviour: "approve", delayMs: 0, processingMs: 0 });
  const connector = Object.assign(simulated, { heldExchanges });
  const element = Object.assign(document.createElement("concert-pay"), {
    amount: "1",
    lang: "en",
    connector,
  });
  document.body.append(element);
  return { element, simulator: simulated.simulator };
}

const UNREACHABLE = new ConcertError("UNREACHABLE", "the bridge could not be asked", { reason: "no-answer" });

async function settled({ element }: Counter): Promise<void> {
  await expect.poll(() => element.state.name).toBe("history-lost");
  const root = element.shadowRoot;
  const name = root?.querySelector("input");
  if (name instanceof HTMLInputElement) {
    name.value = "Ada";
    name.dispatchEvent(new Event("input", { bubbles: true }));
  }
  root?.querySelector<HTMLButtonElement>("button[part~=answer]")?.click();
  await expect.poll(() => element.state.name).toBe("idle");
}

afterEach(() => document.body.replaceChildren());

it("each terminal's bridge is asked, whichever was the first on the page", async () => {
  const asked: string[] = [];
  const holding = (name: string, held: number) => async (): Promise<number> => {
    asked.push(name);
    return held;
  };
  const one = counter("first", holding("first", 0));
  await expect.poll(() => one.element.state.name).toBe("idle");
  const two = counter("second", holding("second", 1));
  await expect.poll(() => two.element.state.name).toBe("history-lost");
  expect(await two.element.pay()).toBeUndefined();
  await settled(two);
  expect(await two.element.pay()).toMatchObject({ outcome: "approved" });
  expect(asked).toEqual(["first", "second"]);
});

it("a bridge that cannot be asked at first is asked before the first payment", async () => {
  let held = (): Promise<number> => Promise.reject(UNREACHABLE);
  const one = counter("asked-again", () => held());
  await expect.poll(() => one.element.state.name).toBe("idle");
  expect(await one.element.pay()).toBeUndefined();
  expect(one.element.state).toMatchObject({ name: "error", error: { code: "UNREACHABLE" } });
  held = async () => 1;
  expect(await one.element.pay()).toBeUndefined();
  expect(one.simulator.ledger).toEqual([]);
  await settled(one);
  expect(await one.element.pay()).toMatchObject({ outcome: "approved" });
  expect(one.simulator.ledger).toHaveLength(1);
});

it("a connector that takes the place of another of its terminal is no way around it", async () => {
  const one = counter("replaced", () => Promise.reject(UNREACHABLE));
  await expect.poll(() => one.element.state.name).toBe("idle");
  const other = simulatedConnector({
    id: "ws://bridge/terminals/replaced",
    behaviour: "approve",
    delayMs: 0,
    processingMs: 0,
  });
  one.element.connector = Object.assign(other, { heldExchanges: async () => 1 });
  expect(await one.element.pay()).toBeUndefined();
  expect(other.simulator.ledger).toEqual([]);
  await settled(one);
});
