/**
 * From an unsettled payment to a decision: the terminal is asked first, then a person.
 * @module
 */
import { asConcertError } from "./as-concert-error.ts";
import type { Session } from "./session.ts";
import { isSettledOutcome, type BlockedState, type Decision, type HistoryLostState } from "./state.ts";

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

/** A person's word, after looking at the terminal. Without a name nothing is written down. */
export async function decideUnsettled(
  session: Session,
  state: BlockedState | HistoryLostState,
  decision: Decision,
  by: string,
): Promise<void> {
  const { generation } = session;
  if (state.step !== "asking" || by === "") return;
  session.show({ ...state, step: "settling", problem: undefined });
  try {
    await session.terminal.settle(state.entry.key, { outcome: decision, by });
    session.events.settled({ entry: state.entry, decision, by });
    if (generation !== session.generation) return;
    if (state.name === "blocked") session.show({ name: "settled", entry: state.entry, decision, by });
    else await session.look({ atSale: true, stays: false });
  } catch (error) {
    const problem = asConcertError(error);
    session.events.error(problem);
    if (generation === session.generation) session.show({ ...state, step: "asking", problem });
  }
}

/** False when the question was answered otherwise meanwhile: by a late answer, or by leaving the terminal. */
function isOpenQuestion(session: Session, generation: number, { entry }: BlockedState): boolean {
  const { state } = session;
  return generation === session.generation && state.name === "blocked" && state.entry.key === entry.key;
}
