import { describe, expect, it } from "vitest";
import { ConcertError, money, type Outcome } from "@concert-pay/core";
import { mayPay, type PayState } from "./state.ts";
import {
  ACKNOWLEDGED,
  APPROVED,
  DECLINED,
  FakeTerminal,
  LOST,
  UNKNOWN,
  failedOutcome,
  unsettled,
} from "./testing/fake-terminal.ts";
import { REQUEST, settle, sourceOf, stage, started, type Stage } from "./testing/stage.ts";

it("shows a sale that was paid before the page died as paid, and tells its outcome", async () => {
  const terminal = new FakeTerminal();
  const outcome = { ...APPROVED, key: "sale-7" };
  terminal.outcomes.set("sale-7", outcome);
  const made = await started(terminal);
  expect(made.controller.state).toMatchObject({ name: "done", outcome: { outcome: "approved" } });
  expect(made.results).toEqual([{ ...outcome, recorded: true }]);
  await made.controller.next();
  expect(made.controller.state.name).toBe("idle");
});

it("tells what the journal knew once, however often it comes by it, and not what it has told itself", async () => {
  const terminal = new FakeTerminal();
  terminal.outcomes.set("sale-7", { ...APPROVED, key: "sale-7" });
  const made = await started(terminal);
  await made.controller.next();
  await made.controller.refresh();
  await made.controller.start(sourceOf(terminal));
  expect(made.controller.state.name).toBe("done");
  expect(made.results).toHaveLength(1);
  const own = await paying();
  const outcome = { ...APPROVED, key: "sale-7" };
  own.terminal.waiting?.answer(outcome);
  own.terminal.outcomes.set("sale-7", outcome);
  await own.paid;
  await own.controller.next();
  await own.controller.refresh();
  expect(own.results).toEqual([outcome]);
});

it("tells a payment that another tab has settled, which it had told as unknown", async () => {
  const { terminal, controller, results, paid } = await paying();
  terminal.entries = [unsettled()];
  terminal.waiting?.answer(UNKNOWN);
  await paid;
  terminal.entries = [];
  terminal.outcomes.set("sale-1", APPROVED);
  await controller.refresh();
  expect(results).toEqual([UNKNOWN, { ...APPROVED, recorded: true }]);
});

/** A payment has been pressed and the terminal holds it. */
async function paying(
  terminal?: FakeTerminal,
): Promise<Stage & { readonly paid: Promise<Outcome | undefined> }> {
  const made = await started(terminal);
  const paid = made.controller.pay(REQUEST);
  await settle();
  return Object.assign(made, { paid });
}

async function blocked(): Promise<Stage> {
  const terminal = new FakeTerminal();
  terminal.entries = [unsettled()];
  return started(terminal);
}

async function asking(): Promise<Stage> {
  const made = await blocked();
  const checked = made.controller.check();
  await settle();
  made.terminal.waiting?.answer(UNKNOWN);
  await checked;
  return made;
}

