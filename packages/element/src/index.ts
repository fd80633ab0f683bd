/**
 * `<concert-pay>`, the payment button. Importing this registers nothing: import `@concert-pay/element/define` for that.
 * @module
 */
export { ConcertPay } from "./concert-pay.ts";
export {
  PaymentController,
  type ControllerEvents,
  type OpenedTerminal,
  type Result,
  type SettledDetail,
  type PayTerminal,
  type TerminalSource,
  type TerminalUser,
} from "./controller.ts";
export type { ConcertPayEventMap } from "./events.ts";
export { explainError, type Explanation } from "./explain-error.ts";
export { showMoney } from "./money-text.ts";
export { DEFAULT_CURRENCY, DEFAULT_REGISTER_IDENTIFIER, DEFAULT_REGISTER_NUMBER } from "./settings.ts";
export {
  isRunning,
  mayPay,
  type AskStep,
  type Decision,
  type KnownPayment,
  type LookStep,
  type PayState,
} from "./state.ts";
export { ALL_TEXTS, LANGS, langOf, say, typeset, type Lang, type Text, type TextKey } from "./texts.ts";
