/** A button that is out of the page while its payment runs, and another one in its place. */
import { expect, it } from "vitest";
import { ConcertError, type Outcome, type Terminal } from "@concert-pay/core";
import { PaymentController, type Result, type TerminalSource } from "./controller.ts";
import { joinGivenTerminal } from "./shared-terminals.ts";
import {
  APPROVED,
  DECLINED,
  failedOutcome,
  FakeTerminal,
  UNKNOWN,
  unsettled,
} from "./testing/fake-terminal.ts";
import { seen } from "./testing/seen.ts";
import { REQUEST, settle } from "./testing/stage.ts";

const MAY_PAY = /\[pay\]/;

interface Button {
  readonly controller: PaymentController;
  readonly results: Result[];
  readonly source: TerminalSource;
}

/** In the page, before that terminal. */
async function button(terminal: Terminal, saleKey?: string): Promise<Button> {
  const results: Result[] = [];
  const source = {
    open: async (user) => joinGivenTerminal(terminal, user),
    pick: async () => undefined,
  } satisfies TerminalSource;
  const events = {
    state: () => {},
    phase: () => {},
    result: (result: Result) => results.push(result),
    settled: () => {},
    error: () => {},
  };
  const controller = new PaymentController(source, events, () => saleKey);
  await controller.start();
  return { controller, results, source };
}

interface Left {
  readonly terminal: FakeTerminal;
  readonly first: Button;
  readonly paid: Promise<Outcome | undefined>;
}

/** The terminal has the request, and the button that sent it is out of the page. */
async function left(key?: string): Promise<Left> {
  const terminal = new FakeTerminal();
  const first = await button(terminal, key);
  const paid = first.controller.pay(key === undefined ? REQUEST : { ...REQUEST, key });
  await settle();
  await first.controller.stop();
  return { terminal, first, paid };
}

async function answer({ terminal, paid }: Left, outcome: Outcome | ConcertError): Promise<void> {
  if (outcome instanceof ConcertError) terminal.waiting?.reject(outcome);
  else terminal.waiting?.answer(outcome);
  await paid;
  await settle();
}

it("is shown by the new one as it goes on, and what came of it is told there", async () => {
  const one = await left();
  const { controller, results } = await button(one.terminal);
  expect(controller.state).toMatchObject({ name: "calling", amount: REQUEST.amount });
  one.terminal.waiting?.phase("card-expected");
  await settle();
  expect(controller.state.name).toBe("card-expected");
  expect(await controller.pay(REQUEST)).toBeUndefined();
  await answer(one, APPROVED);
  expect(seen(controller.state)).toMatch(/approved.*\[next\]/);
  expect(results).toEqual([{ ...APPROVED, recorded: true }]);
  expect(await controller.pay(REQUEST)).toBeUndefined();
  expect(one.terminal.payments).toHaveLength(1);
});

it("is shown by one that stood there before the first one was taken out", async () => {
  const terminal = new FakeTerminal();
  const first = await button(terminal);
  const paid = first.controller.pay(REQUEST);
  await settle();
  const { controller } = await button(terminal);
  expect(controller.state.name).toBe("idle");
  await first.controller.stop();
  await settle();
  expect(controller.state.name).toBe("calling");
  await answer({ terminal, first, paid }, APPROVED);
  expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
});

it.each([
  ["approved", APPROVED],
  ["declined", DECLINED],
  ["not done, look first", failedOutcome({ checkTerminal: true })],
])("is shown by the next one there, where it ended with none in the page: %s", async (_, outcome) => {
  const one = await left();
  await answer(one, outcome);
  const { controller, results } = await button(one.terminal);
  expect(controller.state).toMatchObject({ name: "done", outcome });
  expect(results).toEqual([{ ...outcome, recorded: true }]);
  expect((await button(one.terminal)).controller.state.name).toBe("idle");
});

it("is told once under the key of the sale, and only told where the sale has another key", async () => {
  const outcome = { ...APPROVED, key: "sale-1" };
  const one = await left("sale-1");
  const [same, other] = [await button(one.terminal, "sale-1"), await button(one.terminal, "sale-2")];
  one.terminal.outcomes.set("sale-1", outcome);
  await answer(one, outcome);
  expect(same.results).toEqual([{ ...outcome, recorded: true }]);
  expect(seen(other.controller.state)).toMatch(MAY_PAY);
  const two = await left("sale-1");
  await answer(two, outcome);
  const next = await button(two.terminal, "sale-2");
  expect(next.results).toEqual([{ ...outcome, recorded: true }]);
  expect(seen(next.controller.state)).toMatch(MAY_PAY);
});

it("goes on at its own button, where that comes back", async () => {
  const one = await left();
  const other = await button(one.terminal);
  expect(other.controller.state.name).toBe("calling");
  await one.first.controller.start();
  await settle();
  expect(other.controller.state.name).toBe("idle");
  await answer(one, APPROVED);
  expect(one.first.controller.state).toMatchObject({ name: "done", outcome: APPROVED });
  expect([one.first.results, other.results]).toEqual([[APPROVED], []]);
});

it("is not told again by its own button that comes back after it", async () => {
  const one = await left();
  await answer(one, APPROVED);
  await one.first.controller.start();
  expect(one.first.controller.state).toMatchObject({ name: "done", outcome: APPROVED });
  expect(one.first.results).toEqual([APPROVED]);
});

it("leaves another sale's button alone that stood there before", async () => {
  const terminal = new FakeTerminal();
  const beside = await button(terminal);
  const first = await button(terminal);
  const paid = first.controller.pay(REQUEST);
  await settle();
  await first.controller.stop();
  await answer({ terminal, first, paid }, APPROVED);
  expect([beside.controller.state.name, beside.results]).toEqual(["idle", []]);
  expect((await button(terminal)).controller.state).toMatchObject({ name: "done", outcome: APPROVED });
});

it("puts Pay back where nothing was sent, and blocks where it is in doubt", async () => {
  const one = await left();
  const next = await button(one.terminal);
  await answer(one, new ConcertError("UNREACHABLE", "nobody there"));
  expect(next.controller.state.name).toBe("idle");
  const two = await left();
  const other = await button(two.terminal);
  two.terminal.entries = [unsettled()];
  await answer(two, UNKNOWN);
  expect(other.controller.state).toMatchObject({ name: "blocked", entry: { key: "sale-1" } });
});

it("can be given up by the new one, which may itself be taken out meanwhile", async () => {
  const one = await left();
  const second = await button(one.terminal);
  second.controller.requestCancel();
  expect(one.terminal.cancelRequests).toBe(1);
  one.terminal.waiting?.phase("card-expected");
  await settle();
  expect(second.controller.state).toMatchObject({ name: "card-expected", cancelAsked: true });
  await second.controller.stop();
  const third = await button(one.terminal);
  expect(third.controller.state).toMatchObject({ name: "card-expected", cancelAsked: true });
  await answer(one, DECLINED);
  expect(third.controller.state).toMatchObject({ name: "done", outcome: DECLINED });
});

it("is shown by the next one where a check of it has ended with none in the page", async () => {
  const terminal = new FakeTerminal();
  terminal.entries = [unsettled()];
  const first = await button(terminal);
  const checked = first.controller.check();
  await settle();
  await first.controller.stop();
  terminal.entries = [];
  terminal.waiting?.answer(APPROVED);
  await checked;
  const { controller, results } = await button(terminal);
  expect(controller.state).toMatchObject({ name: "done", outcome: APPROVED });
  expect(results).toEqual([{ ...APPROVED, recorded: true }]);
});
