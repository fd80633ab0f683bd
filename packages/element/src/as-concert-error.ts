/**
 * Whatever was thrown, as the one error that the screen can put into words.
 * @module
 */
import { ConcertError } from "@concert-pay/core";

export function asConcertError(error: unknown): ConcertError {
  if (error instanceof ConcertError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ConcertError("NOT_SUPPORTED", text, { reason: "unexpected", cause: error });
}
