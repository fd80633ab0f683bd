/**
 * What is wrong, in terms of what stands in the page: whoever wrote `answer-within` has never heard of `answerWithinMs`.
 * @module
 */
import { ConcertError } from "@concert-pay/core";

/** Options that other packages name otherwise than the attribute they come from. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  url: "bridge",
  "register.number": "register",
  "register.identifier": "register-identifier",
  key: "payment-key",
};

/** The same error, naming the attribute. Whatever is no error about an option is left as it is. */
export function inAttributes(error: unknown): unknown {
  if (!(error instanceof ConcertError) || error.field === undefined) return error;
  const { code, message, field, rule, value, reason } = error;
  const attribute = ATTRIBUTES[field];
  if (attribute === undefined) return error;
  return new ConcertError(code, message.replace(field, attribute), {
    field: attribute,
    cause: error,
    ...(rule === undefined ? {} : { rule }),
    ...(value === undefined ? {} : { value }),
    ...(reason === undefined ? {} : { reason }),
  });
}
