/** What is said of a payment that was refused: of this call, and of the sale only what is known. */
import { describe, expect, it } from "vitest";
import {
  ConcertError,
  memoryJournal,
  memoryLease,
  money,
  openTerminal,
  type Journal,
  type Lease,
} from "@concert-pay/core";
import { simulatedConnector } from "@concert-pay/simulator/page";
import { APPROVED, DECLINED, failedOutcome, FakeTerminal, unsettled } from "./testing/fake-terminal.ts";
import { seen } from "./testing/seen.ts";
import { REQUEST, settle, stage, started, type Stage } from "./testing/stage.ts";

const NOT_CHARGED = /not charged/;

/** Pay was pressed, and refused. */
async function refused(error: ConcertError, terminal = new FakeTerminal()): Promise<Stage> {
  const made = await started();
  Object.assign(made.terminal, { outcomes: terminal.outcomes, entries: terminal.entries });
  const paid = made.controller.pay({ ...REQUEST, key: "sale-7" });
  await settle();
  made.terminal.waiting?.reject(error);
  await paid;
  return made;
}

const holding = (key: string, outcome = APPROVED): FakeTerminal => {
  const terminal = new FakeTerminal();
  terminal.outcomes.set(key, { ...outcome, key });
  return terminal;
};

describe("nobody is told that the customer is not charged", () => {
  it.each([
    [
      "another window has the terminal",
      new ConcertError("WRONG_STATE", "in use", { reason: "owned", holder: "Till 2" }),
    ],
    ["a payment runs", new ConcertError("WRONG_STATE", "running", { reason: "running" })],
    ["the key names another payment", new ConcertError("BAD_REQUEST", "key must be new", { field: "key" })],
    [
      "the attribute does",
      new ConcertError("BAD_REQUEST", "payment-key must be new", { field: "payment-key" }),
    ],
    ["the terminal had an answer to give", new ConcertError("REFUSED", "collision", { reason: "collision" })],
  ])("where %s", async (_, error) => {
    const { controller } = await refused(error);
    expect(controller.state).toMatchObject({ name: "error" });
    expect(seen(controller.state)).toMatch(/This time nothing was sent.*\[pay\]/);
    expect(seen(controller.state)).not.toMatch(NOT_CHARGED);
  });

  it("but where nothing else can have been paid", async () => {
    const { controller } = await refused(new ConcertError("UNREACHABLE", "gone", { reason: "no-answer" }));
    expect(seen(controller.state)).toMatch(NOT_CHARGED);
  });
});

it("shows and tells what another window has come to under the key of the sale", async () => {
  const held = new ConcertError("WRONG_STATE", "in use", { reason: "owned", holder: "Till 2" });
  const { controller, errors, results } = await refused(held, holding("sale-7"));
  expect(seen(controller.state)).toMatch(/approved.*\[next\]/);
  expect(errors).toEqual([held]);
  expect(results).toEqual([{ ...APPROVED, key: "sale-7", recorded: true }]);
});

it("does not call a payment to be checked that runs in another window", async () => {
  const terminal = new FakeTerminal();
  terminal.entries = [{ ...unsettled("theirs"), state: "sending" }];
  const held = new ConcertError("WRONG_STATE", "in use", { reason: "owned", holder: "Till 2" });
  const { controller } = await refused(held, terminal);
  expect(controller.state).toMatchObject({ name: "error", error: held });
});

it.each([
  ["approved", APPROVED, /approved.*used already.*\[next\]/],
  ["declined", DECLINED, /declined.*used already.*\[pay\]/],
  ["not done, look first", failedOutcome({ checkTerminal: true }), /used already.*not done/],
])("says that the key was used already, and for what: %s", async (_, outcome, words) => {
  const used = new ConcertError("BAD_REQUEST", "payment-key must be new", { field: "payment-key" });
  const { controller, results, errors } = await refused(used, holding("sale-7", outcome));
  expect(seen(controller.state)).toMatch(words);
  expect(errors).toMatchObject([{ code: "BAD_REQUEST", field: "payment-key", reason: "key-used" }]);
  expect(results).toMatchObject([{ recorded: true }]);
});

describe("with real terminals and one journal", () => {
  const buttonOf = async (journal: Journal, lease?: Lease): Promise<Stage> => {
    const connector = simulatedConnector({
      id: "simulated:refused",
      behaviour: "approve",
      delayMs: 0,
      processingMs: 0,
    });
    const register = { number: "01", identifier: "012345678901" };
    const terminal = openTerminal({
      connector,
      register,
      journal,
      ...(lease === undefined ? {} : { lease }),
    });
    const made = stage();
    await made.controller.start({
      open: async () => ({ terminal, close: async () => {} }),
      pick: async () => undefined,
    });
    return made;
  };

  it("a sale that another window has been paid is paid here too", async () => {
    const [journal, lease] = [memoryJournal(), memoryLease()];
    const [one, two] = [await buttonOf(journal, lease), await buttonOf(journal, lease)];
    await one.controller.pay({ ...REQUEST, key: "sale-7" });
    await two.controller.pay({ ...REQUEST, key: "sale-7" });
    expect(two.errors).toMatchObject([{ code: "WRONG_STATE", reason: "owned" }]);
    expect(two.controller.state).toMatchObject({ name: "done", outcome: { outcome: "approved" } });
  });

  it("an order that has grown after it was paid is not called uncharged", async () => {
    const { controller, errors } = await buttonOf(memoryJournal());
    await controller.pay({ ...REQUEST, key: "sale-7" });
    await controller.saleChanged({ amount: true, reference: false, key: false });
    expect(await controller.pay({ amount: money(2000, "EUR"), key: "sale-7" })).toBeUndefined();
    expect(errors).toMatchObject([{ code: "BAD_REQUEST", reason: "key-used" }]);
    expect(seen(controller.state)).toMatch(/approved.*used already.*\[next\]/);
    expect(seen(controller.state)).not.toMatch(NOT_CHARGED);
  });
});
