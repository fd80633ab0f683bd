/**
 * Which dialect does a terminal answer? Asked without ever carrying an amount: ENQ, ACK, EOT for the line, and
 * CD=I for V3 (protocol.md 9). For setting a register up, not for a sale.
 * @module
 */
import { decodeMessage } from "../codec/tlv.ts";
import { Driver, presenceTest, type ExchangeResult } from "./driver.ts";
import { ConcertError } from "../errors.ts";
import { checkLine, describeLine, LINE_PRESETS } from "../link/line-settings.ts";
import { SerialLink } from "../link/serial-link.ts";
import { StreamLink } from "../link/stream-link.ts";
import { findProfile, GENERIC } from "../payment/profiles.ts";
import { checkRegister, encodeOther } from "../payment/request.ts";
import { systemClock, type Clock } from "../ports/clock.ts";
import type { Connector, LineSettings } from "../ports/connector.ts";
import { randomId, systemRandom, type RandomBytes } from "../ports/random.ts";
import type { TerminalOptions } from "../terminal-types.ts";
import { makeTrace, type Trace } from "../trace.ts";

export interface ProbeOptions extends Pick<TerminalOptions, "connector" | "register" | "onTrace"> {
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /**
   * Line settings to try in turn on a serial line. Default: `LINE_PRESETS`, every speed from 1200 to 115200 in both
   * forms. One ENQ each, which takes a second where nothing answers, and the time to open the port: some 13 s in all.
   */
  readonly lines?: readonly LineSettings[];
  /** Longest wait for the answer to one question, in milliseconds. Default 5 000. */
  readonly answerWithinMs?: number;
}

/** What answered. */
export type ProbeResult =
  | {
      readonly answered: true;
      /** `v2`: the line answers, and tags do not. E and E+ cannot be told apart without a payment. */
      readonly dialect: "v3" | "v2";
      readonly framing: "stream" | "serial";
      /** Settings that worked; only on a serial line. */
      readonly line?: LineSettings;
      /** CZ and CJ of a V3 terminal's answer. */
      readonly version?: string;
      readonly identifier?: string;
    }
  | {
      readonly answered: false;
      /** What was tried, and what each met: `"9600 8N1: the terminal did not answer any ENQ..."`. */
      readonly tried: readonly string[];
    };

/**
 * Tries what a terminal may speak, one after the other.
 * @throws ConcertError `BAD_REQUEST` naming `register...` or `lines...`; whatever `Connector.open` rejects with where the carrier
 * itself cannot be used (`NOT_ALLOWED`, `NOT_SUPPORTED`, `UNREACHABLE`)
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  checkRegister(options.register);
  const { connector, lines = LINE_PRESETS } = options;
  lines.forEach((line, index) => checkLine(`lines[${index}]`, line));
  const prober = new Prober(options);
  return connector.carrier === "serial" ? prober.lines(lines) : prober.network();
}

type Framing = "stream" | "serial";

class Prober {
  readonly #options: ProbeOptions;
  readonly #connector: Connector;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #tried: string[] = [];

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#connector = options.connector;
    this.#clock = options.clock ?? systemClock();
    this.#trace = makeTrace(() => this.#clock.now(), options.onTrace);
  }

  async lines(lines: readonly LineSettings[]): Promise<ProbeResult> {
    for (const line of lines) {
      const found = await this.#framed(describeLine(line), line);
      if (found !== undefined) return { ...found, line };
    }
    return { answered: false, tried: this.#tried };
  }

  /** Bare tags first, as most terminals on IP speak; then the serial dialogue inside the socket (protocol.md 8.3). */
  async network(): Promise<ProbeResult> {
    const bare = await this.#identify("V3, bare", "stream", GENERIC.line);
    if (bare !== undefined) return bare;
    return (await this.#framed("frames over TCP", GENERIC.line)) ?? { answered: false, tried: this.#tried };
  }

  async #framed(what: string, line: LineSettings): Promise<(ProbeResult & { answered: true }) | undefined> {
    const present = await this.#exchange("serial", line, 1, (driver) =>
      driver.exchange(presenceTest(this.#id())),
    );
    const collided = present.kind === "not-sent" && present.error.reason === "collision";
    if (present.kind !== "answer" && !collided) {
      this.#note(what, present);
      return undefined;
    }
    const v3 = await this.#identify(`${what}, V3`, "serial", line);
    return v3 ?? { answered: true, dialect: "v2", framing: "serial" };
  }

  async #identify(
    what: string,
    framing: Framing,
    line: LineSettings,
  ): Promise<(ProbeResult & { answered: true }) | undefined> {
    const asker = {
      register: this.#options.register,
      dialect: "v3",
      profile: findProfile("generic"),
    } as const;
    const result = await this.#exchange(framing, line, undefined, (driver) =>
      driver.exchange({
        exchange: this.#id(),
        data: encodeOther("identification", asker).data,
        identification: true,
        answerWithinMs: this.#options.answerWithinMs ?? 5_000,
        classify: (data) => (decodeMessage(data).get("CD") === "I" ? "answer" : "stray"),
        beforeSending: async () => undefined,
        onSent: () => undefined,
        conclude: async () => true,
      }),
    );
    if (result.kind !== "answer") {
      this.#note(what, result);
      return undefined;
    }
    try {
      const answer = decodeMessage(result.data);
      const [version, identifier] = [answer.get("CZ"), answer.get("CJ")];
      return {
        answered: true,
        dialect: "v3",
        framing,
        ...(version === undefined ? {} : { version }),
        ...(identifier === undefined ? {} : { identifier }),
      };
    } catch (error) {
      this.#tried.push(`${what}: ${String(error)}`);
      return undefined;
    }
  }

  /** Each question on a connection of its own: a line that was opened with other settings is opened again. */
  async #exchange(
    framing: Framing,
    line: LineSettings,
    enqTries: number | undefined,
    run: (driver: Driver) => Promise<ExchangeResult>,
  ): Promise<ExchangeResult> {
    const { maskBit7 } = GENERIC;
    const driver = new Driver({
      connector: this.#connector,
      makeLink: ({ identification }) =>
        framing === "serial"
          ? new SerialLink({
              role: "register",
              maskBit7,
              ...(enqTries === undefined ? {} : { timings: { enqTries } }),
              ...(this.#connector.carrier === "serial" ? { baudRate: line.baudRate } : {}),
            })
          : new StreamLink({ endTags: identification ? ["AE", "CZ"] : ["AE"] }),
      line,
      clock: this.#clock,
      trace: this.#trace,
      connectWithinMs: 5_000,
      onStray: () => undefined,
    });
    try {
      const result = await run(driver);
      if (result.kind === "not-sent" && CARRIER_FAULTS.includes(result.error.code)) throw result.error;
      return result;
    } finally {
      await driver.close();
    }
  }

  #id(): string {
    return randomId(this.#options.random ?? systemRandom);
  }

  #note(what: string, result: ExchangeResult): void {
    const why =
      result.kind === "not-sent"
        ? result.error.message
        : `no answer (${result.kind === "doubt" ? result.doubt : ""})`;
    this.#tried.push(`${what}: ${why}`);
  }
}

/** Nothing else will work either: these say so to the caller instead of trying on. */
const CARRIER_FAULTS: readonly ConcertError["code"][] = ["NOT_ALLOWED", "NOT_SUPPORTED", "UNREACHABLE"];
