/**
 * A world: register, carrier and terminal in one process and in virtual time, everything drawn from one seed. It runs
 * until all is sold and settled, or until it is clear that it never will be.
 * @module
 */
import { bridgeCarrier } from "./carriers/bridge-page.ts";
import { Bridge } from "./carriers/bridge.ts";
import { SerialLine, serialCarrier } from "./carriers/serial-line.ts";
import { tcpCarrier, type TcpConnection } from "./carriers/tcp.ts";
import type { Sale } from "./call.ts";
import { WorldClock } from "./clock.ts";
import type { Carrier } from "./connector.ts";
import { Host } from "./host.ts";
import { Disk } from "./journal-store.ts";
import { Judge } from "./judge.ts";
import type { Life } from "./life.ts";
import { Log } from "./log.ts";
import { Page, type Sabotage } from "./page.ts";
import { drawPlan, type Plan, type PlannedTrouble } from "./plan.ts";
import { Random } from "./random.ts";
import { newTally, type Tally } from "./tally.ts";
import { closeOfDay, runSecondTab, runTill } from "./till.ts";
import { cause } from "./trouble.ts";

export interface WorldOptions {
  readonly seed: number;
  /** Write down what happens. Default false. */
  readonly trace?: boolean;
  readonly sabotage?: Sabotage;
  /** Look at the money alone, not at how the register came to its word. Default false. */
  readonly moneyOnly?: boolean;
}

export interface WorldEnd {
  readonly seed: number;
  /** Empty when all is well. */
  readonly violations: readonly string[];
  readonly tally: Tally;
  readonly trace: readonly string[];
}

/** Timers fired before a world counts as hung. */
const MOST_STEPS = 60_000;
/** Virtual time: longer than the longest chain of waits for answers. */
const LONGEST_MS = 12 * 3_600_000;
/** After so long the faults stop at the latest. */
const FAULTS_UNTIL_MS = 3 * 3_600_000;

export class World {
  readonly seed: number;
  readonly random: Random;
  readonly clock: WorldClock = new WorldClock();
  readonly log: Log;
  readonly tally: Tally = newTally();
  readonly plan: Plan;
  readonly sabotage: Sabotage;
  readonly disk: Disk = new Disk();
  readonly owners: Map<string, Life> = new Map();
  readonly connections: Set<TcpConnection> = new Set();
  readonly judge: Judge;
  readonly host: Host;
  readonly carrier: Carrier;
  readonly bridge: Bridge | undefined;
  readonly line: SerialLine | undefined;
  /** Faults have stopped. */
  calm = false;
  /** The page whose till sells; another may be open beside it. */
  till: Page | undefined;
  tab: Page | undefined;
  readonly #troubles: PlannedTrouble[];
  #steps = 0;
  readonly #pages: Page[] = [];
  #pageCount = 0;
  /** All is sold. */
  #closing = false;
  #finished = false;

  constructor({ seed, trace = false, sabotage = {}, moneyOnly = false }: WorldOptions) {
    this.seed = seed;
    this.random = new Random(seed);
    this.log = new Log(() => this.clock.now(), trace);
    this.plan = drawPlan(this.random);
    this.sabotage = sabotage;
    this.#troubles = [...this.plan.troubles];
    this.judge = new Judge(this, moneyOnly);
    this.host = new Host(this);
    const { carrier } = this.plan;
    this.tally.worlds = 1;
    const { dialect, framed } = this.plan;
    this.tally.carriers[`${carrier} ${dialect}${framed && dialect === "v3" ? " in frames" : ""}`] = 1;
    if (carrier === "serial") {
      this.line = new SerialLine(this);
      this.host.plugIn(this.line);
      this.carrier = serialCarrier(this, this.line);
    } else if (carrier === "bridge") {
      this.bridge = new Bridge(this);
      this.carrier = bridgeCarrier(this, this.bridge);
    } else this.carrier = tcpCarrier(this);
  }

  /** The sale at hand. */
  nextSale(): Sale | undefined {
    return this.plan.sales.find(({ done }) => !done);
  }

