/**
 * What every way to a terminal must make of a payment: the same script, the same words, the same ledger (design.md
 * section 8).
 * @module
 */
import {
  money,
  openTerminal,
  type Connector,
  type Outcome,
  type Terminal,
  type TerminalOptions,
} from "@concert-pay/core";
import { equal, fail, rejects, type Runner } from "./runner.ts";

export interface PaymentHarness {
  readonly near: Connector;
  /** One behaviour for each of the next financial requests. */
  script(behaviours: readonly string[]): void | Promise<void>;
  /** Minor units charged so far, in order. */
  charged(): readonly number[] | Promise<readonly number[]>;
  teardown(): Promise<void>;
}

export interface PaymentCapabilities {
  /** V3: reasons, tickets, identification, print. V2 has none of them. */
  readonly v3: boolean;
  /** The terminal can hang up: a connection per request. */
  readonly hangUp: boolean;
}

const REGISTER = { number: "01", identifier: "012345678901" };

/** Registers the suite with the runner; every test opens a harness and a Terminal of its own. */
export function paymentConformance(
  { describe, test }: Runner,
  name: string,
  open: () => Promise<PaymentHarness>,
  capabilities: PaymentCapabilities,
  options: Partial<TerminalOptions> = {},
): void {
  const gaps = Object.entries(capabilities).filter(([, present]) => !present);
  const title = gaps.length === 0 ? name : `${name} (without ${gaps.map(([gap]) => gap).join(", ")})`;

  const withTerminal = async (
    body: (terminal: Terminal, harness: PaymentHarness) => Promise<void>,
  ): Promise<void> => {
    const harness = await open();
    const terminal = openTerminal({ connector: harness.near, register: REGISTER, ...options });
    try {
      await body(terminal, harness);
    } finally {
      await terminal.close();
      await harness.teardown();
    }
  };

  const outcomes = async (
    behaviours: readonly string[],
    expected: readonly Outcome["outcome"][],
    charged: readonly number[],
  ): Promise<void> =>
    withTerminal(async (terminal, harness) => {
      await harness.script(behaviours);
      for (const [index, outcome] of expected.entries()) {
        const got = await terminal.pay({ amount: money(1250 + index, "EUR"), key: `sale-${index}` });
        equal(`outcome ${index}`, got.outcome, outcome);
      }
      equal("ledger", await harness.charged(), charged);
    });

  describe(title, () => {
    test("approves, and the terminal charged what was asked", () =>
      outcomes(["approve"], ["approved"], [1250]));

    test("makes three payments in a row", () =>
      outcomes(
        ["approve", "refuse", "approve"],
        capabilities.v3 ? ["approved", "declined", "approved"] : ["approved", "failed", "approved"],
        [1250, 1252],
      ));

    test("tells that the customer gave up, and charges nothing", () =>
      outcomes(["abandoned"], [capabilities.v3 ? "abandoned" : "failed"], []));

    test("refunds and reverses with the same certainty", () =>
      withTerminal(async (terminal, harness) => {
        await harness.script(["approve", "approve"]);
        equal("refund", (await terminal.refund({ amount: money(500, "EUR") })).outcome, "approved");
        equal("reversal", (await terminal.reverse({ amount: money(600, "EUR") })).outcome, "approved");
        equal("ledger", await harness.charged(), [500, 600]);
      }));

    test("makes one charge of two calls with one key", () =>
      withTerminal(async (terminal, harness) => {
        await harness.script(["approve", "approve"]);
        const request = { amount: money(700, "EUR"), key: "once" };
        const [a, b] = await Promise.all([terminal.pay(request), terminal.pay(request)]);
        equal(
          "both",
          [a.outcome, b.outcome, (await terminal.pay(request)).outcome],
          ["approved", "approved", "approved"],
        );
        equal("ledger", await harness.charged(), [700]);
      }));

    test("answers presence without an amount", () =>
      withTerminal(async (terminal, harness) => {
        equal("done", (await terminal.identify()).done, true);
        equal("ledger", await harness.charged(), []);
      }));

    if (capabilities.hangUp)
      test("a charge whose answer is lost is unknown, and blocks", () =>
        withTerminal(async (terminal, harness) => {
          await harness.script(["charge-then-hang-up"]);
          const lost = await terminal.pay({ amount: money(900, "EUR"), key: "lost" });
          equal("outcome", lost.outcome, "unknown");
          await rejects("next", terminal.pay({ amount: money(900, "EUR") }), "WRONG_STATE");
          const [pending] = await terminal.pending();
          equal("pending", pending?.key, "lost");
          equal("ledger", await harness.charged(), [900]);
          await terminal.settle("lost", { outcome: "approved", by: "cashier" });
          equal("settled", (await terminal.pending()).length, 0);
        }));

    if (capabilities.v3)
      test("returns the customer's ticket as text", () =>
        withTerminal(async (terminal, harness) => {
          await harness.script(["ticket"]);
          const paid = await terminal.pay({ amount: money(1250, "EUR"), tickets: true });
          equal("outcome", paid.outcome, "approved");
          if ((paid.evidence.tickets[0]?.text.length ?? 0) === 0) fail("no ticket came");
        }));
  });
}
