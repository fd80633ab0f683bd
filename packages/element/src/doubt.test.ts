/** What must never be said, or offered, while a payment is in doubt or paid. */
import { describe, expect, it } from "vitest";
import {
  ConcertError,
  memoryJournal,
  openTerminal,
  type JournalEntry,
  type Outcome,
  type PaymentEntry,
  type Terminal,
} from "@concert-pay/core";
import type { TerminalSource } from "./controller.ts";
import { screenOf } from "./screen/screen.ts";
import type { PayState } from "./state.ts";
import {
  AMOUNT,
  APPROVED,
  DECLINED,
  FakeTerminal,
  LOST,
  UNKNOWN,
  unsettled,
} from "./testing/fake-terminal.ts";
import { REQUEST, settle, sourceOf, stage, started, type Stage } from "./testing/stage.ts";

const UNREADABLE = new ConcertError("JOURNAL_FAILED", "the journal is locked", { reason: "locked" });

/** What a cashier reads, and may press. */
function seen(state: PayState): string {
  const { headline, lines, actions } = screenOf(state, {
    lang: "en",
    amount: AMOUNT,
    problem: undefined,
    formatTime: (iso) => iso,
  });
  return [headline, ...lines, ...actions.map(({ id }) => `[${id}]`)].join(" ");
}

const NOT_CHARGED = /not charged/;
const MAY_PAY = /\[pay\]/;

/** From here on the journal cannot be read, until the function that comes back is called. */
function lock(terminal: FakeTerminal): () => void {
  const pending = terminal.pending.bind(terminal);
  terminal.pending = () => Promise.reject(UNREADABLE);
  return () => (terminal.pending = pending);
}

/** Presses Pay, and lets the terminal answer. */
async function pay({ terminal, controller }: Stage, outcome: Outcome): Promise<void> {
  const paid = controller.pay(REQUEST);
  await settle();
  terminal.waiting?.answer(outcome);
  await paid;
}

/** The terminal is asked about what is unsettled, and answers. */
async function check(
  { controller }: Pick<Stage, "controller">,
  terminal: FakeTerminal,
  outcome: Outcome,
): Promise<void> {
  const checked = controller.check();
  await settle();
  terminal.waiting?.answer(outcome);
  await checked;
}

/** The question about an unsettled payment is on the screen. */
async function asked(key = "sale-1"): Promise<Stage> {
  const terminal = new FakeTerminal();
  terminal.entries = [unsettled(key)];
  const made = await started(terminal);
  await check(made, terminal, { ...UNKNOWN, key });
  return made;
}

describe("where the journal cannot be read", () => {
  it("nobody is told that the customer is not charged, and nothing can be paid, until it can", async () => {
    const terminal = new FakeTerminal();
    const unlock = lock(terminal);
    const made = await started(terminal);
    expect(made.controller.state).toEqual({ name: "error", error: UNREADABLE, unread: true });
    expect(seen(made.controller.state)).not.toMatch(NOT_CHARGED);
    expect(seen(made.controller.state)).not.toMatch(MAY_PAY);
    expect(await made.controller.pay(REQUEST)).toBeUndefined();
    expect(made.errors).toMatchObject([{ code: "WRONG_STATE" }]);
    unlock();
    await made.controller.refresh();
    expect(made.controller.state.name).toBe("idle");
  });

  it("a payment that is asked for is begun once it can", async () => {
    const terminal = new FakeTerminal();
    const unlock = lock(terminal);
    const made = await started(terminal);
    unlock();
    await pay(made, APPROVED);
    expect(made.controller.state).toMatchObject({ name: "done", outcome: { outcome: "approved" } });
  });

  it("a payment in doubt stays on the screen", async () => {
    const made = await started();
    lock(made.terminal);
    await pay(made, UNKNOWN);
    for (const leave of [
      () => made.controller.next(),
      () => made.controller.saleChanged({ amount: true, reference: true, key: true }),
    ]) {
      await leave();
      expect(seen(made.controller.state)).toContain("Payment to be checked");
      expect(seen(made.controller.state)).not.toMatch(NOT_CHARGED);
    }
  });

  it("a lost history that a person has checked does not come back, nor stay for ever", async () => {
    const terminal = new FakeTerminal();
    terminal.entries = [LOST];
    const made = await started(terminal);
    const unlock = lock(terminal);
    await made.controller.settle("failed", "Anne");
    expect(made.controller.state).toMatchObject({ name: "error", unread: true });
    unlock();
    await made.controller.refresh();
    expect(made.controller.state.name).toBe("idle");
  });
});

