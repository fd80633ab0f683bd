/**
 * All exchanges the bridge knows, by the origin that began them and their id: running, held, or only remembered.
 * @module
 */
import type { Admitted } from "./admission.ts";
import type { CloseName } from "./close-codes.ts";
import type { Settings } from "./config.ts";
import type { Totals } from "./counters.ts";
import { Exchange } from "./exchange.ts";
import type { PageSocket } from "./page-socket.ts";

/** What to do with a page that was let in: `start` hands its WebSocket over, or the close to answer with. */
export type Entry = { readonly mayWrite: boolean; readonly start: (page: PageSocket) => void } | CloseName;

export class ExchangeBook {
  readonly #settings: Settings;
  readonly #totals: Totals;
  readonly #changed: () => void;
  readonly #exchanges = new Map<string, Exchange>();

  /** @param changed an exchange stopped running, or its page came or went. */
  constructor(settings: Settings, totals: Totals, changed: () => void) {
    this.#settings = settings;
    this.#totals = totals;
    this.#changed = changed;
  }

  get all(): readonly Exchange[] {
    return [...this.#exchanges.values()];
  }

  /**
   * Finds what a page asked for. The origin is part of the key: to another origin an exchange is simply not there.
   * @param stopping nothing is begun any more; what runs may still be taken up.
   */
  enter(admitted: Admitted, stopping: boolean): Entry {
    const key = `${admitted.origin} ${admitted.exchange}`;
    const known = this.#exchanges.get(key);
    if (known === undefined)
      return admitted.resumeOnly ? "nothing-held" : this.#begin(key, admitted, stopping);
    if (known.terminal !== admitted.terminal) return admitted.resumeOnly ? "nothing-held" : "exchange-used";
    if (!admitted.resumeOnly && known.neverBegun) return this.#begin(key, admitted, stopping, known);
    const { unavailable } = known;
    if (unavailable === "nothing-held" && !admitted.resumeOnly) return "exchange-used";
    if (unavailable !== undefined) return unavailable;
    return { mayWrite: admitted.resumeOnly, start: (page) => known.takeUp(page) };
  }

  #begin(key: string, { terminal, exchange: id }: Admitted, stopping: boolean, earlier?: Exchange): Entry {
    if (stopping) return "stopping";
    if (!this.#makeRoom(terminal)) return "full";
    return {
      mayWrite: true,
      start: (page) => {
        earlier?.discard();
        this.#totals.begun += 1;
        const exchange = new Exchange(terminal, page, {
          settings: this.#settings,
          totals: this.#totals,
          // The whole id would let whoever reads the log take the exchange up.
          log: (line) => this.#settings.log(`${terminal} ${id.slice(0, 8)}: ${line}`),
          changed: this.#changed,
          forget: (forgotten) => {
            if (this.#exchanges.get(key) === forgotten) this.#exchanges.delete(key);
            this.#changed();
          },
        });
        this.#exchanges.set(key, exchange);
      },
    };
  }

  #makeRoom(terminal: string): boolean {
    const { limits } = this.#settings;
    return (
      this.#thin(limits.connections, (exchange) => exchange.attached) &&
      this.#thin(
        limits.connectionsPerTerminal,
        (exchange) => exchange.running && exchange.terminal === terminal,
      ) &&
      this.#thin(limits.held, (exchange) => exchange.held) &&
      this.#thin(limits.remembered, () => true)
    );
  }

  /** True when fewer than `limit` match, if need be after forgetting the oldest that may be forgotten. */
  #thin(limit: number, matches: (exchange: Exchange) => boolean): boolean {
    const matching = this.all.filter(matches);
    if (matching.length < limit) return true;
    const oldest = matching.find((exchange) => exchange.dispensable);
    oldest?.discard();
    return oldest !== undefined;
  }
}
