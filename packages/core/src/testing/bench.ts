/**
 * A Terminal on virtual time, and the far ends the tests put before it.
 * @module
 */
import type { LinkInput } from "../link/link.ts";
import { SerialLink } from "../link/serial-link.ts";
import { money, type Money } from "../payment/money.ts";
import { memoryJournal, type Journal, type JournalRecord } from "../ports/journal.ts";
import { openTerminal } from "../terminal/terminal.ts";
import type { Terminal, TerminalOptions } from "../terminal-types.ts";
import { latin1, textOf, type FarConnection, type FarEnd } from "./far-end.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const REGISTER = { number: "01", identifier: "012345678901" } as const;
export const EUR = (minorUnits: number): Money => money(minorUnits, "EUR");
/** Of a debit of 25.00 EUR at register 01. */
export const APPROVAL =
  "CZ0040300CJ012330538600404CA00201CB0042500CD0010CE003978AE00210AC006A00395CC00300BCI0012";
export const REFUSAL = "CZ0040300AE00201AF00204";

export interface Bench {
  readonly clock: VirtualClock;
  readonly far: FarEnd;
  readonly terminal: Terminal;
  readonly journal: SlowJournal;
}

/** A memory journal that tells every record it took, and whose records of one state can be held back or refused. */
export interface SlowJournal extends Journal {
  readonly records: JournalRecord[];
  /** The next record of that state is not taken. */
  refuseOnce(state: JournalRecord["state"]): void;
  /** From now on a record of that state waits for the returned function before it is kept. */
  hold(state: JournalRecord["state"]): () => void;
}

export function slowJournal(): SlowJournal {
  const inner = memoryJournal();
  const records: JournalRecord[] = [];
  let held: { readonly state: string; readonly until: Promise<void> } | undefined;
  let refused: string | undefined;
  // As the durable journals: one call after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(call: () => Promise<T>): Promise<T> => {
    const turn = last.then(call);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    records,
    entries: () => inTurn(() => inner.entries()),
    record: (entry) =>
      inTurn(async () => {
        if (entry.state === refused) {
          refused = undefined;
          throw new Error("quota exceeded");
        }
        records.push(entry);
        if (entry.state === held?.state) await held.until;
        await inner.record(entry);
      }),
    refuseOnce(state) {
      refused = state;
    },
    hold(state) {
      let go = (): void => undefined;
      held = { state, until: new Promise((resolve) => (go = resolve)) };
      return () => {
        held = undefined;
        go();
      };
    },
  };
}

export function bench(far: FarEnd, more: Partial<TerminalOptions> = {}): Bench {
  const clock = new VirtualClock();
  const journal = slowJournal();
  const terminal = openTerminal({ connector: far, register: REGISTER, clock, journal, ...more });
  return { clock, far, terminal, journal };
}

/** The terminal's end of a serial line. */
export interface SerialFarEnd {
  readonly requests: string[];
  /** Delivers a message to the register, as soon as the line is free. */
  deliver(text: string): void;
}

/** @param answer what the terminal answers, at once; `undefined`: nothing yet */
export function serialTerminal(
  connection: FarConnection,
  clock: VirtualClock,
  answer: (request: string) => string | undefined | void,
): SerialFarEnd {
  const link = new SerialLink({ role: "terminal" });
  const requests: string[] = [];
  let cancel = (): void => undefined;
  const push = (input: LinkInput): void => {
    for (const output of link.step(input, clock.now())) {
      if (output.type === "write") {
        connection.say(textOf(output.bytes));
        push({ type: "written" });
      }
      if (output.type === "message") {
        requests.push(textOf(output.data));
        const text = answer(textOf(output.data));
        if (typeof text === "string") push({ type: "send", data: latin1(text) });
      }
    }
    cancel();
    if (link.deadline !== undefined) cancel = clock.setTimer(link.deadline, () => push({ type: "tick" }));
  };
  connection.onWrite = (text) => push({ type: "bytes", bytes: latin1(text) });
  return { requests, deliver: (text) => push({ type: "send", data: latin1(text) }) };
}
