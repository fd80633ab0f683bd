/**
 * A Terminal on a serial line in virtual time, and the terminal at its other end, which says nothing by itself.
 * @module
 */
import { openTerminal } from "../terminal/terminal.ts";
import type { Terminal, TerminalOptions } from "../terminal-types.ts";
import { REGISTER, serialTerminal, type SerialFarEnd } from "./bench.ts";
import { farEnd } from "./far-end.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface Line {
  readonly clock: VirtualClock;
  readonly terminal: Terminal;
  /** Whole messages that the terminal took. */
  readonly requests: readonly string[];
  /** Delivers a message to the register, as soon as the line is free. */
  answer(text: string): void;
}

/** @param clock that of the machine: pages that follow each other share it, or each begins anew */
export function line(more: Partial<TerminalOptions> = {}, clock = new VirtualClock()): Line {
  const requests: string[] = [];
  let end: SerialFarEnd | undefined;
  const connector = farEnd(
    (connection) => {
      end = serialTerminal(connection, clock, (request) => void requests.push(request));
    },
    { carrier: "serial" },
  );
  const terminal = openTerminal({ connector, register: REGISTER, clock, ...more });
  return { clock, terminal, requests, answer: (text) => end?.deliver(text) };
}
