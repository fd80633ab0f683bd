/** What the terminal tells against what was noted about a payment: kept, shown before the next payment, never applied. */
import { describe, expect, it } from "vitest";
import { ConcertError, type PaymentEntry } from "@concert-pay/core";
import { APPROVED, DECLINED, UNKNOWN, unsettled } from "./testing/fake-terminal.ts";
import { seen } from "./testing/seen.ts";
import { asked, check, REQUEST, settle, type Stage } from "./testing/stage.ts";

const MAY_PAY = /\[pay\]/;

const denied = (key = "sale-1", outcome = "failed"): PaymentEntry => ({
  ...unsettled(key),
  state: "settled",
  outcome: outcome as "failed",
  settledBy: { by: "person", who: "Anne" },
  contradiction: outcome === "failed" ? "approved" : "declined",
});

describe("an answer that denies a person's word", () => {
  it("is shown in place of that word, and told with it", async () => {
    const made = await asked();
    await made.controller.settle("failed", "Anne");
    made.late(denied(), APPROVED);
    expect(seen(made.controller.state)).toMatch(/says otherwise.*approved.*Anne had noted.*\[next\]/);
    expect(seen(made.controller.state)).not.toMatch(MAY_PAY);
    expect(made.results).toMatchObject([{ outcome: "approved", contradicts: "failed" }]);
    await made.controller.saleChanged({ amount: true, reference: true, key: true });
    expect(await made.controller.pay(REQUEST)).toBeUndefined();
    expect(made.terminal.payments).toEqual([]);
    await made.controller.next();
    expect(made.controller.state.name).toBe("idle");
  });

  it("is shown over a screen on which Pay is, also where it says that a noted payment was not made", async () => {
    const made = await asked();
    await made.controller.settle("approved", "Anne");
    await made.controller.next();
    made.late(denied("sale-1", "approved"), DECLINED);
    expect(seen(made.controller.state)).toMatch(/says otherwise.*not made.*Anne had noted: approved/);
  });

  it("waits while another payment runs, and is read after it", async () => {
    const made = await asked();
    await made.controller.settle("failed", "Anne");
    await made.controller.next();
    const paid = made.controller.pay(REQUEST);
    await settle();
    made.late(denied(), APPROVED);
    expect(made.controller.state.name).toBe("calling");
    made.terminal.waiting?.answer({ ...APPROVED, key: "sale-8" });
    await paid;
    expect(made.controller.state).toMatchObject({ name: "done", outcome: { key: "sale-8" } });
    await made.controller.next();
    expect(seen(made.controller.state)).toContain("says otherwise");
    await made.controller.next();
    expect(made.controller.state.name).toBe("idle");
  });

  it("takes the place of a question that it answers while the person's word is on its way", async () => {
    const made = await asked();
    made.terminal.settle = async () => {
      made.terminal.entries = [];
      made.terminal.outcomes.set("sale-1", APPROVED);
      made.late({ ...unsettled(), state: "settled" }, APPROVED);
      throw new ConcertError("WRONG_STATE", "settled already", { reason: "settled" });
    };
    await made.controller.settle("failed", "Anne");
    expect(made.controller.state).toMatchObject({ name: "done", outcome: { outcome: "approved" } });
  });
});

describe("an answer that denies a person's word while the next attempt runs", () => {
  /** Anne found the first attempt unpaid, the second one runs, and the terminal tells that the first one was paid. */
  async function running(): Promise<Stage & { readonly second: Promise<unknown> }> {
    const made = await asked();
    await made.controller.settle("failed", "Anne");
    await made.controller.next();
    const second = made.controller.pay({ ...REQUEST, key: "sale-2" });
    await settle();
    made.late(denied(), APPROVED);
    expect(made.results).toMatchObject([{ outcome: "approved", contradicts: "failed" }]);
    return Object.assign(made, { second });
  }

  it.each([
    ["is declined", DECLINED],
    ["never reached the terminal", new ConcertError("UNREACHABLE", "gone", { reason: "no-answer" })],
  ])("is read before Pay is there again, where that attempt %s", async (_, end) => {
    const made = await running();
    const { controller, terminal, second } = made;
    if (end instanceof ConcertError) terminal.waiting?.reject(end);
    else terminal.waiting?.answer({ ...end, key: "sale-2" });
    await second;
    expect(made.states.filter((state) => MAY_PAY.test(seen(state))).at(-1)?.name).toBe("idle");
    expect(seen(controller.state)).toMatch(/says otherwise.*Do not charge again/);
    void controller.pay({ ...REQUEST, key: "sale-3" });
    await settle();
    expect(terminal.payments.map(({ key }) => key)).toEqual(["sale-2"]);
    await controller.next();
    expect(seen(controller.state)).toMatch(MAY_PAY);
  });

  it("is read after the check of that attempt, where that one is in doubt", async () => {
    const made = await running();
    const { controller, terminal, second } = made;
    terminal.entries = [unsettled("sale-2")];
    terminal.waiting?.answer({ ...UNKNOWN, key: "sale-2" });
    await second;
    expect(controller.state).toMatchObject({ name: "blocked", entry: { key: "sale-2" } });
    await check(made, terminal, { ...UNKNOWN, key: "sale-2" });
    await controller.settle("failed", "Anne");
    void controller.pay({ ...REQUEST, key: "sale-3" });
    await settle();
    expect(terminal.payments.map(({ key }) => key)).toEqual(["sale-2"]);
    expect(seen(controller.state)).toContain("says otherwise");
  });

  it("is one of two that are read one after the other", async () => {
    const made = await running();
    const { controller, terminal, second } = made;
    made.late(denied("sale-0"), { ...APPROVED, key: "sale-0" });
    terminal.waiting?.answer({ ...DECLINED, key: "sale-2" });
    await second;
    for (const key of ["sale-1", "sale-0"]) {
      expect(controller.state).toMatchObject({ name: "settled", entry: { key } });
      expect(seen(controller.state)).not.toMatch(MAY_PAY);
      await controller.next();
    }
    expect(seen(controller.state)).toMatch(MAY_PAY);
  });
});
