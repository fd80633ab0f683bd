/**
 * The screen in one line, for the log.
 * @module
 */
import type { FinancialAction } from "@concert-pay/core";
import type { Screen } from "./model/screen.ts";

const NOUNS: Readonly<Record<FinancialAction, string>> = {
  debit: "debit",
  credit: "credit",
  reversal: "cancellation",
};

export function describeScreen(screen: Screen): string {
  switch (screen.name) {
    case "idle":
    case "occupied":
      return `screen: ${screen.name}`;
    default: {
      const { action, amount, currency } = screen.payment;
      const result = screen.name === "result" ? (screen.charged ? ", charged" : ", not charged") : "";
      return `screen: ${screen.name}, ${NOUNS[action]} of ${amount} (${currency})${result}`;
    }
  }
}
