/**
 * How the controller comes by its terminal, and what that tells it.
 * @module
 */
import type { JournalEntry, Outcome, Terminal } from "@concert-pay/core";
import type { Left } from "./orphans.ts";
import type { RunningState } from "./state.ts";

/** What a payment button needs of a terminal. */
export type PayTerminal = Pick<
  Terminal,
  "pay" | "recover" | "settle" | "pending" | "recorded" | "requestCancel"
>;

/** A terminal and what gives it back. */
export interface OpenedTerminal {
  readonly terminal: PayTerminal;
  close(): Promise<void>;
  /** Its user is out of the page, or back: others show meanwhile what it has begun. */
  setOut?(isOut: boolean): void;
  /** A payment that runs without its button, for this one to show. */
  running?(): RunningState | undefined;
  /** What came of such a payment, given once: this one shows and tells it. */
  takeLeft?(): Left | undefined;
}

/** Who uses a terminal. Several on one page may share it. */
export interface TerminalUser {
  /** True for a payment of this user's own: of several, it is this one that tells its end. */
  owns(key: string): boolean;
  /** An answer came after the payment had been given up as unknown. */
  lateAnswer(entry: JournalEntry, outcome: Outcome): void;
  /** Another user has done something with the terminal: what is unsettled may be other than before. */
  changed(): void;
}

/** Where terminals come from. Both reject with `ConcertError`. */
export interface TerminalSource {
  /** Without asking anyone. `undefined` where a person has to pick it first. */
  open(user: TerminalUser): Promise<OpenedTerminal | undefined>;
  /** From a click. `undefined` when the person changed their mind. */
  pick(user: TerminalUser): Promise<OpenedTerminal | undefined>;
}