describe("a paid sale beneath another terminal's unsettled payment", () => {
  /** Paid on one terminal, then taken to another one, where something old is found. */
  async function beneath(): Promise<Stage & { readonly other: FakeTerminal }> {
    const made = await started();
    await pay(made, { ...APPROVED, key: "sale-7" });
    const other = new FakeTerminal();
    other.entries = [unsettled("old")];
    await made.controller.start(sourceOf(other));
    expect(made.controller.state.name).toBe("blocked");
    return Object.assign(made, { other });
  }

  it("is not paid a second time when that one turns out as refused", async () => {
    const made = await beneath();
    const { controller, other, errors } = made;
    const checked = check(made, other, { ...DECLINED, key: "old" });
    other.entries = [];
    await checked;
    expect(seen(controller.state)).toMatch(/declined.*\[next\]/);
    expect(seen(controller.state)).not.toMatch(MAY_PAY);
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(other.payments).toEqual([]);
    expect(errors).toMatchObject([{ code: "WRONG_STATE", reason: "paid" }]);
    expect(controller.state).toMatchObject({ name: "done", outcome: { key: "sale-7" } });
  });

  it("is known by its key, whatever is on the screen", async () => {
    const made = await beneath();
    const again = await made.controller.pay({ ...REQUEST, key: "sale-7" });
    expect(again).toMatchObject({ outcome: "approved", key: "sale-7" });
    expect(made.other.payments).toEqual([]);
  });

  it("is shown again where the next terminal cannot be had", async () => {
    const { controller } = await beneath();
    await controller.start({ open: async () => undefined, pick: async () => undefined });
    expect(controller.state).toMatchObject({ name: "done", outcome: { key: "sale-7" } });
  });
});

describe("an answer that denies a person's word", () => {
  const denied = (key = "sale-1", outcome = "failed"): PaymentEntry => ({
    ...unsettled(key),
    state: "settled",
    outcome: outcome as "failed",
    settledBy: { by: "person", who: "Anne" },
    contradiction: outcome === "failed" ? "approved" : "declined",
  });

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

describe("with real terminals and one journal", () => {
  const terminalOf = (id: string, journal = memoryJournal()): Terminal =>
    openTerminal({
      connector: {
        carrier: "ip",
        id,
        resumable: false,
        open: () => Promise.reject(new Error("not reached")),
      },
      register: { number: "01", identifier: "012345678901" },
      journal,
    });
  const from = (terminal: Terminal): TerminalSource => ({
    open: async () => ({ terminal, close: () => terminal.close() }),
    pick: async () => undefined,
  });
  const holding = async (entry: JournalEntry): Promise<ReturnType<typeof memoryJournal>> => {
    const journal = memoryJournal();
    await journal.record(entry);
    return journal;
  };

  it("a lost history that was checked at one button is no question at the other any more", async () => {
    const journal = await holding(LOST);
    const [one, two] = [stage(), stage()];
    await one.controller.start(from(terminalOf("a", journal)));
    await two.controller.start(from(terminalOf("b", journal)));
    expect(two.controller.state.name).toBe("history-lost");
    await one.controller.settle("failed", "Anne");
    expect(one.controller.state.name).toBe("idle");
    await two.controller.settle("failed", "Ben");
    expect(two.controller.state.name).toBe("idle");
  });

  it("a look at the page is enough for that", async () => {
    const journal = await holding(LOST);
    const made = stage();
    const terminal = terminalOf("a", journal);
    await made.controller.start(from(terminal));
    await terminal.settle(LOST.key, { outcome: "failed", by: "Ben" });
    await made.controller.refresh();
    expect(made.controller.state.name).toBe("idle");
  });

  it("a sale in doubt on another terminal is not called uncharged", async () => {
    const { reference: _, ...entry } = unsettled("sale-7");
    const journal = await holding({ ...entry, terminal: "a" });
    const made = stage();
    await made.controller.start(from(terminalOf("b", journal)));
    await made.controller.pay({ ...REQUEST, key: "sale-7" });
    expect(made.errors).toMatchObject([{ code: "WRONG_STATE", pendingKey: "sale-7" }]);
    expect(seen(made.controller.state)).toContain("still has to be checked, perhaps on another terminal");
    expect(seen(made.controller.state)).not.toMatch(NOT_CHARGED);
  });
});

it("an element that was taken out of the page opens no terminal", async () => {
  const made = await started();
  await pay(made, APPROVED);
  await made.controller.stop();
  let opened = 0;
  made.source.open = async () => {
    opened += 1;
    return undefined;
  };
  await made.controller.saleChanged({ amount: true, reference: true, key: true });
  await made.controller.next();
  expect(opened).toBe(0);
});
