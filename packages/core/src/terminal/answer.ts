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
import { fit } from "../payment/late.ts";
import { judge } from "../payment/judge.ts";
import { reasonOf } from "../payment/reasons.ts";
import type { Outcome } from "../payment/outcome.ts";
import type { Dialect, Profile } from "../payment/profile.ts";
import type { Action } from "../payment/request.ts";
import type { Classification, TransactionResult } from "../payment/transaction.ts";
import { isAmbiguous, isAnothers, type SharedLine } from "./shared-line.ts";
import type { Reply } from "../terminal-types.ts";

/** @throws ConcertError `BAD_MESSAGE` */
export function decodeAnswer(dialect: Dialect, data: Uint8Array): Exclude<JudgedResponse, undefined> {
  return dialect === "v3" ? decodeMessage(data) : decodeV2Response(data);
}

/** The verdict on what came back; an answer that cannot be read is unknown, never lost. */
export function judgeResult(
  request: JudgedRequest,
  result: Exclude<TransactionResult, { kind: "not-sent" }>,
  dialect: Dialect,
  profile: Profile,
  line?: SharedLine,
): Outcome {
  const { unread } = result;
  if (result.kind === "doubt") return judge(request, undefined, profile, { doubt: result.doubt, unread });
  try {
    const answer = decodeAnswer(dialect, result.data);
    const ambiguous = line !== undefined && isAmbiguous(request, answer, line);
    return judge(request, answer, profile, { unread, elapsedMs: result.elapsedMs, ambiguous });
  } catch {
    // Whatever it was, a fault of ours included: an answer that cannot be read proves nothing.
    return judge(request, undefined, profile, { doubt: "malformed", unread: result.data });
  }
}

/**
 * What a message means for the payment that waits. Over IP the connection was opened for it; on a shared line, what
 * another payment's request fits better is that one's. An echo that fits none is this terminal's mistake about ours.
 */
export function classifyAnswer(
  request: JudgedRequest,
  data: Uint8Array,
  dialect: Dialect,
  profile: Profile,
  line: SharedLine | undefined,
): Classification {
  const answer = decodeAnswer(dialect, data);
  if (line !== undefined && isAnothers(request, answer, line)) return "stray";
  return judge(request, answer, profile).outcome === "acknowledged" ? "interim" : "answer";
}

/**
 * What a message means for a question that moves no money. The answers to a status and to a duplicate may look like a
 * payment's; to others only what cannot be their own is another's.
 */
export function classifyReply(
  action: Action,
  request: JudgedRequest,
  data: Uint8Array,
  dialect: Dialect,
  shared: boolean,
): Classification {
  if (!shared || action === "status" || action === "duplicate") return "answer";
  return fit(request, decodeAnswer(dialect, data)) === "denies" ? "stray" : "answer";
}

/** The answer to an action that moves no money. @throws ConcertError where there is none */
export function replyOf(result: TransactionResult, dialect: Dialect, action: Action): Reply {
  if (result.kind === "not-sent") throw result.error;
  if (result.kind === "doubt") throw noReply(result, dialect);
  const answer = decodeAnswer(dialect, result.data);
  const { tickets } = evidenceOf(answer);
  if (!("get" in answer)) return { done: true, status: undefined, reason: reasonOf(undefined), tickets };
  const status = answer.get("AE");
  return {
    // An identification needs no AE (protocol.md 5): that it is answered is all that was asked.
    done: status === "10" || (status === undefined && action === "identification"),
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
