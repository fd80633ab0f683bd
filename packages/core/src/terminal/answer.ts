/**
 * From the bytes of an answer to what they say, whatever the dialect.
 * @module
 */
import { decodeMessage } from "../codec/tlv.ts";
import { decodeV2Response } from "../codec/v2/response.ts";
import { ConcertError } from "../errors.ts";
import { describeBytes } from "../trace.ts";
import { evidenceOf } from "../payment/evidence.ts";
import type { JudgedRequest, JudgedResponse } from "../payment/facts.ts";
import { type Rival, echoesReference, fit } from "../payment/late.ts";
import { judge } from "../payment/judge.ts";
import { reasonOf } from "../payment/reasons.ts";
import type { Outcome } from "../payment/outcome.ts";
import type { Dialect, Profile } from "../payment/profile.ts";
import type { Classification, TransactionResult } from "../payment/transaction.ts";
import type { Reply } from "../terminal-types.ts";

/** @throws ConcertError `BAD_MESSAGE` */
export function decodeAnswer(dialect: Dialect, data: Uint8Array): Exclude<JudgedResponse, undefined> {
  return dialect === "v3" ? decodeMessage(data) : decodeV2Response(data);
}

/** Another payment's answer may come on the same line. */
export interface Contested {
  readonly rival: Rival;
  /** What an answer to this payment would echo. */
  readonly reference: string | undefined;
}

/** Nothing in the answer tells which of the two it is to: the same request, or no amount in it (the red key). */
function isAmbiguous(
  request: JudgedRequest,
  answer: Exclude<JudgedResponse, undefined>,
  { rival, reference }: Contested,
): boolean {
  if (echoesReference(answer, reference)) return false;
  return rival === "same" || fit(request, answer, reference) === "silent";
}

/** The verdict on what came back; an answer that cannot be read is unknown, never lost. */
export function judgeResult(
  request: JudgedRequest,
  result: Exclude<TransactionResult, { kind: "not-sent" }>,
  dialect: Dialect,
  profile: Profile,
  /** Another payment could own the answer, unless it echoes this reference. */
  contested?: Contested,
): Outcome {
  const { unread } = result;
  if (result.kind === "doubt") return judge(request, undefined, profile, { doubt: result.doubt, unread });
  try {
    const answer = decodeAnswer(dialect, result.data);
    const ambiguous = contested !== undefined && isAmbiguous(request, answer, contested);
    return judge(request, answer, profile, { unread, elapsedMs: result.elapsedMs, ambiguous });
  } catch {
    // Whatever it was, a fault of ours included: an answer that cannot be read proves nothing.
    return judge(request, undefined, profile, { doubt: "malformed", unread: result.data });
  }
}

/**
 * What a message means for the exchange that waits. On a line that stays open it may be to another request; over IP
 * the connection was opened for this one.
 */
export function classifyAnswer(
  request: JudgedRequest,
  data: Uint8Array,
  dialect: Dialect,
  profile: Profile,
  shared: boolean,
  reference: string | undefined,
): Classification {
  const answer = decodeAnswer(dialect, data);
  if (shared && fit(request, answer, reference) === "denies") return "stray";
  return judge(request, answer, profile).outcome === "acknowledged" ? "interim" : "answer";
}

/** The answer to an action that moves no money. @throws ConcertError where there is none */
export function replyOf(result: TransactionResult, dialect: Dialect): Reply {
  if (result.kind === "not-sent") throw result.error;
  if (result.kind === "doubt") throw noReply(result, dialect);
  const answer = decodeAnswer(dialect, result.data);
  const { tickets } = evidenceOf(answer);
  if (!("get" in answer)) return { done: true, status: undefined, reason: reasonOf(undefined), tickets };
  const status = answer.get("AE");
  return {
    done: status === "10" || (status === undefined && answer.get("CD") === "I"),
    status,
    reason: reasonOf(answer.get("AF")?.slice(0, 2)),
    tickets,
    message: answer,
  };
}

function noReply(result: TransactionResult & { kind: "doubt" }, dialect: Dialect): unknown {
  const shown = result.unread.length === 0 ? "" : `: ${describeBytes(result.unread, 64)}`;
  switch (result.doubt) {
    case "lost":
      return (
        result.error ?? new ConcertError("PORT_LOST", "the connection was lost before the terminal answered")
      );
    case "closed":
      return new ConcertError("NO_ANSWER", "the terminal hung up without an answer", { reason: "closed" });
    case "malformed":
    case "oversize":
    case "cut":
      try {
        decodeAnswer(dialect, result.unread);
      } catch (error) {
        return error;
      }
      return new ConcertError("BAD_MESSAGE", `the terminal's answer cannot be read${shown}`, {
        reason: result.doubt,
      });
    default:
      return new ConcertError("NO_ANSWER", "the terminal did not answer in time", { reason: result.doubt });
  }
}
