/**
 * One `Terminal` for each terminal that a page uses, however many buttons stand on it: they have one lease, one line and
 * one list of what is unsettled.
 * @module
 */
import { openTerminal, type Connector, type Terminal, type TerminalOptions } from "@concert-pay/core";
import { orphansOf, type Member, type Orphans } from "./orphans.ts";
import { ReplaceableConnector } from "./replaceable-connector.ts";
import type { OpenedTerminal, PayTerminal, TerminalUser } from "./terminal-access.ts";

export interface SharedOptions extends Omit<TerminalOptions, "onLateAnswer"> {
  /** The bridge's, which the connector was made with: another one is another way to the terminal. */
  readonly token?: string;
}

export interface JoinedTerminal extends OpenedTerminal {
  /** That connector, of the same terminal, is used from now on. */
  replace(connector: Connector): void;
}

export interface JoinOptions {
  /** Gives the connector back, once nobody uses it. */
  readonly dispose?: () => Promise<void>;
  /** True where it is not certain that two of that name are one: then each user has its own, and the lease decides. */
  readonly alone?: boolean;
  /** Default: core's. */
  readonly open?: (options: TerminalOptions) => Terminal;
}

const shared = new Set<SharedTerminal>();

/**
 * Joins whoever on this page uses that terminal in the same way already; else opens it.
 * @throws ConcertError `BAD_REQUEST` naming the option at fault
 */
export function joinTerminal(
  options: SharedOptions,
  user: TerminalUser,
  { dispose = async () => {}, alone = false, open = openTerminal }: JoinOptions = {},
): JoinedTerminal {
  const found = alone ? undefined : [...shared].find((terminal) => terminal.serves(options));
  if (found === undefined) {
    const opened = SharedTerminal.open(options, dispose, open);
    if (!alone) shared.add(opened);
    return opened.join(user);
  }
  void dispose();
  return found.join(user);
}

/** The page's own terminal: its users hear of each other, and nobody closes it. */
export function joinGivenTerminal(terminal: Terminal, user: TerminalUser): OpenedTerminal {
  const found = [...shared].find((candidate) => candidate.terminal === terminal);
  const given = found ?? new SharedTerminal(terminal, undefined, undefined, async () => {});
  shared.add(given);
  return given.join(user);
}

class SharedTerminal {
  readonly terminal: Terminal;
  readonly #options: SharedOptions | undefined;
  readonly #connector: ReplaceableConnector | undefined;
  readonly #end: () => Promise<void>;
  readonly #orphans: Orphans;
  readonly #users = new Map<TerminalUser, Member>();

  constructor(
    terminal: Terminal,
    options: SharedOptions | undefined,
    connector: ReplaceableConnector | undefined,
    end: () => Promise<void>,
  ) {
    this.terminal = terminal;
    this.#options = options;
    this.#connector = connector;
    this.#end = end;
    this.#orphans = orphansOf(options?.connector?.id ?? terminal);
  }

  static open(
    options: SharedOptions,
    dispose: () => Promise<void>,
    open: (options: TerminalOptions) => Terminal,
  ): SharedTerminal {
    // What is no connector is left to `openTerminal` to refuse.
    const connector =
      typeof options.connector?.open === "function" ? new ReplaceableConnector(options.connector) : undefined;
    const { token: _, ...given } = options;
    const terminal = open({
      ...given,
      connector: connector ?? options.connector,
      onLateAnswer: (entry, outcome) =>
        made.#lateAnswer(entry.key, (user) => user.lateAnswer(entry, outcome)),
    });
    const made: SharedTerminal = new SharedTerminal(terminal, options, connector, async () => {
      await terminal.close().finally(dispose);
    });
    return made;
  }

  serves(options: SharedOptions): boolean {
    return (
      this.#options !== undefined &&
      this.#connector?.isLike(options.connector) === true &&
      isSameUse(this.#options, options)
    );
  }

  join(user: TerminalUser): JoinedTerminal {
    const member = this.#orphans.join(() => user.changed());
    this.#users.set(user, member);
    return {
      terminal: this.#for(user, member),
      replace: (connector) => void this.#connector?.replace(connector),
      setOut: (isOut) => this.#orphans.setOut(member, isOut),
      running: () => this.#orphans.running(member),
      takeLeft: () => this.#orphans.take(member),
      close: async () => {
        this.#orphans.leave(member);
        if (!this.#users.delete(user) || this.#users.size > 0) return;
        shared.delete(this);
        await this.#end();
      },
    };
  }

  /** The terminal as one of its users has it: what that one does is news for the others. */
  #for(user: TerminalUser, member: Member): PayTerminal {
    const { terminal } = this;
    const orphans = this.#orphans;
    const news = <T>(call: Promise<T>): Promise<T> =>
      call.finally(() => {
        for (const other of this.#users.keys()) if (other !== user) other.changed();
      });
    return {
      pay: (request, options) =>
        news(orphans.watchPayment(member, request, options, (watched) => terminal.pay(request, watched))),
      recover: (key, options) => news(orphans.watch(member, true, terminal.recover(key, options))),
      settle: (key, decision) => news(terminal.settle(key, decision)),
      pending: () => terminal.pending(),
      recorded: (key) => terminal.recorded(key),
      requestCancel: () => {
        orphans.cancelAsked();
        terminal.requestCancel();
      },
    };
  }

  /** One of them is told, whose payment it is where that is known; the others see that something has changed. */
  #lateAnswer(key: string, tell: (user: TerminalUser) => void): void {
    const users = [...this.#users.keys()];
    const present = users.filter((user) => this.#users.get(user)?.isOut !== true);
    const told = present.find((user) => user.owns(key)) ?? present[0] ?? users[0];
    if (told !== undefined) tell(told);
    for (const user of users) if (user !== told) user.changed();
  }
}

/** Connector, journal and lease are things, all else is data. */
const THINGS: readonly string[] = ["connector", "journal", "lease"];

function isSameUse(one: SharedOptions, other: SharedOptions): boolean {
  const data = (options: SharedOptions): string =>
    JSON.stringify(options, (name, value: unknown) => (THINGS.includes(name) ? undefined : value));
  return one.journal === other.journal && one.lease === other.lease && data(one) === data(other);
}
