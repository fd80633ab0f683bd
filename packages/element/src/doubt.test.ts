/** What must never be said, or offered, while a payment is in doubt or paid. */
import { describe, expect, it } from "vitest";
import {
  ConcertError,
  memoryJournal,
  openTerminal,
  type JournalEntry,
  type Terminal,
} from "@concert-pay/core";
import type { TerminalSource } from "./controller.ts";
import { APPROVED, DECLINED, FakeTerminal, LOST, UNKNOWN, unsettled } from "./testing/fake-terminal.ts";
import { seen } from "./testing/seen.ts";
import { check, pay, REQUEST, sourceOf, stage, started, type Stage } from "./testing/stage.ts";

const UNREADABLE = new ConcertError("JOURNAL_FAILED", "the journal is locked", { reason: "locked" });

const NOT_CHARGED = /not charged/;
const MAY_PAY = /\[pay\]/;

/** From here on the journal cannot be read, until the function that comes back is called. */
function lock(terminal: FakeTerminal): () => void {
  const pending = terminal.pending.bind(terminal);
  terminal.pending = () => Promise.reject(UNREADABLE);
  return () => (terminal.pending = pending);
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
