/**
 * From what the element was given (a bridge's address, a serial port, a connector, a terminal) to an open terminal.
 * @module
 */
import {
  ConcertError,
  openTerminal,
  type Connector,
  type Journal,
  type Lease,
  type Terminal,
} from "@concert-pay/core";
import { knownSerialConnector, requestSerialConnector, type SerialConnector } from "@concert-pay/web-serial";
import { webSocketConnector } from "@concert-pay/ws-bridge/client";
import { pageJournal, pageLease } from "./page-journal.ts";
import { ReplaceableConnector } from "./replaceable-connector.ts";
import { readLine } from "./settings.ts";
import type { LateAnswer, OpenedTerminal, TerminalSource } from "./terminal-access.ts";

/** The way to the terminal. The first that is there counts, in this order. */
export interface TerminalChoice {
  readonly terminal: Terminal | undefined;
  readonly connector: Connector | undefined;
  readonly bridge: string | undefined;
  /** The bridge's token. */
  readonly token: string | undefined;
  readonly serial: boolean;
  /** How the serial line is set, as written in HTML. */
  readonly line: string | undefined;
  readonly register: { readonly number: string; readonly identifier: string };
  readonly profile: string | undefined;
  readonly answerWithinMs: number | undefined;
  /** Default: the page's journal in the browser. */
  readonly journal: Journal | undefined;
  /** Default: Web Locks, with the page's journal only. */
  readonly lease: Lease | undefined;
}

/** The source of one choice. */
export interface ChosenSource extends TerminalSource {
  /** True where that choice leads to the same terminal in the same way: then nothing has to be opened anew. */
  serves(choice: TerminalChoice): boolean;
}

export function terminalSource(choice: TerminalChoice): ChosenSource {
  const given =
    typeof choice.connector?.open === "function" ? new ReplaceableConnector(choice.connector) : undefined;
  const open = async (connector: Connector, onLateAnswer: LateAnswer): Promise<OpenedTerminal> => {
    const { register, profile, answerWithinMs } = choice;
    const line = readLine(choice.line);
    const lease = choice.lease ?? (choice.journal === undefined ? pageLease() : undefined);
    const terminal = openTerminal({
      connector,
      register,
      journal: choice.journal ?? (await pageJournal()),
      onLateAnswer,
      ...(lease === undefined ? {} : { lease }),
      ...(profile === undefined ? {} : { profile }),
      ...(line === undefined ? {} : { line }),
      ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    });
    return { terminal, close: () => terminal.close() };
  };
  const openSerial = async (
    find: () => Promise<SerialConnector | undefined>,
    onLateAnswer: LateAnswer,
  ): Promise<OpenedTerminal | undefined> => {
    // Nobody is asked to pick a port for settings that make no sense.
    readLine(choice.line);
    const port = await find();
    if (port === undefined) return undefined;
    const opened = await open(port, onLateAnswer);
    return { ...opened, close: () => opened.close().finally(() => port.dispose()) };
  };
  return {
    async open(onLateAnswer) {
      const { terminal, connector, bridge, token, serial } = choice;
      if (terminal !== undefined) return { terminal, close: async () => {} };
      if (connector !== undefined) return open(given ?? connector, onLateAnswer);
      if (bridge !== undefined)
        return open(
          webSocketConnector({ url: bridge, ...(token === undefined ? {} : { token }) }),
          onLateAnswer,
        );
      if (serial) return openSerial(() => knownSerialConnector(), onLateAnswer);
      throw new ConcertError("BAD_REQUEST", "<concert-pay> needs a terminal: attribute bridge or serial", {
        field: "bridge",
        reason: "no-terminal",
      });
    },
    pick: (onLateAnswer) => openSerial(() => requestSerialConnector(), onLateAnswer),
    serves: (other) =>
      isSameBut("connector", choice, other) &&
      (choice.connector === other.connector ||
        (other.connector !== undefined && given?.replace(other.connector) === true)),
  };
}

/** Compares two choices, but for one field. */
function isSameBut(but: keyof TerminalChoice, one: TerminalChoice, other: TerminalChoice): boolean {
  const { register: a, ...rest } = one;
  const { register: b, ...others } = other;
  const names = (Object.keys(rest) as (keyof typeof rest)[]).filter((name) => name !== but);
  return (
    a.number === b.number &&
    a.identifier === b.identifier &&
    names.every((name) => rest[name] === others[name])
  );
}
