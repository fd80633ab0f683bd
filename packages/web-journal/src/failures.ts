/**
 * Why the journal cannot be used, in our words.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import { FORMAT_VERSION } from "./log-format.ts";

/** The browser's names of errors, as words for programs. */
const REASONS: Readonly<Record<string, string>> = {
  QuotaExceededError: "quota",
  SecurityError: "not-allowed",
  TimeoutError: "locked",
  NoModificationAllowedError: "locked",
};

/** The site's data were cleared while the page was open. */
export class LogGone extends Error {
  override readonly name = "LogGone";
  constructor() {
    super("the journal was deleted while it was open");
  }
}

/** Whether opening the log anew may help: it was deleted, or its database connection was cut with it. */
export function isGone(error: unknown): boolean {
  return error instanceof LogGone || (error instanceof Error && error.name === "InvalidStateError");
}

/** `JOURNAL_FAILED` with `reason` `"quota"`, `"not-allowed"`, `"locked"` or `"storage"`. */
export function journalFailed(error: unknown): ConcertError {
  if (error instanceof ConcertError) return error;
  const reason = (error instanceof Error ? REASONS[error.name] : undefined) ?? "storage";
  return new ConcertError("JOURNAL_FAILED", `the journal cannot be used: ${messageOf(error)}`, {
    reason,
    cause: error,
  });
}

export function newerVersion(version: number): ConcertError {
  return new ConcertError(
    "JOURNAL_FAILED",
    `the journal was written by a later version of this page (format ${version}, known here: ${FORMAT_VERSION}); load that again`,
    { reason: "newer-version" },
  );
}

export function badOption(field: string, rule: string, value: string | number): ConcertError {
  const shown = String(value);
  return new ConcertError("BAD_REQUEST", `${field} must be ${rule}; got ${shown}`, {
    field,
    rule,
    value: shown,
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