  /** Something happened: page and world touched, or a message arrived. What was planned for this step comes true. */
  step(life?: Life): void {
    this.#steps += 1;
    while (!this.calm && (this.#troubles[0]?.step ?? Infinity) <= this.#steps) {
      const { trouble } = this.#troubles.shift() as PlannedTrouble;
      cause(this, trouble, life);
    }
  }

  /** A page begins, after the one before it. */
  startTill(): void {
    if (this.#closing) return;
    const page = this.#open(`page ${++this.#pageCount}`);
    this.till = page;
    page.life.onDeath(() => {
      if (this.till === page) this.leaveTill();
    });
    this.#run(runTill(this, page), () => this.#closeDay(page));
  }

  /** The till's page is gone, or out of sight: another one is opened soon. */
  leaveTill(): void {
    this.till = undefined;
    this.clock.after(this.random.between(100, 30_000), () => this.startTill());
  }

  startSecondTab(): void {
    if (this.tab !== undefined || this.#closing) return;
    const page = this.#open("tab 2");
    this.tab = page;
    this.#run(runSecondTab(this, page), () => page.life.die());
  }

  #open(name: string): Page {
    const page = new Page(this, name);
    this.#pages.push(page);
    this.log.note(name, () => "starts");
    return page;
  }

  /**
   * All is sold. From here on nothing goes wrong any more, and everything has to come right: on the page that sold last,
   * which has seen what went wrong, and then on a new one.
   */
  #closeDay(till: Page): void {
    if (this.#closing) return;
    this.#closing = true;
    for (const page of this.#pages) if (page !== till) page.life.die();
    this.calm = true;
    this.host.model.script([]);
    this.log.note("world", () => "all is sold, no more faults");
    // Cables are put back, bridges and terminals started again: all of it takes less than this.
    this.clock.after(120_000, () => {
      if (till.leaving || !till.life.alive) return this.#lastPage();
      this.#run(closeOfDay(this, till, 98), () => this.#lastPage());
    });
  }

  #lastPage(): void {
    for (const page of this.#pages) page.life.die();
    const page = this.#open("last page");
    this.#run(closeOfDay(this, page, 99), () => (this.#finished = true));
  }

  #run(program: Promise<void>, done: () => void): void {
    program.then(done, (error: unknown) => {
      this.judge.accuse(`the till meets an error of no known kind: ${describeError(error)}`);
      this.#finished = true;
    });
  }

  async live(): Promise<WorldEnd> {
    const onUnhandled = (error: unknown): void =>
      this.judge.accuse(`a rejection that nobody handles: ${describeError(error)}`);
    process.on("unhandledRejection", onUnhandled);
    // Most errors here are part of the story: where in the code they were made is asked for in a replay only.
    const { stackTraceLimit } = Error;
    if (!this.log.wanted) Error.stackTraceLimit = 0;
    try {
      const { carrier, dialect, profile, troubles } = this.plan;
      this.log.note(
        "world",
        () =>
          `seed ${this.seed}: ${carrier} ${dialect} ${profile}, ${troubles.map(({ trouble }) => trouble).join(", ")}`,
      );
      this.startTill();
      let fired = 0;
      await this.clock.settle();
      while (!this.#finished && this.judge.violations.length === 0) {
        if (!this.clock.fireNext()) {
          this.judge.accuse("the world stands still: nothing will ever happen again");
          break;
        }
        if (this.clock.touched) await this.clock.settle();
        fired += 1;
        if (this.clock.now() > FAULTS_UNTIL_MS) this.calm = true;
        if (fired > MOST_STEPS || this.clock.now() > LONGEST_MS) {
          this.judge.accuse(
            `the world does not end: ${fired} timers, ${Math.round(this.clock.now() / 60_000)} minutes`,
          );
          break;
        }
      }
      if (this.judge.violations.length === 0) this.judge.conclude();
      this.tally.steps = fired;
      this.tally.charges = this.host.model.ledger.length;
    } finally {
      process.off("unhandledRejection", onUnhandled);
      Error.stackTraceLimit = stackTraceLimit;
    }
    return { seed: this.seed, violations: this.judge.violations, tally: this.tally, trace: this.log.lines };
  }
}

/** Runs one world to its end. */
export function runWorld(options: WorldOptions): Promise<WorldEnd> {
  return new World(options).live();
}

function describeError(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split("\n").slice(0, 3).join(" | ")
    : String(error);
}
