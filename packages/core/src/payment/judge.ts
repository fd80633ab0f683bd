/**
 * The one place that decides about money (protocol.md 4.6 and 8.2, pitfalls 3 and 5): a pure function from what was
 * asked and what was answered to what became of it. Every row is a test.
 * @module
 */
import { afReason } from "../codec/names.ts";
import { unreachable } from "../errors.ts";
import { maskCardNumbers } from "../mask.ts";
import { evidenceOf } from "./evidence.ts";
import {
  askedOf,
  digitsOf,
  isV2,
  sameRegister,
  textOf,
  type Asked,
  type JudgedRequest,
  type JudgedResponse,
} from "./facts.ts";
import type { Doubt, Evidence, Outcome, Reason } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { findProfile, GENERIC } from "./profiles.ts";
import type { Message, Tag } from "../codec/message.ts";
import type { V2Response } from "../codec/v2/types.ts";

/** What the exchange itself showed, beside the answer. */
export interface JudgeContext {
  /** From the moment the terminal held the request to the answer, in milliseconds. */
  readonly elapsedMs?: number;
  /** Why there is no answer. Default `"silence"`. */
  readonly doubt?: Doubt;
  /** Bytes that came and made no answer. */
  readonly unread?: Uint8Array;
  /** Another payment of the same amount waits for its answer, too, and nothing tells whose this is. Default false. */
  readonly ambiguous?: boolean;
}

/** An unclear "not done" that comes sooner than a customer can act means the terminal was busy (design: judgement). */
export const BUSY_WITHIN_MS = 1_500;

/** AF after which the money is certain not to have moved (protocol.md 4.2). */
const DECLINED = ["04", "05"];
const ABANDONED = ["06", "08", "11"];
const CLEARLY_NOT_DONE = ["09", "10", "12", "13"];

/** Tags whose repetition with another value makes an answer deny itself. */
const DECIDING = ["AE", "AF", "CA", "CB", "CD", "CE"];

/**
 * What became of a request.
 *
 * @param request the request as sent
 * @param response the answer, or `undefined` when none came
 * @param profile or its name; default `generic`
 * @returns never throws for any answer; an answer that cannot be trusted is `unknown`
 */
export function judge(
  request: JudgedRequest,
  response: JudgedResponse,
  profile: Profile | string = GENERIC,
  context: JudgeContext = {},
): Outcome {
  const asked = askedOf(request);
  const verdict = makeVerdicts(asked, evidenceOf(response, context.unread));
  const { successReasons } = typeof profile === "string" ? findProfile(profile) : profile;
  if (response === undefined) return verdict.unknown(context.doubt ?? "silence");
  if (context.ambiguous === true)
    return verdict.unknown("contradiction", "it may be to an earlier payment of the same amount");
  if (isV2(response)) return judgeV2(asked, response as V2Response, verdict);
  return judgeV3(asked, response, verdict, successReasons, context.elapsedMs);
}

function judgeV3(
  asked: Asked,
  response: Message | readonly Tag[],
  verdict: Verdicts,
  successReasons: readonly string[],
  elapsedMs: number | undefined,
): Outcome {
  const get = textOf(response);
  const denied = selfContradiction(response);
  if (denied !== undefined) return verdict.unknown("contradiction", denied);
  const status = get("AE");
  // AF can go on with bank fields: only its first two characters are the code (protocol.md 4.3).
  const code = get("AF")?.slice(0, 2);
  if (status !== undefined && asked.immediate) return verdict.acknowledged(code);
  switch (status) {
    case "10": {
      if (code !== undefined && !successReasons.includes(code))
        return verdict.unknown("contradiction", `AE=10 beside AF=${code}`);
      const charged = digitsOf(get("CB"));
      const other = differingEcho(asked, get, charged);
      if (other !== undefined) return verdict.unknown("contradiction", other);
      return verdict.approved(charged ?? 0);
    }
    case "01":
      return verdict.notDone(code, elapsedMs);
    case "11":
      return verdict.acknowledged(code);
    case undefined:
      return verdict.unknown("status", "the answer has no AE");
    default:
      return verdict.unknown("status", `AE=${status}`);
  }
}

function judgeV2(asked: Asked, response: V2Response, verdict: Verdicts): Outcome {
  if (asked.immediate && ["0", "7"].includes(response.stat)) return verdict.acknowledged(undefined);
  switch (response.stat) {
    case "0": {
      if (asked.action === "other") return verdict.acknowledged(undefined);
      if (!sameRegister(asked.register, response.register))
        return verdict.unknown("contradiction", `register ${response.register} answered`);
      if (asked.currencyDigits !== response.currency)
        return verdict.unknown("contradiction", `currency ${response.currency} answered`);
      if (asked.amount?.minorUnits !== response.amount)
        return verdict.unknown("contradiction", `amount ${response.amount} answered`);
      return verdict.approved(response.amount);
    }
    case "7":
      // Refusal, give-up and time-out alike: no reason exists in V2, and none is invented (protocol.md 8.2).
      return verdict.notDone(undefined, undefined);
    case "9":
      return verdict.acknowledged(undefined);
    default:
      return verdict.unknown("status", `STAT=${response.stat}`);
  }
}

