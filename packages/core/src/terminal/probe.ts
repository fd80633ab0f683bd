/**
 * What does a terminal answer? Asked without ever carrying an amount: ENQ, ACK, EOT for the line, and CD=I for V3
 * (protocol.md 9). For setting a register up, not for a sale.
 * @module
 */
import { Ages } from "./ages.ts";
import { Driver, presenceTest, type ExchangeResult } from "./driver.ts";
import type { ConcertError } from "../errors.ts";
import { checkLine, describeLine, LINE_PRESETS, type LineSettings } from "../link/line-settings.ts";
import { guarded } from "./guarded-journal.ts";
import type { Link } from "../link/link.ts";
import { SerialLink } from "../link/serial-link.ts";
import { StreamLink } from "../link/stream-link.ts";
import type { Profile } from "../payment/profile.ts";
import { GENERIC } from "../payment/profiles.ts";
import { checkRegister, encodeOther } from "../payment/request.ts";
import { systemClock, type Clock } from "../ports/clock.ts";
import type { Connector } from "../ports/connector.ts";
import type { Journal } from "../ports/journal.ts";
import { Questions } from "./questions.ts";
import { randomId, systemRandom, type RandomBytes } from "../ports/random.ts";
import type { TerminalOptions } from "../terminal-types.ts";
import { answersIdentification, told, type Told } from "./told.ts";
import { makeTrace, type Trace } from "../trace.ts";

export interface ProbeOptions extends Pick<TerminalOptions, "connector" | "register" | "onTrace"> {
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /**
   * The one that `openTerminal` will be given: a question asked on a line is written down, so that its overdue answer
   * is not taken for a payment's. Without it wait three minutes before the first payment where `tags` is `"silence"`.
   */
  readonly journal?: Journal;
  /**
   * Line settings to try in turn on a serial line. Default: `LINE_PRESETS`, every speed from 1200 to 115200 in both
   * forms. One ENQ each, which takes a second where nothing answers, and the time to open the port: some 13 s in all.
   */
  readonly lines?: readonly LineSettings[];
  /** Longest wait for the answer to CD=I, in milliseconds. Default 10 000: terminals were seen to take 8 s. */
  readonly answerWithinMs?: number;
}

interface Answered {
  readonly answered: true;
  readonly framing: "stream" | "serial";
  /** Settings that worked; only on a serial line. */
  readonly line?: LineSettings;
  /** What to open it with, where the serial dialogue runs inside a TCP connection. */
  readonly profile?: Profile;
  /**
   * Messages that came meanwhile and answer an earlier request, or may: a payment's late answer among them, in the
   * order they came. The terminal was told that they arrived and will not send them again, so look at them before the
   * payment is settled. As they came: a card number in them is not masked.
   */
  readonly late: readonly Uint8Array[];
}

/**
 * What CD=I met where no message came to tell the dialect.
 *
 * - `silence`: the terminal acknowledged it and said no more. A V2 terminal may do that, and a V3 terminal that is busy.
 * - `refused`: NAK through all attempts. A V2 terminal may do that.
 * - `unanswered`: not even an acknowledgement, though ENQ had one: the form of the line (7E1, 8N1) may be another.
 */
export type TagsMet = "silence" | "refused" | "unanswered";

/**
 * What answered. With `dialect: "v3"` it is what `openTerminal` takes:
 * `openTerminal({ connector, register, ...found })`. Else a person has to say which dialect the terminal is set to:
 * `openTerminal({ connector, register, ...found, dialect: "v2-e+" })`.
 */
export type ProbeResult =
  /** A message in tags came. `version` and `identifier` are its CZ and CJ. */
  | (Answered & { readonly dialect: "v3"; readonly version?: string; readonly identifier?: string })
  /** An answer of fixed fields came. E and E+ cannot be told apart without a payment. */
  | (Answered & { readonly dialect: "v2" })
  /** Someone answers, and nothing came that tells the dialect. */
  | (Answered & { readonly dialect: "unknown"; readonly tags: TagsMet })
  | {
      readonly answered: false;
      /** What was tried, and what each met: `"9600 8N1: the terminal did not answer any ENQ..."`. */
      readonly tried: readonly string[];
    };

/**
 * Tries what a terminal may speak, one after the other. Asks nothing of a terminal that could move money.
 * @throws ConcertError `BAD_REQUEST` naming `register...` or `lines...`; whatever `Connector.open` rejects with where
 * the carrier itself cannot be used (`NOT_ALLOWED`, `NOT_SUPPORTED`, `UNREACHABLE`), unless a message has come before;
 * `JOURNAL_FAILED`
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  checkRegister(options.register);
  const { connector, lines = LINE_PRESETS } = options;
  lines.forEach((line, index) => checkLine(`lines[${index}]`, line));
  const prober = new Prober(options);
  try {
    return await (connector.carrier === "serial" ? prober.lines(lines) : prober.network());
  } finally {
    prober.close();
  }
}

type Framing = "stream" | "serial";
/** What CD=I met: an answer, or what else. */
type Met = Told | TagsMet;

/** Half-duplex frames over TCP (protocol.md 8.3): `openTerminal` has to be told, as bare tags are usual there. */
const FRAMED: Profile = { ...GENERIC, ipFraming: "serial" };

