/**
 * A bridge knows of exchanges that no page is done with. A journal without any history of that terminal may have been wiped,
 * and every trace of it with it: then the bridge is asked, for each terminal before its first payment.
 * @module
 */
import {
  ConcertError,
  type Connection,
  type Connector,
  type HistoryLostEntry,
  type Journal,
  type OpenOptions,
} from "@concert-pay/core";
import type { BridgeConnector } from "@concert-pay/ws-bridge/client";

/** A connector whose far end remembers. */
export type Witnessing = Connector & Pick<BridgeConnector, "heldExchanges">;

export function isWitnessing(connector: Connector): connector is Witnessing {
  return typeof (connector as Partial<Witnessing>).heldExchanges === "function";
}

/** For one terminal. */
export class Witness {
  readonly #journal: () => Promise<Journal>;
  readonly #terminal: string;
  #isDone = false;
  #asking: Promise<HistoryLostEntry | undefined> | undefined;

  constructor(journal: () => Promise<Journal>, terminal: string) {
    this.#journal = journal;
    this.#terminal = terminal;
  }

  /**
   * Until it is answered once: writes down that the journal was wiped where the bridge knows of a payment that the journal does
   * not, and resolves with that entry, which blocks. Rejects where the bridge cannot be asked: that is no answer.
   */
  async ask(connector: Witnessing): Promise<HistoryLostEntry | undefined> {
    if (this.#isDone) return undefined;
    this.#asking ??= this.#ask(connector).finally(() => (this.#asking = undefined));
    const lost = await this.#asking;
    this.#isDone = true;
    return lost;
  }

  async #ask(connector: Witnessing): Promise<HistoryLostEntry | undefined> {
    if (await this.#hasHistory()) return undefined;
    if ((await connector.heldExchanges()) === 0) return undefined;
    // Another tab may have begun a payment meanwhile: that is written down before its first byte.
    if (await this.#hasHistory()) return undefined;
    const lost: HistoryLostEntry = {
      kind: "history-lost",
      key: this.#key,
      reason: "wiped",
      state: "unknown",
      times: { unknown: new Date().toISOString() },
    };
    await (await this.#journal()).record(lost);
    return lost;
  }

  get #key(): string {
    return `history-lost:wiped:${this.#terminal}`;
  }

  /** Something was sent to this terminal and is in the journal, or its loss is. */
  async #hasHistory(): Promise<boolean> {
    const entries = await (await this.#journal()).entries();
    return entries.some((entry) => {
      if (entry.kind !== "payment") return entry.key === this.#key;
      return entry.terminal === this.#terminal && entry.state !== "intended" && entry.outcome !== "not-sent";
    });
  }
}

/** Over that connector nothing is sent before its witness has been heard. */
export class WitnessedConnector implements Connector {
  readonly carrier: Connector["carrier"];
  readonly id: string;
  readonly resumable: boolean;
  readonly #connector: Witnessing;
  readonly #witness: Witness;

  constructor(connector: Witnessing, witness: Witness) {
    this.carrier = connector.carrier;
    this.id = connector.id;
    this.resumable = connector.resumable;
    this.#connector = connector;
    this.#witness = witness;
  }

  /** Whoever can be asked now is asked now. */
  async ask(): Promise<void> {
    await this.#witness.ask(this.#connector).catch(() => undefined);
  }

  async open(options: OpenOptions): Promise<Connection> {
    // First: where the bridge cannot be reached, this knows best why.
    const connection = await this.#connector.open(options);
    try {
      const lost = options.resume === true ? undefined : await this.#witness.ask(this.#connector);
      if (lost === undefined) return connection;
      throw new ConcertError("WRONG_STATE", "the journal was wiped: look at the terminal first", {
        reason: "history-lost",
        pendingKey: lost.key,
      });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
}
