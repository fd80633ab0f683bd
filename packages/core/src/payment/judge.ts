/**
 * The one place that decides about money (protocol.md 4.6 and 8.2, pitfalls 3 and 5): a pure function from what was
 * asked and what was answered to what became of it. Every row is a test.
 * @module
 */
import { badRequest } from "../errors.ts";
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
import type { Doubt, Evidence, Outcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { GENERIC, profileOf } from "./profiles.ts";
import { isReadable } from "./readable.ts";
import { doubtReason, plainDetail, reasonOf, type Detail } from "./reasons.ts";
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
  /** Another request waits for its answer, too, and nothing tells whose this is. Default false. */
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
 * @throws ConcertError `BAD_REQUEST` naming `request` or `profile`
 */
export function judge(
  request: JudgedRequest,
  response: JudgedResponse,
  profile: Profile | string = GENERIC,
  context: JudgeContext = {},
): Outcome {
  if (!isReadable(request)) throw badRequest("request", "a message, its tags or a V2 request", request);
  const { successReasons } = profileOf(profile);
  const asked = askedOf(request);
  // Null is what a caller without types may say for none.
  const answered = response !== undefined && response !== null;
  const readable = isReadable(response);
  const verdict = makeVerdicts(asked, evidenceOf(readable ? response : undefined, context.unread));
  if (!readable) return verdict.unknown(answered ? "malformed" : (context.doubt ?? "silence"));
  if (context.ambiguous === true)
    return verdict.unknown("contradiction", {
      fr: "elle répond peut-être à une autre demande",
      en: "it may be to another request",
    });
  if (isV2(response)) return judgeV2(asked, response as V2Response, verdict, context.elapsedMs);
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
  const denied = selfContradiction(response) ?? twoMessages(response);
  if (denied !== undefined) return verdict.unknown("contradiction", denied);
  const status = get("AE");
  // AF can go on with bank fields: only its first two characters are the code (protocol.md 4.3).
  const code = get("AF")?.slice(0, 2);
  if (status !== undefined && asked.immediate) return verdict.acknowledged(code);
  switch (status) {
    case "10": {
      if (code !== undefined && !successReasons.includes(code))
        return verdict.unknown("contradiction", {
          fr: `AE=10 avec AF=${code}`,
          en: `AE=10 beside AF=${code}`,
        });
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
      return verdict.unknown("status", { fr: "la réponse n'a pas d'AE", en: "the answer has no AE" });
    default:
      return verdict.unknown("status", plainDetail(`AE=${status}`));
  }
}

function judgeV2(
  asked: Asked,
  response: V2Response,
  verdict: Verdicts,
  elapsedMs: number | undefined,
): Outcome {
  if (asked.immediate && ["0", "7"].includes(response.stat)) return verdict.acknowledged(undefined);
  switch (response.stat) {
    case "0": {
      if (asked.action === "other") return verdict.acknowledged(undefined);
      if (!sameRegister(asked.register, response.register))
        return verdict.unknown("contradiction", v2Echo("register", response.register));
      if (asked.currencyDigits !== response.currency)
        return verdict.unknown("contradiction", v2Echo("currency", response.currency));
      if (asked.amount?.minorUnits !== response.amount)
        return verdict.unknown("contradiction", v2Echo("amount", String(response.amount)));
      return verdict.approved(response.amount);
    }
    case "7":
      // Refusal, give-up and time-out alike: no reason exists in V2, and none is invented (protocol.md 8.2).
      return verdict.notDone(undefined, elapsedMs);
    case "9":
      return verdict.acknowledged(undefined);
    default:
      return verdict.unknown("status", plainDetail(`STAT=${response.stat}`));
  }
}

const V2_FIELDS_FR = { register: "caisse", currency: "devise", amount: "montant" } as const;

function v2Echo(field: keyof typeof V2_FIELDS_FR, value: string): Detail {
  return { fr: `${V2_FIELDS_FR[field]} ${value} en réponse`, en: `${field} ${value} answered` };
}

/** A deciding tag that came twice with different values: the decoder kept the first and warned. */
function selfContradiction(response: Message | readonly Tag[]): Detail | undefined {
  if ("warnings" in response) {
    for (const { code, tag, dropped } of response.warnings)
      if (code === "repeated" && DECIDING.includes(tag) && dropped !== response.get(tag)) return twice(tag);
    return undefined;
  }
  for (const { name, value } of response)
    if (DECIDING.includes(name) && response.some((tag) => tag.name === name && tag.value !== value))
      return twice(name);
  return undefined;
}

/**
 * Where CZ comes again, a second message stands behind the first: the answer told again, perhaps, or one to something
 * else. What decides must be in both.
 */
function twoMessages(response: Message | readonly Tag[]): Detail | undefined {
  const messages = countOf(response, "CZ");
  if (messages < 2) return undefined;
  const one = DECIDING.find((name) => ![0, messages].includes(countOf(response, name)));
  if (one === undefined) return undefined;
  return { fr: `deux messages, ${one} dans un seul`, en: `two messages, ${one} in one of them` };
}

function countOf(response: Message | readonly Tag[], name: string): number {
  if (!("warnings" in response)) return response.filter((tag) => tag.name === name).length;
  if (response.get(name) === undefined) return 0;
  return 1 + response.warnings.filter(({ code, tag }) => code === "repeated" && tag === name).length;
}

function twice(name: string): Detail {
  return { fr: `${name} deux fois, différent`, en: `${name} twice, not the same` };
}

/** The first echo that is not what was asked. Only AE=10 is held to its echoes (protocol.md 10.2). */
function differingEcho(
  asked: Asked,
  get: (name: string) => string | undefined,
  charged: number | undefined,
): Detail | undefined {
  const { actionCode, amount, currencyDigits, register } = asked;
  if (asked.action === "other")
    return { fr: `l'action ${actionCode} ne débite rien`, en: `action ${actionCode} moves no money` };
  if (!sameRegister(register, get("CA"))) return echo("CA", get("CA"), register);
  if (actionCode !== get("CD")) return echo("CD", get("CD"), actionCode);
  if (currencyDigits === undefined || currencyDigits !== get("CE"))
    return echo("CE", get("CE"), currencyDigits);
  if (amount === undefined || charged === undefined) return echo("CB", get("CB"), amount?.minorUnits);
  const lower = charged > 0 && charged < amount.minorUnits && asked.partialAllowed;
  if (charged !== amount.minorUnits && !lower) return echo("CB", charged, amount.minorUnits);
  return undefined;
}

function echo(name: string, got: string | number | undefined, asked: string | number | undefined): Detail {
  if (got === undefined) return { fr: `sans ${name}`, en: `no ${name}` };
  return { fr: `${name}=${got}, demandé ${asked}`, en: `${name}=${got}, asked ${asked}` };
}

interface Verdicts {
  approved(minorUnits: number): Outcome;
  notDone(code: string | undefined, elapsedMs: number | undefined): Outcome;
  acknowledged(code: string | undefined): Outcome;
  unknown(doubt: Doubt, detail?: Detail): Outcome;
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