class Prober {
  readonly #options: ProbeOptions;
  readonly #connector: Connector;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #questions: Questions | undefined;
  readonly #tried: string[] = [];
  readonly #late: Uint8Array[] = [];
  /** By the content of a message that was no answer to us. */
  #told: Told | undefined;

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#connector = options.connector;
    this.#clock = options.clock ?? systemClock();
    this.#trace = makeTrace(() => this.#clock.now(), options.onTrace);
    this.#questions = this.#questionsIn(options.journal);
  }

  close(): void {
    this.#questions?.close();
  }

  async lines(lines: readonly LineSettings[]): Promise<ProbeResult> {
    let best: { readonly met: Met; readonly line: LineSettings } | undefined;
    for (const line of lines) {
      // ENQ and ACK are the same bits with even parity as without, but no frame is: only the speed is known to be right.
      if (best !== undefined && line.baudRate !== best.line.baudRate) continue;
      const met = await this.#framed(describeLine(line), line);
      if (met === undefined) continue;
      // Our frame was read: the form is right, too.
      if (typeof met === "object" || met === "silence")
        return this.#answered(met, { framing: "serial", line });
      if (best === undefined || best.met === "unanswered") best = { met, line };
    }
    return best === undefined
      ? { answered: false, tried: this.#tried }
      : this.#answered(best.met, { framing: "serial", line: best.line });
  }

  /** Bare tags first, as most terminals on IP speak; then the serial dialogue inside the socket (protocol.md 8.3). */
  async network(): Promise<ProbeResult> {
    const bare = await this.#identify("V3, bare", "stream", GENERIC.line);
    if (typeof bare === "object") return this.#answered(bare, { framing: "stream" });
    const framed = await this.#framed("frames over TCP", GENERIC.line);
    return framed === undefined
      ? { answered: false, tried: this.#tried }
      : this.#answered(framed, { framing: "serial", profile: FRAMED });
  }

  #answered(met: Met, where: Pick<Answered, "framing" | "line" | "profile">): ProbeResult {
    const found =
      typeof met === "object" ? met : (this.#told ?? ({ dialect: "unknown", tags: met } as const));
    return { answered: true, ...found, ...where, late: this.#late };
  }

  async #framed(what: string, line: LineSettings): Promise<Met | undefined> {
    const heard = this.#late.length;
    const { result } = await this.#exchange("serial", line, 1, (driver) =>
      driver.exchange(presenceTest(this.#id())),
    );
    // NAK, and an ENQ of the terminal's own, come from someone too.
    const present =
      result.kind === "answer" || (result.kind === "not-sent" && result.error.code === "REFUSED");
    if (present || this.#late.length > heard) return this.#identify(`${what}, V3`, "serial", line);
    this.#note(what, result);
    return undefined;
  }

  async #identify(what: string, framing: Framing, line: LineSettings): Promise<Met> {
    const asker = { register: this.#options.register, dialect: "v3", profile: GENERIC } as const;
    let ended: ((over: boolean) => void) | undefined;
    const { result, acknowledged } = await this.#exchange(framing, line, undefined, (driver) =>
      driver.exchange({
        exchange: this.#id(),
        data: encodeOther("identification", asker).data,
        identification: true,
        answerWithinMs: this.#options.answerWithinMs ?? 10_000,
        classify: (data) => this.#classify(framing, data),
        beforeSending: async () => {
          if (framing === "serial") ended = await this.#questions?.asks("identification");
        },
        onSent: () => undefined,
        conclude: async ({ kind }) => {
          ended?.(kind !== "doubt");
          return true;
        },
      }),
    );
    const answer = result.kind === "answer" ? told(result.data) : undefined;
    if (answer !== undefined) return answer;
    this.#note(what, result);
    return tagsMet(result, acknowledged);
  }

  #classify(framing: Framing, data: Uint8Array): "answer" | "stray" {
    if (answersIdentification(data)) return "answer";
    if (framing === "serial") return "stray";
    // Nothing else will come on a connection of this question's own, but whose answer it is remains open.
    this.#hear(data);
    return "answer";
  }

  #hear(data: Uint8Array): void {
    this.#late.push(data);
    this.#told ??= told(data);
  }

  /** Each question on a connection of its own: a line that was opened with other settings is opened again. */
  async #exchange(
    framing: Framing,
    line: LineSettings,
    enqTries: number | undefined,
    run: (driver: Driver) => Promise<ExchangeResult>,
  ): Promise<{ readonly result: ExchangeResult; readonly acknowledged: boolean }> {
    let link: Link | undefined;
    const driver = new Driver({
      connector: this.#connector,
      makeLink: () => (link = this.#link(framing, line, enqTries)),
      line,
      clock: this.#clock,
      trace: this.#trace,
      connectWithinMs: 5_000,
      onStray: (data) => this.#hear(data),
    });
    try {
      const result = await run(driver);
      const useless = result.kind === "not-sent" && CARRIER_FAULTS.includes(result.error.code);
      // What has come is not thrown away with the cable.
      if (useless && this.#late.length === 0) throw result.error;
      return { result, acknowledged: link?.counters["frameUnanswered"] === 0 };
    } finally {
      await driver.close();
    }
  }

  #link(framing: Framing, { baudRate }: LineSettings, enqTries: number | undefined): Link {
    if (framing === "stream") return new StreamLink({ endTags: ["AE", "CZ"] });
    return new SerialLink({
      role: "register",
      maskBit7: GENERIC.maskBit7,
      ...(enqTries === undefined ? {} : { timings: { enqTries } }),
      ...(this.#connector.carrier === "serial" ? { baudRate } : {}),
    });
  }

  #questionsIn(journal: Journal | undefined): Questions | undefined {
    if (journal === undefined) return undefined;
    const clock = this.#clock;
    return new Questions({
      journal: guarded(journal, clock),
      ages: new Ages(clock),
      clock,
      random: this.#options.random ?? systemRandom,
      terminal: this.#connector.id,
    });
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

function tagsMet(result: ExchangeResult, acknowledged: boolean): TagsMet {
  if (result.kind === "not-sent") return result.error.reason === "refused" ? "refused" : "unanswered";
  return acknowledged && result.kind === "doubt" && result.doubt === "silence" ? "silence" : "unanswered";
}
