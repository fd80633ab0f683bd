/**
 * Typed errors in a cashier's words: what is the matter, and the way out.
 * @module
 */
import { unreachable, type ConcertError } from "@concert-pay/core";
import { say, type Lang, type TextKey } from "./texts.ts";

export interface Explanation {
  readonly headline: string;
  readonly wayOut: string;
  /** The error's own words, for support. */
  readonly technical: string;
}

/** Causes that have a way out of their own, by `ConcertError.reason`. */
const BY_REASON: Readonly<Record<string, TextKey>> = {
  "bridge-not-running": "outBridgeDown",
  "no-answer": "outTerminalDown",
  "unknown-terminal": "outUnknownTerminal",
  "terminal-unreachable": "outTerminalDown",
  "connect-timeout": "outTerminalDown",
  full: "outBridgeBusy",
  stopping: "outBridgeBusy",
  "permission-denied": "outPermission",
  "prompt-showing": "outPrompt",
  refused: "outOrigin",
  "origin-refused": "outOrigin",
  "host-refused": "outOrigin",
  "token-refused": "outToken",
  "mixed-content": "outMixedContent",
  csp: "outPolicy",
  "blocked-by-policy": "outPolicy",
  "insecure-page": "outInsecure",
  "missing-api": "outMissingApi",
  "port-busy": "outPortBusy",
  unplugged: "outUnplugged",
  "device-lost": "outUnplugged",
  ambiguous: "outAmbiguous",
  "serial-service": "outReload",
  unexpected: "outReload",
  "no-terminal": "outNoTerminal",
};

export function explainError(error: ConcertError, lang: Lang): Explanation {
  return { headline: say(lang, headlineOf(error)), wayOut: wayOut(error, lang), technical: error.message };
}

function headlineOf({ code }: ConcertError): TextKey {
  switch (code) {
    case "BAD_REQUEST":
      return "errorBadRequest";
    case "WRONG_STATE":
      return "errorWrongState";
    case "NOT_ALLOWED":
      return "errorNotAllowed";
    case "NOT_SUPPORTED":
      return "unavailable";
    case "JOURNAL_FAILED":
      return "errorJournal";
    case "NO_ANSWER":
    case "REFUSED":
    case "BAD_MESSAGE":
    case "PORT_LOST":
    case "UNREACHABLE":
      return "error";
    default:
      return unreachable(code);
  }
}

function wayOut(error: ConcertError, lang: Lang): string {
  if (error.holder !== undefined) return say(lang, "outHeld", { holder: error.holder });
  const known = error.reason === undefined ? undefined : BY_REASON[error.reason];
  if (known !== undefined) return say(lang, known);
  if (error.code === "BAD_REQUEST") return say(lang, "outBadRequest", { field: error.field ?? "?" });
  return say(lang, byCode(error));
}

function byCode({ code }: ConcertError): TextKey {
  switch (code) {
    case "WRONG_STATE":
      return "outWrongState";
    case "NO_ANSWER":
      return "outNoAnswer";
    case "REFUSED":
    case "BAD_MESSAGE":
      return "outRefused";
    case "PORT_LOST":
      return "outLost";
    case "UNREACHABLE":
      return "outUnreachable";
    case "NOT_ALLOWED":
      return "outNotAllowed";
    case "JOURNAL_FAILED":
      return "outJournal";
    default:
      return "outNotSupported";
  }
}
