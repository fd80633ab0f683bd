/**
 * All exchanges the bridge knows, by their id: running, held, or only remembered.
 * @module
 */
import type { Admitted } from "./admission.ts";
import type { CloseName } from "./close-codes.ts";
import type { Settings } from "./config.ts";
import type { Totals } from "./counters.ts";
import { Exchange } from "./exchange.ts";
import type { PageSocket } from "./page-socket.ts";
import { makeRoom } from "./room.ts";
import { UsedIds } from "./used-ids.ts";

/** What to do with a page that was let in: `start` hands its WebSocket over, or the close to answer with. */
export type Entry = { readonly mayWrite: boolean; readonly start: (page: PageSocket) => void } | CloseName;

export class ExchangeBook {
  readonly #settings: Settings;
  readonly #totals: Totals;
  readonly #changed: () => void;
  /** Oldest first. */
  readonly #exchanges = new Map<string, Exchange>();
  readonly #used: UsedIds;

  /** @param changed an exchange stopped running, or its page came or went. */
  constructor(settings: Settings, totals: Totals, changed: () => void) {
    this.#settings = settings;
    this.#totals = totals;
    this.#changed = changed;
    this.#used = new UsedIds(settings.limits.remembered);
  }

  get all(): readonly Exchange[] {
    return [...this.#exchanges.values()];
  }

  /**
   * Finds what a page asked for. To another origin, or under another terminal's name, an exchange is not there; but
   * its id is used, and under a used id nothing is begun.
   * @param stopping nothing is begun any more; what runs may still be taken up.
   */
  enter(admitted: Admitted, stopping: boolean): Entry {
    const { exchange: id, origin, terminal, resumeOnly } = admitted;
    const known = this.#exchanges.get(id);
    if (known === undefined && !resumeOnly && !this.#used.has(id)) return this.#begin(admitted, stopping);
    if (known === undefined || known.origin !== origin || known.terminal !== terminal)
      return resumeOnly ? "nothing-held" : "exchange-used";
    if (!resumeOnly && known.neverBegun) return this.#begin(admitted, stopping, known);
    const { unavailable } = known;
    if (unavailable === "nothing-held" && !resumeOnly) return "exchange-used";
    if (unavailable !== undefined) return unavailable;
    return { mayWrite: resumeOnly, start: (page) => known.takeUp(page) };
  }

  /**
   * Exchanges of that origin with that terminal whose answer is here, or may yet come, and that no page is done with.
   * One whose page is still there counts too: the till behind it may be dead, which shows only later.
   */
  owed(origin: string, terminal: string): number {
    return this.all.filter((one) => one.owed && one.origin === origin && one.terminal === terminal).length;
  }

  #begin({ origin, terminal, exchange: id }: Admitted, stopping: boolean, earlier?: Exchange): Entry {
    if (stopping) return "stopping";
    if (!makeRoom(() => this.all, terminal, this.#settings)) return "full";
    return {
      mayWrite: true,
      start: (page) => {
        earlier?.discard();
        this.#totals.begun += 1;
        const exchange = new Exchange({ origin, terminal }, page, {
          settings: this.#settings,
          totals: this.#totals,
          // The whole id would let whoever reads the log take the exchange up.
          log: (line) => this.#settings.log(`${terminal} ${id.slice(0, 8)}: ${line}`),
          changed: this.#changed,
          forget: (forgotten) => {
            if (!forgotten.neverBegun) this.#used.add(id);
            if (this.#exchanges.get(id) === forgotten) this.#exchanges.delete(id);
            this.#changed();
          },
        });
        this.#exchanges.set(id, exchange);
      },
    };
  }
}
