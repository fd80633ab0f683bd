/** What the register makes of what the payment button tells. */
import { afterEach, expect, it } from "vitest";
import { money, type Outcome } from "@concert-pay/core";
import { RegisterPage } from "./register-page.ts";
import { begun, foundNotPaid, keyOf, type Sale } from "./sale.ts";
import { firstSale } from "./sale-store.ts";

const TERMINAL = { way: "page", bridge: "", profile: "generic" } as const;
const AT = "2026-03-02T09:30:00.000Z";
const FIRST = begun(firstSale("ab12cd34"), TERMINAL);
const SECOND = begun(foundNotPaid(FIRST, AT), TERMINAL);

const base = {
  action: "debit",
  amount: money(1250, "EUR"),
  evidence: { answer: [], tickets: [], warnings: [] },
} as const;
const reason = { code: undefined, fr: "refus", en: "refused" };

const approved = (sale: Sale): Outcome => ({
  ...base,
  key: keyOf(sale),
  outcome: "approved",
  charged: base.amount,
  partial: false,
});
const declined = (sale: Sale): Outcome => ({ ...base, key: keyOf(sale), outcome: "declined", reason });

customElements.define(
  "register-under-test",
  class extends RegisterPage {
    constructor() {
      super({ load: async () => undefined, save: async (sale) => void kept.push(sale) }, shown);
    }
  },
);

let shown: Sale;
let kept: Sale[] = [];

/** A register with that sale, and what its button tells. */
async function register(sale: Sale, ...told: readonly Outcome[]): Promise<string> {
  shown = sale;
  kept = [sale];
  const page = document.body.appendChild(document.createElement("register-under-test")) as RegisterPage;
  await page.updateComplete;
  const button = page.querySelector("concert-pay");
  for (const detail of told) button?.dispatchEvent(new CustomEvent("concert-result", { detail }));
  await page.updateComplete;
  return page.textContent?.replace(/\s+/g, " ") ?? "";
}

const state = (): Sale["state"] | undefined => kept.at(-1)?.state;

afterEach(() => document.body.replaceChildren());

it("a sale whose first attempt is told as approved while the second one runs is paid when that one is declined", async () => {
  expect(await register(SECOND, approved(FIRST))).toMatch(/tentative précédente|earlier attempt/);
  expect(state()?.name).toBe("paying");
  await register(SECOND, approved(FIRST), declined(SECOND));
  expect(state()).toMatchObject({ name: "paid", payment: { key: keyOf(FIRST), chargedCents: 1250 } });
});

it("both payments are told where the second one is approved as well", async () => {
  for (const told of [
    [approved(FIRST), approved(SECOND)],
    [approved(SECOND), approved(FIRST)],
  ]) {
    expect(await register(SECOND, ...told, ...told)).toMatch(/plusieurs fois|more than once/);
    expect(state()).toMatchObject({ payment: { key: keyOf(SECOND) }, also: [{ key: keyOf(FIRST) }] });
  }
});

it("a sale that the journal notes as not made, and the terminal has told as approved since, is paid", async () => {
  await register(SECOND, { ...declined(SECOND), contradiction: "approved" });
  expect(state()).toMatchObject({ name: "paid", payment: { chargedCents: 1250 } });
});