describe("a payment", () => {
  it("goes from the call over the card to the outcome", async () => {
    const { terminal, controller, states, results, paid } = await paying();
    terminal.waiting?.phase("card-expected");
    terminal.waiting?.phase("answered");
    terminal.waiting?.answer(APPROVED);
    expect(await paid).toBe(APPROVED);
    expect(states.map(({ name }) => name)).toEqual([
      "starting",
      "idle",
      "calling",
      "card-expected",
      "answered",
      "done",
    ]);
    expect(results).toEqual([APPROVED]);
    expect(controller.state).toEqual({
      name: "done",
      outcome: APPROVED,
      look: "unneeded",
      problem: undefined,
    });
  });

  it("waits for the start when it is asked for at once", async () => {
    const { terminal, controller } = stage();
    void controller.start();
    const paid = controller.pay(REQUEST);
    await settle();
    terminal.waiting?.answer(APPROVED);
    expect(await paid).toBe(APPROVED);
  });

  it("is not begun a second time while one runs", async () => {
    const { terminal, controller, errors } = await paying();
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(terminal.payments).toHaveLength(1);
    expect(errors).toMatchObject([{ code: "WRONG_STATE" }]);
  });

  it("is begun once when Pay is pressed twice at the same moment", async () => {
    const { terminal, controller } = await started();
    void controller.pay(REQUEST);
    void controller.pay(REQUEST);
    await settle();
    expect(terminal.payments).toHaveLength(1);
  });

  it("shows a rejection as an error that sent nothing, with Pay back", async () => {
    const { terminal, controller, errors, paid } = await paying();
    const error = new ConcertError("UNREACHABLE", "nobody there");
    terminal.waiting?.reject(error);
    expect(await paid).toBeUndefined();
    expect(controller.state).toEqual({ name: "error", error });
    expect(errors).toEqual([error]);
  });

  it("shows the unsettled payment that the terminal refused it for", async () => {
    const { terminal, controller, paid } = await paying();
    terminal.entries = [unsettled("older")];
    terminal.waiting?.reject(new ConcertError("WRONG_STATE", "unsettled", { pendingKey: "older" }));
    await paid;
    expect(controller.state).toMatchObject({ name: "blocked", entry: { key: "older" }, step: "found" });
  });

  it("blocks when its outcome is unknown, and still tells the page", async () => {
    for (const doubt of [UNKNOWN, ACKNOWLEDGED]) {
      const { terminal, controller, results, paid } = await paying();
      terminal.entries = [unsettled()];
      terminal.waiting?.answer(doubt);
      await paid;
      expect(controller.state).toMatchObject({ name: "blocked", step: "found", outcome: doubt });
      expect(results).toEqual([doubt]);
      expect(await controller.pay(REQUEST)).toBeUndefined();
      expect(terminal.payments).toHaveLength(1);
    }
  });

  it("may follow a declined one without ceremony", async () => {
    const { terminal, controller, paid } = await paying();
    terminal.waiting?.answer(DECLINED);
    await paid;
    void controller.pay(REQUEST);
    await settle();
    expect(terminal.payments).toHaveLength(2);
  });

  it("is not begun again while the last one is on the screen as paid", async () => {
    const { terminal, controller, errors, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(errors).toMatchObject([{ code: "WRONG_STATE", reason: "paid" }]);
    expect(errors[0]?.message).toContain("call next()");
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    void controller.next();
    void controller.pay(REQUEST);
    await settle();
    expect(terminal.payments).toHaveLength(2);
  });

  it("is not begun again while a person's word is on the screen that it is paid", async () => {
    const { terminal, controller, errors } = await asking();
    await controller.settle("approved", "Ada");
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(errors).toMatchObject([{ code: "WRONG_STATE", reason: "paid" }]);
    expect(terminal.payments).toEqual([]);
  });

  it("is answered from the screen, and told once, where it is asked for under the key that is paid", async () => {
    const { terminal, controller, results, errors, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    expect(await controller.pay({ ...REQUEST, key: "sale-1" })).toBe(APPROVED);
    expect([terminal.payments.length, results.length, errors.length]).toEqual([1, 1, 0]);
    const decided = await asking();
    await decided.controller.settle("approved", "Ada");
    decided.terminal.outcomes.set("sale-1", APPROVED);
    expect(await decided.controller.pay({ ...REQUEST, key: "sale-1" })).toBe(APPROVED);
    expect(decided.terminal.payments).toEqual([]);
  });

  it("is refused under the key that is paid where the amount is another", async () => {
    const { terminal, controller, errors, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    expect(await controller.pay({ amount: money(9900, "EUR"), key: "sale-1" })).toBeUndefined();
    expect(errors).toMatchObject([{ reason: "paid" }]);
    expect(terminal.payments).toHaveLength(1);
  });

  it("is refused on a button that is in no page, which says so", async () => {
    const { terminal, controller, errors } = await started();
    await controller.stop();
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(errors[0]?.message).toContain("put the element into a page");
    expect(terminal.payments).toEqual([]);
  });

  it("waits for what another sale takes off the screen", async () => {
    const { terminal, controller, errors, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    void controller.saleChanged({ amount: true, reference: false, key: false });
    void controller.pay(REQUEST);
    await settle();
    expect(terminal.payments).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it("may follow an unclear failure only after the cashier looked at the terminal", async () => {
    const { terminal, controller, errors, paid } = await paying();
    terminal.waiting?.answer(failedOutcome({ checkTerminal: true }));
    await paid;
    expect(await controller.pay(REQUEST)).toBeUndefined();
    await controller.next();
    expect(controller.state.name).toBe("done");
    expect(errors).toMatchObject([{ code: "WRONG_STATE" }]);
    await controller.settle("failed", "register 01");
    void controller.pay(REQUEST);
    await settle();
    expect(terminal.payments).toHaveLength(2);
  });
});

describe("cancelling", () => {
  it("records the wish once and changes nothing else", async () => {
    const { terminal, controller } = await paying();
    terminal.waiting?.phase("card-expected");
    controller.requestCancel();
    controller.requestCancel();
    expect(terminal.cancelRequests).toBe(1);
    expect(controller.state).toMatchObject({ name: "card-expected", cancelAsked: true });
  });

  it("loses to a payment that is approved meanwhile", async () => {
    const { terminal, controller, paid } = await paying();
    controller.requestCancel();
    terminal.waiting?.answer(APPROVED);
    expect(await paid).toBe(APPROVED);
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
  });
});

describe("an unsettled payment", () => {
  it("is shown at the start, and nothing can be paid", async () => {
    const { terminal, controller, errors } = await blocked();
    expect(controller.state).toMatchObject({ name: "blocked", step: "found" });
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(terminal.payments).toEqual([]);
    expect(errors).toMatchObject([{ code: "WRONG_STATE", pendingKey: "sale-1" }]);
  });

  it("is done with when the terminal can tell", async () => {
    const { terminal, controller, results } = await blocked();
    const checked = controller.check();
    await settle();
    expect(controller.state).toMatchObject({ name: "blocked", step: "checking" });
    terminal.waiting?.answer(APPROVED);
    await checked;
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    expect(results).toEqual([APPROVED]);
  });

  it("becomes a question to a person when the terminal cannot tell", async () => {
    const { controller, results } = await asking();
    expect(controller.state).toMatchObject({ name: "blocked", step: "asking", outcome: UNKNOWN });
    expect(results).toEqual([]);
  });

  it("becomes a question to a person when the check fails", async () => {
    const { terminal, controller, errors } = await blocked();
    const checked = controller.check();
    await settle();
    const problem = new ConcertError("UNREACHABLE", "bridge down");
    terminal.waiting?.reject(problem);
    await checked;
    expect(controller.state).toMatchObject({ name: "blocked", step: "asking", problem });
    expect(errors).toEqual([problem]);
  });

  it("is left to the page that has the terminal", async () => {
    const { terminal, controller } = await blocked();
    const checked = controller.check();
    await settle();
    terminal.waiting?.reject(new ConcertError("WRONG_STATE", "in use", { holder: "Counter 2" }));
    await checked;
    expect(controller.state).toMatchObject({
      name: "blocked",
      step: "found",
      problem: { holder: "Counter 2" },
    });
  });

  it("is settled by a person who gives a name", async () => {
    const { terminal, controller, settled } = await asking();
    await controller.settle("approved", "  Ada  ");
    expect(terminal.settlements).toEqual([
      { key: "sale-1", outcome: "approved", by: "Ada", exchange: unsettled().exchange },
    ]);
    expect(controller.state).toMatchObject({ name: "settled", decision: "approved", by: "Ada" });
    expect(settled).toMatchObject([{ entry: { key: "sale-1" }, decision: "approved", by: "Ada" }]);
    await controller.next();
    expect(controller.state.name).toBe("idle");
  });

  it("is looked at again where another page has made it again since", async () => {
    const { terminal, controller } = await asking();
    terminal.entries = [{ ...unsettled(), exchange: "of another page" }];
    terminal.unwritable = new ConcertError("WRONG_STATE", "sent again since", { reason: "overtaken" });
    await controller.settle("failed", "Ada");
    expect(controller.state).toMatchObject({
      name: "blocked",
      step: "found",
      entry: { exchange: "of another page" },
    });
  });

  it("is not settled without a name, nor before the question was asked", async () => {
    const nameless = await asking();
    await nameless.controller.settle("approved", "   ");
    const early = await blocked();
    await early.controller.settle("approved", "Ada");
    expect([...nameless.terminal.settlements, ...early.terminal.settlements]).toEqual([]);
    expect(nameless.controller.state).toMatchObject({ name: "blocked", step: "asking" });
  });

  it("is followed by the next one", async () => {
    const terminal = new FakeTerminal();
    terminal.entries = [unsettled("a"), unsettled("b")];
    const { controller } = await started(terminal);
    const checked = controller.check();
    await settle();
    terminal.waiting?.answer(UNKNOWN);
    await checked;
    await controller.settle("failed", "Ada");
    await controller.next();
    expect(controller.state).toMatchObject({ name: "blocked", entry: { key: "b" } });
  });

  it("is done with when its answer comes late", async () => {
    const made = await blocked();
    made.late(unsettled(), APPROVED);
    expect(made.controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    expect(made.results).toEqual([APPROVED]);
  });

  it("keeps what a late answer said while the check was still running", async () => {
    const made = await blocked();
    const checked = made.controller.check();
    await settle();
    made.late(unsettled(), APPROVED);
    made.terminal.waiting?.answer(UNKNOWN);
    await checked;
    expect(made.controller.state).toMatchObject({ name: "done", outcome: APPROVED });
  });

  it("stays on the screen while a late answer of another payment comes in", async () => {
    const made = await blocked();
    made.late(unsettled("another"), APPROVED);
    expect(made.controller.state).toMatchObject({ name: "blocked", entry: { key: "sale-1" } });
    expect(made.results).toEqual([APPROVED]);
  });

  it("disappears when another tab has settled it", async () => {
    const { terminal, controller } = await blocked();
    terminal.entries = [];
    await controller.refresh();
    expect(controller.state.name).toBe("idle");
  });
});

const UNCLEAR = failedOutcome({ checkTerminal: true });

/** The terminal said "not done" without a clear cause. */
async function lookFirst(): Promise<Stage> {
  const made = await paying();
  made.terminal.waiting?.answer(UNCLEAR);
  await made.paid;
  return made;
}

describe("a look at the terminal", () => {
  it("that shows no payment is written down, and the sale can be paid", async () => {
    const { terminal, controller, settled } = await lookFirst();
    await controller.settle("failed", "register 01");
    const word = { outcome: "failed", by: "register 01" };
    expect(terminal.settlements).toEqual([{ key: "sale-1", ...word }]);
    expect(settled).toMatchObject([
      { entry: { kind: "payment", key: "sale-1", amount: 1250 }, decision: "failed" },
    ]);
    expect(controller.state).toMatchObject({ name: "done", outcome: UNCLEAR, look: "confirmed" });
    expect(mayPay(controller.state)).toBe(true);
  });

  it("that shows the payment makes it a paid sale, by a person's word", async () => {
    const { terminal, controller, settled, states } = await lookFirst();
    await controller.settle("approved", " Ada ");
    expect(terminal.settlements).toEqual([{ key: "sale-1", outcome: "approved", by: "Ada" }]);
    expect(settled).toMatchObject([{ entry: { key: "sale-1" }, decision: "approved", by: "Ada" }]);
    expect(states.at(-2)).toMatchObject({ name: "done", look: "settling" });
    expect(controller.state).toMatchObject({ name: "settled", decision: "approved", by: "Ada" });
  });

  it("is asked for again by the page that comes back, where the sale has a key", async () => {
    const terminal = new FakeTerminal();
    terminal.outcomes.set("sale-7", { ...UNCLEAR, key: "sale-7" });
    const { controller } = await started(terminal);
    expect(controller.state).toMatchObject({ name: "done", look: "asked" });
    expect(await controller.pay(REQUEST)).toBeUndefined();
    await controller.settle("approved", "Ada");
    expect(terminal.settlements).toMatchObject([{ key: "sale-7", outcome: "approved" }]);
  });

  it("is at the terminal that was used: no other one is opened before", async () => {
    const { terminal, controller } = await lookFirst();
    const other = new FakeTerminal();
    await controller.start(sourceOf(other));
    expect(terminal.closed).toBe(0);
    await controller.settle("failed", "register 01");
    expect(terminal.settlements).toHaveLength(1);
    expect(terminal.closed).toBe(1);
    void controller.pay(REQUEST);
    await settle();
    expect(other.payments).toHaveLength(1);
  });

  it("holds no terminal back that the page has given up", async () => {
    const { terminal, controller, paid } = await paying();
    await controller.stop();
    terminal.waiting?.answer(UNCLEAR);
    await paid;
    expect(terminal.closed).toBe(1);
    expect(controller.state).toMatchObject({ name: "done", look: "asked" });
  });

  it("is not over while it cannot be written down", async () => {
    const { terminal, controller, errors, settled } = await lookFirst();
    terminal.unwritable = new ConcertError("JOURNAL_FAILED", "no disk");
    await controller.settle("failed", "register 01");
    expect(controller.state).toMatchObject({
      name: "done",
      look: "asked",
      problem: { code: "JOURNAL_FAILED" },
    });
    expect([errors.length, settled.length]).toEqual([1, 0]);
    await controller.next();
    expect(controller.state.name).toBe("done");
  });

  it("opens the terminal once more where it could not be had meanwhile, else says that it is missing", async () => {
    const { terminal, controller } = await lookFirst();
    await controller.stop();
    let there = false;
    await controller.start({
      open: async () => (there ? { terminal, close: () => terminal.close() } : undefined),
      pick: async () => undefined,
    });
    await controller.settle("failed", "register 01");
    expect(controller.state).toMatchObject({ look: "asked", problem: { reason: "not-connected" } });
    there = true;
    await controller.settle("failed", "register 01");
    expect(controller.state).toMatchObject({ name: "done", look: "confirmed" });
    expect(terminal.settlements).toHaveLength(1);
  });

  it("gives way to what another tab was told meanwhile", async () => {
    const { terminal, controller, results } = await lookFirst();
    terminal.outcomes.set("sale-1", APPROVED);
    terminal.unwritable = new ConcertError("WRONG_STATE", "settled already", { reason: "settled" });
    await controller.settle("failed", "register 01");
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    expect(results.at(-1)).toMatchObject({ outcome: "approved" });
  });

  it("says which terminal to go back to where the journal has the payment of another one", async () => {
    const { terminal, controller } = await lookFirst();
    terminal.unwritable = new ConcertError("BAD_REQUEST", "key must be ...", { field: "key" });
    await controller.settle("failed", "register 01");
    expect(controller.state).toMatchObject({ look: "asked", problem: { reason: "other-terminal" } });
  });
});

describe("a lost journal", () => {
  it("asks for a person before the first payment", async () => {
    const terminal = new FakeTerminal();
    terminal.entries = [LOST];
    const { controller } = await started(terminal);
    expect(await controller.pay(REQUEST)).toBeUndefined();
    await controller.settle("failed", "Ada");
    expect(terminal.settlements).toMatchObject([{ key: "lost-1", by: "Ada" }]);
    expect(controller.state.name).toBe("idle");
  });
});

describe("the way to the terminal", () => {
  it("is picked by a person where it is not known", async () => {
    const { controller, errors } = stage(new FakeTerminal(), false);
    await controller.start();
    expect(controller.state).toMatchObject({ name: "connecting", picking: false });
    expect(await controller.pay(REQUEST)).toBeUndefined();
    expect(errors).toMatchObject([{ code: "WRONG_STATE" }]);
    await controller.connect();
    expect(controller.state.name).toBe("idle");
  });

  it("says why it cannot be had", async () => {
    const { controller, errors } = stage();
    const error = new ConcertError("NOT_SUPPORTED", "no Web Serial", { reason: "missing-api" });
    await controller.start({ open: () => Promise.reject(error), pick: async () => undefined });
    expect(controller.state).toEqual({ name: "unavailable", error });
    await controller.refresh();
    expect(errors).toEqual([error]);
  });

  it("is not changed beneath a running payment", async () => {
    const { terminal, controller, paid } = await paying();
    await controller.start(sourceOf(new FakeTerminal()));
    expect(terminal.closed).toBe(0);
    terminal.waiting?.answer(APPROVED);
    expect(await paid).toBe(APPROVED);
    expect(terminal.closed).toBe(1);
  });

  it("is given back only after a running payment has ended", async () => {
    const { terminal, controller, paid } = await paying();
    await controller.stop();
    expect(terminal.closed).toBe(0);
    terminal.waiting?.answer(DECLINED);
    await paid;
    expect(terminal.closed).toBe(1);
  });

  it("stays as it is for who gives it back and wants the same again before the payment has ended", async () => {
    const { source, terminal, controller, paid } = await paying();
    await controller.stop();
    await controller.start(source);
    terminal.waiting?.answer(APPROVED);
    await paid;
    expect(terminal.closed).toBe(0);
  });
});

/** The states shown since the outcome was. */
const sinceDone = (states: readonly PayState[]): readonly string[] =>
  states.slice(states.findIndex(({ name }) => name === "done")).map(({ name }) => name);

describe("what came of a payment", () => {
  it("stays on the screen when the way to the terminal is changed during it", async () => {
    const { terminal, controller, states, paid } = await paying();
    const other = new FakeTerminal();
    await controller.start(sourceOf(other));
    terminal.waiting?.answer(APPROVED);
    await paid;
    expect(sinceDone(states)).toEqual(["done"]);
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    await controller.next();
    expect(controller.state.name).toBe("idle");
    void controller.pay(REQUEST);
    await settle();
    expect([terminal.payments, other.payments].map(({ length }) => length)).toEqual([1, 1]);
  });

  it.each([
    ["approved", APPROVED],
    ["declined", DECLINED],
    ["not done, look first", failedOutcome({ checkTerminal: true })],
  ])("stays on the screen when the way to the terminal is changed after it: %s", async (_, outcome) => {
    const { terminal, controller, states, paid } = await paying();
    terminal.waiting?.answer(outcome);
    await paid;
    await controller.start(sourceOf(new FakeTerminal()));
    await controller.stop();
    await controller.start(sourceOf(new FakeTerminal()));
    expect(sinceDone(states)).toEqual(["done"]);
    expect(controller.state).toMatchObject({ name: "done", outcome });
  });

  it("stays on the screen when a person has decided it", async () => {
    const { controller, states } = await asking();
    await controller.settle("approved", "Ada");
    await controller.start(sourceOf(new FakeTerminal()));
    expect(states.at(-1)).toMatchObject({ name: "settled", decision: "approved", by: "Ada" });
  });

  it("stays on the screen when the other terminal cannot be had, which is told when it is wanted", async () => {
    const { terminal, controller, errors, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    const error = new ConcertError("NOT_SUPPORTED", "no Web Serial", { reason: "missing-api" });
    await controller.start({ open: () => Promise.reject(error), pick: async () => undefined });
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    expect(errors).toEqual([]);
    expect(errors).toEqual([]);
    await controller.next();
    expect(controller.state).toEqual({ name: "unavailable", error });
    expect(errors).toEqual([error]);
  });

  it("stays on the screen when the journal cannot be read meanwhile", async () => {
    const { terminal, controller, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    const broken = new FakeTerminal();
    broken.pending = () => Promise.reject(new ConcertError("JOURNAL_FAILED", "no disk"));
    await controller.start(sourceOf(broken));
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
  });

  it("comes back once what is unsettled on the other terminal has been settled", async () => {
    const { terminal, controller, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    const other = new FakeTerminal();
    other.entries = [unsettled("another")];
    await controller.start(sourceOf(other));
    expect(controller.state).toMatchObject({ name: "blocked", entry: { key: "another" } });
    const checked = controller.check();
    await settle();
    other.entries = [];
    other.waiting?.answer({ ...DECLINED, key: "another" });
    await checked;
    expect(controller.state).toMatchObject({ name: "done", outcome: { outcome: "declined" } });
    await controller.next();
    expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
    await controller.next();
    expect(controller.state.name).toBe("idle");
  });

  it("is shown although the check that learnt it was cut off by another way to the terminal", async () => {
    const { terminal, controller } = await blocked();
    void controller.check();
    await settle();
    terminal.entries = [];
    const other = new FakeTerminal();
    other.outcomes.set("sale-1", APPROVED);
    const started = controller.start(sourceOf(other));
    terminal.waiting?.answer(APPROVED);
    await started;
    expect(controller.state).toMatchObject({ name: "done", outcome: { outcome: "approved" } });
  });

  it("makes room for another sale, also on another terminal", async () => {
    const { terminal, controller, paid } = await paying();
    terminal.waiting?.answer(APPROVED);
    await paid;
    void controller.start(sourceOf(new FakeTerminal()));
    await controller.saleChanged({ amount: true, reference: false, key: false });
    expect(controller.state.name).toBe("idle");
  });

  it("makes room for another key where it is paid; what may be paid again stays with its reason", async () => {
    for (const [outcome, name] of [
      [APPROVED, "idle"],
      [DECLINED, "done"],
    ] as const) {
      const { terminal, controller, paid } = await paying();
      terminal.waiting?.answer(outcome);
      await paid;
      await controller.saleChanged({ amount: false, reference: false, key: true });
      expect(controller.state.name).toBe(name);
    }
  });

  it("makes room for another reference, but not what a person has found unpaid: the next attempt may have one of its own", async () => {
    const { terminal: asked, controller } = await blocked();
    const checked = controller.check();
    await settle();
    asked.waiting?.answer(UNKNOWN);
    await checked;
    asked.entries = [];
    await controller.settle("failed", "Ada");
    await controller.saleChanged({ amount: false, reference: true, key: true });
    expect(controller.state).toMatchObject({ name: "settled", decision: "failed" });
    await controller.saleChanged({ amount: true, reference: true, key: true });
    expect(controller.state.name).toBe("idle");
    const { terminal, controller: other, paid } = await paying();
    terminal.waiting?.answer(DECLINED);
    await paid;
    await other.saleChanged({ amount: false, reference: true, key: true });
    expect(other.state.name).toBe("idle");
  });

  it("that was learnt by another tab is shown in place of the question", async () => {
    const { terminal, controller } = await blocked();
    terminal.entries = [];
    terminal.outcomes.set("sale-1", APPROVED);
    await controller.refresh();
    expect(controller.state).toMatchObject({ name: "done", outcome: { outcome: "approved" } });
  });
});
