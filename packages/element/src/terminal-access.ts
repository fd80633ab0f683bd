/**
 * How the controller comes by its terminal.
 * @module
 */
import type { JournalEntry, Outcome, Terminal } from "@concert-pay/core";

/** A terminal and what gives it back. */
export interface OpenedTerminal {
  readonly terminal: Terminal;
  close(): Promise<void>;
}

/** Told by the terminal when an answer came after the payment had been given up as unknown. */
export type LateAnswer = (entry: JournalEntry, outcome: Outcome) => void;

/** Where terminals come from. Both reject with `ConcertError`. */
export interface TerminalSource {
  /** Without asking anyone. `undefined` where a person has to pick it first. */
  open(onLateAnswer: LateAnswer): Promise<OpenedTerminal | undefined>;
  /** From a click. `undefined` when the person changed their mind. */
  pick(onLateAnswer: LateAnswer): Promise<OpenedTerminal | undefined>;
}
