/**
 * From a payment in doubt to a decision: the terminal is asked first, then a person.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import { asConcertError } from "./as-concert-error.ts";
import type { Session } from "./session.ts";
import {
  isSettledOutcome,
  paymentOf,
  type BlockedState,
  type Decision,
  type DoneState,
  type HistoryLostState,
  type PayState,
} from "./state.ts";

/** Asks the terminal, as far as it can be asked, what became of the unsettled payment. Charges nothing. */
export async function checkUnsettled(session: Session): Promise<void> {
  const { state, generation } = session;
  if (state.name !== "blocked" || (state.step !== "found" && state.step !== "asking")) return;
  session.show({ ...state, step: "checking", problem: undefined });
  try {
    const outcome = await session.terminal.recover(state.entry.key);
    if (!isOpenQuestion(session, generation, state)) return;
    if (!isSettledOutcome(outcome))
      return session.show({ ...state, step: "asking", outcome, problem: undefined });
    await session.showOutcome(outcome);
  } catch (error) {
    const problem = asConcertError(error);
    session.events.error(problem);
    if (!isOpenQuestion(session, generation, state)) return;
    // Another page has the terminal: it will know more than a person looking now.
    const step = problem.holder === undefined ? "asking" : "found";
    session.show({ ...state, step, problem });
  }
}

/** A person's word, after looking at the terminal, about what nobody knows the outcome of. */
export async function decideUnsettled(
  session: Session,
  state: BlockedState | HistoryLostState,
  decision: Decision,
  by: string,
): Promise<void> {
  if (state.step !== "asking") return;
  const settling = { ...state, step: "settling", problem: undefined } as const;
  session.show(settling);
  try {
    const { entry } = state;
    const attempt = entry.kind === "payment" ? { exchange: entry.exchange } : {};
    await session.terminal.settle(entry.key, { outcome: decision, by, ...attempt });
  } catch (error) {
    return showUndecided(session, state, settling, asConcertError(error));
  }
  session.tellSettled({ entry: state.entry, decision, by });
  // The answer came while the person's word was on its way, or the terminal is another one.
  if (session.state !== settling) return;
  if (state.name === "blocked") session.show({ name: "settled", entry: state.entry, decision, by });
  else await lookAnew(session);
}

async function showUndecided(
  session: Session,
  state: BlockedState | HistoryLostState,
  settling: PayState,
  problem: ConcertError,
): Promise<void> {
  session.events.error(problem);
  // Somebody else was asked the same, and has answered; or another page has made the payment again.
  const isSettled = problem.reason === "settled";
  const told = isSettled ? await session.recorded(state.entry.key) : undefined;
  if (session.state !== settling) return;
  if (told !== undefined) session.showRecorded(told);
  else if (isSettled || problem.reason === "overtaken") await lookAnew(session);
  else session.show({ ...state, step: "asking", problem });
}

/** What was asked is answered: whatever can be read now, the question does not come back. */
async function lookAnew(session: Session): Promise<void> {
  session.show({ name: "starting" });
  await session.look({ atSale: true, stays: false });
}

/** A person's word about a payment that the terminal called "not done" without a clear cause. */
export async function decideLook(
  session: Session,
  state: DoneState,
  decision: Decision,
  by: string,
): Promise<void> {
  if (state.look !== "asked") return;
  const settling: DoneState = { ...state, look: "settling", problem: undefined };
  const entry = paymentOf(state.outcome);
  session.showEnded(settling);
  try {
    await session.terminal.settle(entry.key, { outcome: decision, by });
  } catch (error) {
    return showUnwritten(session, state, settling, asConcertError(error));
  }
  session.tellSettled({ entry, decision, by });
  if (session.state !== settling) return;
  session.showEnded(
    decision === "approved" ? { name: "settled", entry, decision, by } : { ...settling, look: "confirmed" },
  );
}

async function showUnwritten(
  session: Session,
  state: DoneState,
  settling: DoneState,
  error: ConcertError,
): Promise<void> {
  const { key } = paymentOf(state.outcome);
  // Somebody else was asked the same, and has answered.
  const told = error.reason === "settled" ? await session.recorded(key) : undefined;
  const problem = error.code === "BAD_REQUEST" && error.field === "key" ? madeElsewhere(error) : error;
  session.events.error(problem);
  if (session.state !== settling) return;
  if (told === undefined) session.showEnded({ ...state, problem });
  else session.showRecorded(told);
}

/** `recorded` finds a payment on whichever terminal it was made; its word is written down on its own. */
function madeElsewhere(cause: ConcertError): ConcertError {
  return new ConcertError(
    "WRONG_STATE",
    "that payment was made on another terminal; go back to it to settle it",
    {
      reason: "other-terminal",
      cause,
    },
  );
}

/** False when the question was answered otherwise meanwhile: by a late answer, or by leaving the terminal. */
function isOpenQuestion(session: Session, generation: number, { entry }: BlockedState): boolean {
  const { state } = session;
  return generation === session.generation && state.name === "blocked" && state.entry.key === entry.key;
}