/** A deciding tag that came twice with different values: the decoder kept the first and warned. */
function selfContradiction(response: Message | readonly Tag[]): string | undefined {
  if ("warnings" in response) {
    for (const { code, tag, dropped } of response.warnings)
      if (code === "repeated" && DECIDING.includes(tag) && dropped !== response.get(tag))
        return `${tag}=${response.get(tag)} and ${tag}=${dropped}`;
    return undefined;
  }
  for (const { name, value } of response)
    if (DECIDING.includes(name) && response.some((tag) => tag.name === name && tag.value !== value))
      return `${name} twice`;
  return undefined;
}

/** The first echo that is not what was asked. Only AE=10 is held to its echoes (protocol.md 10.2). */
function differingEcho(
  asked: Asked,
  get: (name: string) => string | undefined,
  charged: number | undefined,
): string | undefined {
  if (asked.action === "other") return `action ${asked.actionCode} moves no money`;
  if (!sameRegister(asked.register, get("CA"))) return `CA=${get("CA")}, asked ${asked.register}`;
  if (asked.actionCode !== get("CD")) return `CD=${get("CD")}, asked ${asked.actionCode}`;
  if (asked.currencyDigits === undefined || asked.currencyDigits !== get("CE"))
    return `CE=${get("CE")}, asked ${asked.currencyDigits}`;
  if (asked.amount === undefined || charged === undefined) return `CB=${get("CB")}`;
  const lower = charged > 0 && charged < asked.amount.minorUnits && asked.partialAllowed;
  if (charged !== asked.amount.minorUnits && !lower) return `CB=${charged}, asked ${asked.amount.minorUnits}`;
  return undefined;
}

interface Verdicts {
  approved(minorUnits: number): Outcome;
  notDone(code: string | undefined, elapsedMs: number | undefined): Outcome;
  acknowledged(code: string | undefined): Outcome;
  unknown(doubt: Doubt, detail?: string): Outcome;
}

function makeVerdicts(asked: Asked, evidence: Evidence): Verdicts {
  const base = {
    action: asked.action,
    ...(asked.amount === undefined ? {} : { amount: asked.amount }),
    evidence,
  };
  return {
    approved: (minorUnits) => ({
      ...base,
      outcome: "approved",
      charged: { minorUnits, currency: asked.amount?.currency ?? "" },
      partial: minorUnits !== asked.amount?.minorUnits,
    }),
    notDone: (code, elapsedMs) => {
      const reason = reasonOf(code);
      if (code !== undefined && DECLINED.includes(code)) return { ...base, outcome: "declined", reason };
      if (code !== undefined && ABANDONED.includes(code)) return { ...base, outcome: "abandoned", reason };
      const checkTerminal = code === undefined || !CLEARLY_NOT_DONE.includes(code);
      const busy = checkTerminal && elapsedMs !== undefined && elapsedMs < BUSY_WITHIN_MS;
      return { ...base, outcome: "failed", reason, checkTerminal, busy };
    },
    acknowledged: (code) => ({ ...base, outcome: "acknowledged", reason: reasonOf(code) }),
    unknown: (doubt, detail) => ({ ...base, outcome: "unknown", doubt, reason: doubtReason(doubt, detail) }),
  };
}

/** AF in words; V2 and answers without AF have no reason, and none is invented. */
export function reasonOf(code: string | undefined): Reason {
  const known = code === undefined ? undefined : afReason(code);
  if (known !== undefined) return { code, fr: known.fr, en: known.en };
  if (code === undefined) return { code, fr: "aucun motif donné", en: "no reason given" };
  return { code, fr: `motif ${code} inconnu`, en: `unknown reason ${code}` };
}

/** Why the outcome is unknown, in words. */
export function doubtReason(doubt: Doubt, detail?: string): Reason {
  const [fr, en] = doubtWords(doubt);
  const tail = detail === undefined ? "" : ` (${maskCardNumbers(detail)})`;
  return { code: undefined, fr: fr + tail, en: en + tail };
}

function doubtWords(doubt: Doubt): readonly [fr: string, en: string] {
  switch (doubt) {
    case "silence":
      return ["le terminal n'a pas répondu à temps", "the terminal did not answer in time"];
    case "cut":
      return ["la réponse du terminal est incomplète", "the terminal's answer is incomplete"];
    case "closed":
      return ["le terminal a raccroché sans répondre", "the terminal hung up without an answer"];
    case "lost":
      return ["la liaison avec le terminal a été perdue", "the connection to the terminal was lost"];
    case "malformed":
      return ["la réponse du terminal est illisible", "the terminal's answer cannot be read"];
    case "oversize":
      return ["la réponse du terminal est trop longue", "the terminal's answer is too long"];
    case "contradiction":
      return [
        "la réponse du terminal se contredit",
        "the terminal's answer contradicts itself or the request",
      ];
    case "status":
      return ["l'état répondu par le terminal est inconnu", "the terminal's answer has no known status"];
    case "unacknowledged":
      return ["le terminal n'a pas confirmé la demande", "the terminal did not acknowledge the request"];
    case "restarted":
      return ["la caisse a redémarré pendant le paiement", "the register was restarted during the payment"];
    default:
      return unreachable(doubt);
  }
}
