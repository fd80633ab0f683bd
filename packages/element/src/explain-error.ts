/**
 * Typed errors in a cashier's words: what is the matter, and the way out.
 * @module
 */
import { unreachable, type ConcertError } from "@concert-pay/core";
import { say, type Lang, type TextKey } from "./texts.ts";

/** Holder of a terminal that another button on the same page uses. */
export const THIS_PAGE = "another payment button on this page";

export interface Explanation {
  readonly headline: string;
  readonly wayOut: string;
  /** The error's own words, for support. */
  readonly technical: string;
}

/** Causes that have a way out of their own, by code and `reason`: one reason may stand under several codes. */
const BY_CAUSE: Readonly<Record<string, TextKey>> = {
  "UNREACHABLE bridge-not-running": "outBridgeDown",
  "UNREACHABLE no-answer": "outTerminalDown",
  "UNREACHABLE unknown-terminal": "outUnknownTerminal",
  "UNREACHABLE terminal-unreachable": "outTerminalDown",
  "UNREACHABLE connect-timeout": "outTerminalDown",
  "UNREACHABLE full": "outBridgeBusy",
  "UNREACHABLE stopping": "outBridgeBusy",
  "UNREACHABLE port-busy": "outPortBusy",
  "WRONG_STATE port-taken": "outPortBusy",
  "UNREACHABLE unplugged": "outUnplugged",
  "UNREACHABLE ambiguous": "outAmbiguous",
  "UNREACHABLE serial-service": "outReload",
  "PORT_LOST unplugged": "outUnplugged",
  "PORT_LOST device-lost": "outUnplugged",
  "REFUSED collision": "outCollision",
  "NOT_ALLOWED permission-denied": "outPermission",
  "NOT_ALLOWED prompt-showing": "outPrompt",
  "NOT_ALLOWED refused": "outOrigin",
  "NOT_ALLOWED origin-refused": "outOrigin",
  "NOT_ALLOWED host-refused": "outOrigin",
  "NOT_ALLOWED token-refused": "outToken",
  "NOT_ALLOWED mixed-content": "outMixedContent",
  "NOT_ALLOWED csp": "outPolicy",
  "NOT_SUPPORTED blocked-by-policy": "outPolicy",
  "NOT_SUPPORTED insecure-page": "outInsecure",
  "NOT_SUPPORTED missing-api": "outMissingApi",
  "NOT_SUPPORTED unexpected": "outReload",
  "WRONG_STATE unsettled": "outUnsettled",
  "WRONG_STATE other-terminal": "outOtherTerminal",
  "WRONG_STATE not-connected": "outNotConnected",
  "BAD_REQUEST no-terminal": "outNoTerminal",
  "BAD_REQUEST key-used": "outKeyUsed",
  "JOURNAL_FAILED bad-entry": "outBadEntry",
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
  if (error.holder === THIS_PAGE) return say(lang, "outHeldHere");
  if (error.holder !== undefined) return say(lang, "outHeld", { holder: error.holder });
  const known = BY_CAUSE[`${error.code} ${error.reason ?? ""}`];
  const field = error.field ?? "?";
  if (known !== undefined) return say(lang, known, { field });
  if (error.code === "BAD_REQUEST") return say(lang, "outBadRequest", { field });
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
