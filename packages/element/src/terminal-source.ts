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
import type { LateAnswer, OpenedTerminal, TerminalSource } from "./controller.ts";
import { pageJournal, pageLease } from "./page-journal.ts";

/** The way to the terminal. The first that is there counts, in this order. */
export interface TerminalChoice {
  readonly terminal: Terminal | undefined;
  readonly connector: Connector | undefined;
  readonly bridge: string | undefined;
  /** The bridge's token. */
  readonly token: string | undefined;
  readonly serial: boolean;
  readonly register: { readonly number: string; readonly identifier: string };
  readonly profile: string | undefined;
  readonly answerWithinMs: number | undefined;
  /** Default: the page's journal in the browser. */
  readonly journal: Journal | undefined;
  /** Default: Web Locks, with the page's journal only. */
  readonly lease: Lease | undefined;
}

export function terminalSource(choice: TerminalChoice): TerminalSource {
  const open = async (connector: Connector, onLateAnswer: LateAnswer): Promise<OpenedTerminal> => {
    const { register, profile, answerWithinMs } = choice;
    const lease = choice.lease ?? (choice.journal === undefined ? pageLease() : undefined);
    const terminal = openTerminal({
      connector,
      register,
      journal: choice.journal ?? (await pageJournal()),
      onLateAnswer,
      ...(lease === undefined ? {} : { lease }),
      ...(profile === undefined ? {} : { profile }),
      ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    });
    return { terminal, close: () => terminal.close() };
  };
  const openSerial = async (
    port: SerialConnector | undefined,
    onLateAnswer: LateAnswer,
  ): Promise<OpenedTerminal | undefined> => {
    if (port === undefined) return undefined;
    const opened = await open(port, onLateAnswer);
    return { ...opened, close: () => opened.close().finally(() => port.dispose()) };
  };
  return {
    async open(onLateAnswer) {
      const { terminal, connector, bridge, token, serial } = choice;
      if (terminal !== undefined) return { terminal, close: async () => {} };
      if (connector !== undefined) return open(connector, onLateAnswer);
      if (bridge !== undefined)
        return open(
          webSocketConnector({ url: bridge, ...(token === undefined ? {} : { token }) }),
          onLateAnswer,
        );
      if (serial) return openSerial(await knownSerialConnector(), onLateAnswer);
      throw new ConcertError("BAD_REQUEST", "<concert-pay> needs a terminal: attribute bridge or serial", {
        field: "bridge",
        reason: "no-terminal",
      });
    },
    pick: async (onLateAnswer) => openSerial(await requestSerialConnector(), onLateAnswer),
  };
}
