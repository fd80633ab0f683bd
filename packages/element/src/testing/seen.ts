/**
 * What a cashier reads, and may press.
 * @module
 */
import { screenOf } from "../screen/screen.ts";
import type { PayState } from "../state.ts";
import { AMOUNT } from "./fake-terminal.ts";

export function seen(state: PayState): string {
  const { headline, lines, actions } = screenOf(state, {
    lang: "en",
    amount: AMOUNT,
    problem: undefined,
    formatTime: (iso) => iso,
  });
  return [headline, ...lines, ...actions.map(({ id }) => `[${id}]`)].join(" ");
}
