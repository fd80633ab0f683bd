/**
 * From what the element was given (a bridge's address, a serial port, a connector, a terminal) to an open terminal.
 * @module
 */
import { ConcertError, type Connector, type Journal, type Lease, type Terminal } from "@concert-pay/core";
import {
  findSerialPort,
  knownSerialConnector,
  requestSerialConnector,
  type SerialConnector,
} from "@concert-pay/web-serial";
import { webSocketConnector } from "@concert-pay/ws-bridge/client";
import { inAttributes } from "./attribute-errors.ts";
import { pageJournal, pageLease, pageWitness } from "./page-journal.ts";
import { isSameEnd } from "./replaceable-connector.ts";
import { answerWithinMs, readLine } from "./settings.ts";
import {
  joinGivenTerminal,
  joinTerminal,
  type JoinedTerminal,
  type JoinOptions,
} from "./shared-terminals.ts";
import { isWitnessing, WitnessedConnector } from "./witness.ts";
import type { OpenedTerminal, TerminalSource, TerminalUser } from "./terminal-access.ts";

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
  /** Seconds, as written. */
  readonly answerWithin: string | undefined;
  /** Default: the page's journal in the browser. */
  readonly journal: Journal | undefined;
  /** Default: Web Locks. */
  readonly lease: Lease | undefined;
}

/** The source of one choice. */
export interface ChosenSource extends TerminalSource {
  /** True where that choice leads to the same terminal in the same way: then nothing has to be opened anew. */
  serves(choice: TerminalChoice): boolean;
}

export function terminalSource(choice: TerminalChoice): ChosenSource {
  return new Source(choice);
}

class Source implements ChosenSource {
  #choice: TerminalChoice;
  #joined: JoinedTerminal | undefined;

  constructor(choice: TerminalChoice) {
    this.#choice = choice;
  }

  open(user: TerminalUser): Promise<OpenedTerminal | undefined> {
    return namingAttributes(() => this.#open(user));
  }

  pick(user: TerminalUser): Promise<OpenedTerminal | undefined> {
    return namingAttributes(() => this.#pick(user));
  }

  async #open(user: TerminalUser): Promise<OpenedTerminal | undefined> {
    const { terminal, connector, bridge, token, serial } = this.#choice;
    if (terminal !== undefined) return joinGivenTerminal(terminal, user);
    if (connector !== undefined) return this.#join(connector, user);
    if (bridge !== undefined)
      return this.#join(webSocketConnector({ url: bridge, ...(token === undefined ? {} : { token }) }), user);
    if (serial) return this.#joinSerial(() => knownSerialConnector(), user);
    throw new ConcertError("BAD_REQUEST", "<concert-pay> needs a terminal: attribute bridge or serial", {
      field: "bridge",
      reason: "no-terminal",
    });
  }

  async #pick(user: TerminalUser): Promise<OpenedTerminal | undefined> {
    return this.#joinSerial(
      () => requestSerialConnector(),
      user,
      // Two terminals of one model have one name: only where there is one such port is it the one in use already.
      () =>
        findSerialPort().then(
          ({ found }) => found !== "one",
          () => true,
        ),
    );
  }

  serves(next: TerminalChoice): boolean {
    const { connector, ...rest } = this.#choice;
    const { connector: other, ...others } = next;
    if (!isSame(rest, others)) return false;
    if (connector === other) return true;
    if (connector === undefined || other === undefined || !isSameEnd(connector, other)) return false;
    this.#choice = next;
    this.#joined?.replace(this.#guarded(other));
    return true;
  }

  async #joinSerial(
    find: () => Promise<SerialConnector | undefined>,
    user: TerminalUser,
    isAlone = async (): Promise<boolean> => false,
  ): Promise<OpenedTerminal | undefined> {
    // Nobody is asked to pick a port for settings that make no sense.
    readLine(this.#choice.line);
    const port = await find();
    if (port === undefined) return undefined;
    const alone = await isAlone();
    const dispose = (): Promise<void> => port.dispose();
    return this.#join(port, user, { dispose, alone }).catch(async (error: unknown) => {
      await dispose();
      throw error;
    });
  }

  async #join(connector: Connector, user: TerminalUser, how: JoinOptions = {}): Promise<OpenedTerminal> {
    const { register, profile, bridge, token } = this.#choice;
    const answerMs = answerWithinMs(this.#choice.answerWithin);
    const line = readLine(this.#choice.line);
    const lease = this.#lease();
    const journal = this.#choice.journal ?? (await pageJournal());
    const guarded = this.#guarded(connector);
    if (guarded instanceof WitnessedConnector) await guarded.ask();
    this.#joined = joinTerminal(
      {
        connector: guarded,
        register,
        journal,
        ...(lease === undefined ? {} : { lease }),
        ...(profile === undefined ? {} : { profile }),
        ...(token === undefined || bridge === undefined ? {} : { token }),
        ...(line === undefined ? {} : { line }),
        ...(answerMs === undefined ? {} : { answerWithinMs: answerMs }),
      },
      user,
      how,
    );
    return this.#joined;
  }

  /** The page's own journal may have been wiped with every trace of it. */
  #guarded(connector: Connector): Connector {
    return this.#choice.journal === undefined && isWitnessing(connector)
      ? new WitnessedConnector(connector, pageWitness(connector.id))
      : connector;
  }

  /** With the page's own journal there is none but a lease of the browser's: without Web Locks it is refused. */
  #lease(): Lease | undefined {
    const { lease, journal } = this.#choice;
    if (lease !== undefined) return lease;
    return journal === undefined || globalThis.navigator?.locks !== undefined ? pageLease() : undefined;
  }
}

/** What is refused at the opening, and at a payment, comes from attributes. */
async function namingAttributes(
  open: () => Promise<OpenedTerminal | undefined>,
): Promise<OpenedTerminal | undefined> {
  try {
    const opened = await open();
    if (opened === undefined) return undefined;
    const { terminal } = opened;
    const pay: typeof terminal.pay = (request, options) =>
      terminal.pay(request, options).catch((error: unknown) => Promise.reject(inAttributes(error)));
    return { ...opened, terminal: { ...terminal, pay } };
  } catch (error) {
    throw inAttributes(error);
  }
}

function isSame<Choice extends Omit<TerminalChoice, "connector">>(
  { register: a, ...one }: Choice,
  { register: b, ...other }: Choice,
): boolean {
  const names = Object.keys(one) as (keyof typeof one)[];
  return (
    a.number === b.number && a.identifier === b.identifier && names.every((name) => one[name] === other[name])
  );
}
