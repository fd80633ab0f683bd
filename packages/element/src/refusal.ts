/**
 * Why a payment is not begun now, and what to do about it. Whatever calls `pay()`: none is begun over another.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import { isPaid, mayBegin, type PayState } from "./state.ts";

/** `undefined` where a payment may be begun. */
export function refusalOf(state: PayState, isOpen: boolean): ConcertError | undefined {
  if (state.name === "unavailable") return state.error;
  const isFree = mayBegin(state);
  if (isOpen && isFree) return undefined;
  const reason = isPaid(state) ? { reason: "paid" } : {};
  const pending =
    state.name === "blocked" || state.name === "history-lost" ? { pendingKey: state.entry.key } : {};
  const remedy = isFree ? "put the element into a page first" : remedyFor(state);
  return new ConcertError("WRONG_STATE", `pay() called while ${state.name}; ${remedy}`, {
    ...reason,
    ...pending,
  });
}

function remedyFor(state: PayState): string {
  if (isPaid(state)) return "this sale is paid: change the sale or call next()";
  switch (state.name) {
    case "starting":
      return "wait until the button is there";
    case "connecting":
      return "connect the terminal first";
    case "blocked":
    case "history-lost":
      return "settle it first";
    case "error":
      return "what is unsettled could not be read; call next() to look again";
    case "settled":
      return "the terminal denies that; call next() once it is read";
    case "done":
      return "look at the terminal and confirm first";
    default:
      return "await the first payment";
  }
}

/** Nothing was sent now, and the sale may be paid all the same: by another window, under its key, or by an earlier attempt. */
export function mayBePaid(error: ConcertError): boolean {
  const { code, reason, pendingKey } = error;
  if (pendingKey !== undefined || code === "WRONG_STATE" || code === "JOURNAL_FAILED") return true;
  return isAboutKey(error) || (code === "REFUSED" && reason === "collision");
}

/** The payment's key is not one that this payment can have. */
export function isAboutKey({ code, field }: ConcertError): boolean {
  return code === "BAD_REQUEST" && (field === "key" || field === "payment-key");
}

/** That error, where it is known what the key was used for. */
export function keyUsed(cause: ConcertError): ConcertError {
  const { code, message, field = "payment-key", value } = cause;
  return new ConcertError(code, message, {
    field,
    reason: "key-used",
    cause,
    ...(value === undefined ? {} : { value }),
  });
}
