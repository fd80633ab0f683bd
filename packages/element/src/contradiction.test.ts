/** What the terminal tells against what was noted about a payment: kept, shown before the next payment, never applied. */
import { describe, expect, it } from "vitest";
import {
  ConcertError,
  memoryJournal,
  openTerminal,
  type Outcome,
  type PaymentEntry,
} from "@concert-pay/core";
import {
  APPROVED,
  DECLINED,
  failedOutcome,
  FakeTerminal,
  UNKNOWN,
  unsettled,
} from "./testing/fake-terminal.ts";
import { seen } from "./testing/seen.ts";
import { asked, check, pay, REQUEST, settle, stage, started, type Stage } from "./testing/stage.ts";

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

describe("a contradiction that the journal holds", () => {
  const unpaid: Outcome = { ...failedOutcome({ checkTerminal: false }), key: "sale-7" };
  const noted: Outcome = { ...unpaid, contradiction: "approved" };
  const told = { key: "sale-7", outcome: "failed", contradiction: "approved", contradicts: "failed" };
  const READ_FIRST = /says otherwise.*is approved\. Do not charge again.*nothing was paid.*\[next\]/;

  async function reloaded(outcome = noted): Promise<Stage> {
    const terminal = new FakeTerminal();
    terminal.outcomes.set("sale-7", outcome);
    return started(terminal);
  }

  it("is shown after a reload, told as of the journal, and lets nothing be paid before it is read", async () => {
    const { controller, terminal, results } = await reloaded();
    expect(seen(controller.state)).toMatch(READ_FIRST);
    expect(seen(controller.state)).not.toMatch(/not charged|\[pay\]/);
    expect(results).toMatchObject([{ ...told, recorded: true }]);
    void controller.pay(REQUEST);
    await settle();
    expect(terminal.payments).toEqual([]);
    await controller.next();
    expect(controller.state.name).toBe("idle");
  });

  it("leaves a sale that is noted as paid a paid one", async () => {
    const { controller, results, errors } = await reloaded({
      ...APPROVED,
      key: "sale-7",
      contradiction: "declined",
    });
    expect(seen(controller.state)).toMatch(/says otherwise.*was not made.*noted: approved/);
    expect(results).toMatchObject([
      { outcome: "approved", contradicts: "approved", contradiction: "declined" },
    ]);
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(errors).toMatchObject([{ code: "WRONG_STATE", reason: "paid" }]);
  });

  it("is shown where the payment is asked for once more under its key", async () => {
    const made = await started();
    await pay(made, noted);
    expect(seen(made.controller.state)).toMatch(READ_FIRST);
    expect(made.results).toMatchObject([told]);
  });

  it("is shown where a check finds that somebody else has settled the payment", async () => {
    const terminal = new FakeTerminal();
    terminal.entries = [unsettled("sale-7")];
    const made = await started(terminal);
    await check(made, terminal, noted);
    expect(seen(made.controller.state)).toMatch(READ_FIRST);
    expect(made.results).toMatchObject([told]);
  });

  it("is told once: not again where it was heard when it came", async () => {
    const made = await asked("sale-7");
    await made.controller.settle("failed", "Anne");
    made.late(denied("sale-7"), { ...APPROVED, key: "sale-7" });
    made.terminal.outcomes.set("sale-7", noted);
    await made.controller.next();
    await made.controller.refresh();
    expect(seen(made.controller.state)).toMatch(READ_FIRST);
    expect(made.results).toHaveLength(1);
  });

  it("is told by whoever has told only what it denies", async () => {
    const made = await started();
    await pay(made, unpaid);
    made.terminal.outcomes.set("sale-7", noted);
    await made.controller.next();
    await made.controller.refresh();
    expect(made.results).toMatchObject([{ outcome: "failed" }, { ...told, recorded: true }]);
  });

  it("is none where both say that nothing was paid", async () => {
    const { controller, results } = await reloaded({ ...unpaid, contradiction: "declined" });
    expect(controller.state).toMatchObject({ name: "done", outcome: { outcome: "failed" } });
    expect(results[0]).not.toHaveProperty("contradicts");
    const made = await asked();
    await made.controller.settle("failed", "Anne");
    made.late({ ...denied(), contradiction: "declined" }, DECLINED);
    expect(seen(made.controller.state)).toContain("Decided by Anne");
    expect(made.results).toEqual([DECLINED]);
  });

  it("is found in a journal that a page before has written", async () => {
    const journal = memoryJournal();
    const open = {
      carrier: "ip",
      id: "fake",
      resumable: false,
      open: () => Promise.reject(new Error()),
    } as const;
    await journal.record(denied("sale-7"));
    const register = { number: "01", identifier: "012345678901" };
    const terminal = openTerminal({ connector: open, register, journal });
    const made = stage();
    await made.controller.start({
      open: async () => ({ terminal, close: async () => {} }),
      pick: async () => undefined,
    });
    expect(seen(made.controller.state)).toMatch(READ_FIRST);
  });
});

describe("an answer that denies the terminal's own word", () => {
  const ownWord = (checkTerminal = false): PaymentEntry => ({
    ...denied(),
    settledBy: { by: "terminal", how: "late" },
    ...(checkTerminal ? { checkTerminal } : {}),
  });

  it("is shown over a screen on which Pay is, and names nobody", async () => {
    const made = await started();
    await pay(made, DECLINED);
    made.late(ownWord(), APPROVED);
    expect(seen(made.controller.state)).toMatch(
      /says otherwise.*is approved.*It was noted: nothing was paid/,
    );
    expect(seen(made.controller.state)).not.toMatch(/undefined|decided|\[pay\]/i);
    expect(made.results).toMatchObject([DECLINED, { outcome: "approved", contradicts: "failed" }]);
  });

  it("takes the place of the question that it answers", async () => {
    const made = await started();
    await pay(made, failedOutcome({ checkTerminal: true }));
    expect(made.controller.state).toMatchObject({ name: "done", look: "asked" });
    made.late(ownWord(true), APPROVED);
    expect(seen(made.controller.state)).toContain("says otherwise");
  });

  it("waits while another payment runs, and is read before Pay is there again", async () => {
    const made = await started();
    await pay(made, DECLINED);
    const second = made.controller.pay({ ...REQUEST, key: "sale-2" });
    await settle();
    made.late(ownWord(), APPROVED);
    made.terminal.waiting?.answer({ ...DECLINED, key: "sale-2" });
    await second;
    expect(made.controller.state).toMatchObject({ name: "settled", entry: { key: "sale-1" } });
  });
});
