/**
 * A controller before a terminal that does what the test says, and all that it tells.
 * @module
 */
import type { ConcertError, Outcome } from "@concert-pay/core";
import {
  PaymentController,
  type Result,
  type SettledDetail,
  type TerminalSource,
  type TerminalUser,
} from "../controller.ts";
import type { PayState } from "../state.ts";
import { AMOUNT, FakeTerminal, UNKNOWN, unsettled } from "./fake-terminal.ts";

export const REQUEST = { amount: AMOUNT };

/** All promises that are ready have run. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

export interface Stage {
  readonly terminal: FakeTerminal;
  readonly source: TerminalSource;
  readonly controller: PaymentController;
  readonly states: PayState[];
  readonly results: Result[];
  readonly errors: ConcertError[];
  readonly settled: SettledDetail[];
  late: TerminalUser["lateAnswer"];
  changed: () => void;
}

export function stage(terminal = new FakeTerminal(), found = true): Stage {
  const made: Omit<Stage, "controller" | "source"> = {
    terminal,
    states: [],
    results: [],
    errors: [],
    settled: [],
    late: () => {},
    changed: () => {},
  };
  const opened = { terminal, close: () => terminal.close() };
  const source = {
    open: async ({ lateAnswer, changed }: TerminalUser) => {
      Object.assign(made, { late: lateAnswer, changed });
      return found ? opened : undefined;
    },
    pick: async () => opened,
  };
  const controller = new PaymentController(
    source,
    {
      state: (state) => made.states.push(state),
      phase: () => {},
      result: (outcome) => made.results.push(outcome),
      settled: (detail) => made.settled.push(detail),
      error: (error) => made.errors.push(error),
    },
    () => "sale-7",
  );
  return Object.assign(made, { controller, source });
}

export const sourceOf = (terminal: FakeTerminal): TerminalSource => ({
  open: async () => ({ terminal, close: () => terminal.close() }),
  pick: async () => undefined,
});

export async function started(terminal?: FakeTerminal): Promise<Stage> {
  const made = stage(terminal);
  await made.controller.start();
  return made;
}

/** Presses Pay, and lets the terminal answer. */
export async function pay({ terminal, controller }: Stage, outcome: Outcome): Promise<void> {
  const paid = controller.pay(REQUEST);
  await settle();
  terminal.waiting?.answer(outcome);
  await paid;
}

/** The terminal is asked about what is unsettled, and answers. */
export async function check(
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
export async function asked(key = "sale-1"): Promise<Stage> {
  const terminal = new FakeTerminal();
  terminal.entries = [unsettled(key)];
  const made = await started(terminal);
  await check(made, terminal, { ...UNKNOWN, key });
  return made;
}
