/**
 * How the outcome of an unsettled payment is learnt, in the order of the design: what the bridge holds, a late
 * answer on the line, the terminal's status, the duplicate's ticket beside the question to a person.
 * @module
 */
import { classifyAnswer, classifyReply, decodeAnswer, judgeResult } from "./answer.ts";
import type { Book } from "./book.ts";
import { isPayment } from "./entry-states.ts";
import { badRequest, ConcertError } from "../errors.ts";
import type { LineWatch } from "./line-watch.ts";
import type { Lines } from "./lines.ts";
import { evidenceOf } from "../payment/evidence.ts";
import type { JudgedResponse } from "../payment/facts.ts";
import { judge } from "../payment/judge.ts";
import { echoesReference, fit, ownerOf, requestOf } from "../payment/late.ts";
import type { Outcome } from "../payment/outcome.ts";
import { recordedOutcome } from "../payment/recorded.ts";
import { encodeOther, ticketsWanted } from "../payment/request.ts";
import type { TransactionResult } from "../payment/transaction.ts";
import type { Tag } from "../codec/message.ts";
import type { Ticket } from "../codec/ticket.ts";
import type { Tenure } from "./owner.ts";
import type { JournalEntry, PaymentEntry, QuestionAction } from "../ports/journal.ts";
import type { Phase } from "../terminal-types.ts";
import { randomId } from "../ports/random.ts";
import type { Setting } from "./setting.ts";

/** How long a line is listened to for an answer that the terminal still wants to give: it bids three times. */
const LISTEN_MS = 5_000;
/** How long the terminal may take to tell a status or a duplicate. */
const ASK_MS = 30_000;

type Told = Exclude<TransactionResult, { kind: "not-sent" }>;

export interface RecoveryEvents {
  /** Takes the terminal: what is learnt of a payment is written down by its owner only. */
  readonly own: () => Promise<Tenure>;
  readonly runningKey: () => string | undefined;
  /** The request of the payment that runs may have left. */
  readonly runningSent: () => boolean;
  /** Resolves when no payment runs. */
  readonly idle: () => Promise<void>;
  readonly onLateAnswer: ((entry: JournalEntry, outcome: Outcome) => void) | undefined;
}

export class Recovery {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #watch: LineWatch;
  readonly #lines: Lines;
  readonly #events: RecoveryEvents;
  /** What changes an entry after its payment is over is done one after the other: none writes over another's word. */
  #work: Promise<void> = Promise.resolve();

  constructor(setting: Setting, book: Book, watch: LineWatch, lines: Lines, events: RecoveryEvents) {
    this.#setting = setting;
    this.#book = book;
    this.#watch = watch;
    this.#lines = lines;
    this.#events = events;
  }

  /**
   * Resolves with what is known then: the terminal's own answer whole, where one came that settles the payment. An
   * outcome still unknown carries the duplicate's ticket, if there is one.
   */
  async recover(
    entry: PaymentEntry,
    answerWithinMs: number,
    tenure: Tenure,
    onPhase: (phase: Phase) => void,
  ): Promise<Outcome> {
    const { connector, profile } = this.#setting;
    onPhase("calling");
    let told = connector.resumable ? await this.#resume(entry, answerWithinMs, tenure, onPhase) : undefined;
    const open = async (): Promise<boolean> => told === undefined && (await this.#open(entry));
    if (connector.carrier === "serial" && (await open())) await this.#listen(entry);
    let tickets: readonly Ticket[] = [];
    for (const means of this.#setting.dialect === "v3" ? profile.recovery : []) {
      if (!(await open())) break;
      if (means === "status") told = await this.#status(entry, tenure);
      else tickets = await this.#duplicate();
    }
    onPhase("done");
    if (told !== undefined && !(await this.#settledOtherwise(entry, told))) return told;
    const now = (await this.#book.find(entry.key)) ?? entry;
    const outcome = recordedOutcome(isPayment(now) ? now : entry);
    return { ...outcome, evidence: { ...outcome.evidence, tickets } };
  }

  /**
   * A message that no exchange waits for: settles the payment it belongs to, and no other. It is not the answer to
   * a payment whose exchange is still `waiting`, but may be to one that is just being written down as unknown.
   */
  late(data: Uint8Array, waiting: boolean): void {
    const { lastPayment, owed } = this.#lines;
    const justEnded = !waiting && this.#events.runningSent();
    const running = justEnded ? undefined : this.#events.runningKey();
    const written = justEnded ? this.#events.idle() : undefined;
    this.inTurn(async () => {
      await written;
      await this.#late(data, running, lastPayment, owed);
    }).catch((error: unknown) => {
      this.#setting.trace?.("error", () => `a late answer could not be recorded: ${String(error)}`);
    });
  }

  /** Runs alone among all that settles payments afterwards. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(task);
    this.#work = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #open({ key }: PaymentEntry): Promise<boolean> {
    const entry = await this.#book.find(key);
    return entry !== undefined && entry.state !== "settled";
  }

  /** Somebody else was first to say what became of the payment: the journal keeps that, and so it is what counts. */
  async #settledOtherwise(entry: PaymentEntry, told: Outcome): Promise<boolean> {
    // A journal that cannot be read any more says nothing against the terminal's answer.
    const now = await this.#book.find(entry.key).catch(() => undefined);
    if (now === undefined || !isPayment(now)) return false;
    return now.exchange !== entry.exchange || (now.state === "settled" && now.outcome !== told.outcome);
  }

  /** Writes down what the terminal has told, and hands it on with all that came beside it. */
  async #conclude(
    entry: PaymentEntry,
    outcome: Outcome,
    how: "resumed" | "status",
    tenure: Tenure,
  ): Promise<Outcome> {
    const recorded = await this.#book.conclude(entry, outcome, how, tenure);
    return { ...outcome, key: entry.key, ...(recorded ? {} : { unrecorded: true }) };
  }

  /** Step 1: the bridge kept the connection to the terminal, and gives what came to whoever names the exchange. */
  async #resume(
    entry: PaymentEntry,
    answerWithinMs: number,
    tenure: Tenure,
    onPhase: (phase: Phase) => void,
  ): Promise<Outcome | undefined> {
    let told: Outcome | undefined;
    const request = requestOf(entry);
    const { dialect, profile } = this.#setting;
    const line = this.#watch.heldLine(entry, await this.#book.entries());
    await this.#lines.exchange({
      exchange: entry.exchange,
      data: undefined,
      answerWithinMs,
      classify: (data) => classifyAnswer(request, data, dialect, profile, line),
      beforeSending: async () => undefined,
      // The terminal may be waiting for the card still.
      onSent: () => onPhase("card-expected"),
      conclude: async (result) => {
        if (result.kind === "not-sent") return false;
        // The bridge took none of the request, and takes none any more: it never reached the terminal.
        if (result.resumed?.requestBytes === 0) return this.#book.notSent(entry, tenure);
        const outcome = judgeResult(request, untimed(result), dialect, profile, line);
        if (outcome.outcome === "unknown" || outcome.outcome === "acknowledged") return false;
        told = await this.#conclude(entry, outcome, "resumed", tenure);
        return told.unrecorded !== true;
      },
    });
    return told;
  }

  /** Step 2: open the line, and give the terminal the time to bid. */
  async #listen(entry: PaymentEntry): Promise<void> {
    try {
      await this.#lines.listen();
    } catch {
      // The cable is still out: the later steps say so to a person.
      return;
    }
    const { clock } = this.#setting;
    const until = clock.now() + LISTEN_MS;
    while (clock.now() < until && !this.#lines.closed && (await this.#open(entry)))
      await new Promise<void>((resolve) => clock.setTimer(Math.min(until, clock.now() + 250), resolve));
    await this.#work;
  }

  /** Step 3: CD=T. Settles only where the answer names this payment by its own reference. */
  async #status(entry: PaymentEntry, tenure: Tenure): Promise<Outcome | undefined> {
    const { reference } = entry;
    // What was masked for the journal names nothing to the terminal.
    if (reference === undefined || reference.includes("*")) return undefined;
    const { dialect, profile } = this.#setting;
    // The answer to a duplicate would pass for this one, and its AE is about the duplicate.
    if (this.#lines.mixed && this.#watch.doubt(await this.#book.entries()) === "all") return undefined;
    const data = await this.#ask("status", [{ name: "CH", value: reference }]);
    if (data === undefined) return undefined;
    try {
      const answer = decodeAnswer(dialect, data);
      if (!echoesReference(answer, entry.reference)) return undefined;
      const outcome = judge(requestOf(entry), answer, profile);
      if (outcome.outcome !== "approved" || (await this.#sharesReference(entry))) return undefined;
      return await this.inTurn(async () =>
        (await this.#open(entry)) ? this.#conclude(entry, outcome, "status", tenure) : undefined,
      );
    } catch (error) {
      if (error instanceof ConcertError) return undefined;
      throw error;
    }
  }

  /** A reference that several payments bear (an order paid in parts) names none of them. */
  async #sharesReference({ key, reference }: PaymentEntry): Promise<boolean> {
    const entries = (await this.#book.entries()).filter(isPayment);
    return entries.some(
      (other) => other.key !== key && other.reference === reference && other.outcome !== "not-sent",
    );
  }

  /** Step 4: CD=3. Its ticket is shown to the person; it proves nothing, being perhaps another payment's. */
  async #duplicate(): Promise<readonly Ticket[]> {
    const ck = ticketsWanted(this.#setting.profile.tickets.length > 0, this.#setting.profile);
    const data = await this.#ask("duplicate", ck === undefined ? [] : [{ name: "CK", value: ck }]);
    if (data === undefined) return [];
    try {
      return evidenceOf(decodeAnswer(this.#setting.dialect, data)).tickets;
    } catch (error) {
      if (error instanceof ConcertError) return [];
      throw error;
    }
  }

  async #ask(action: QuestionAction, tags: readonly Tag[]): Promise<Uint8Array | undefined> {
    const { data, judged } = encodeOther(action, this.#setting, tags);
    const { dialect, random } = this.#setting;
    try {
      const result = await this.#lines.exchange(
        {
          exchange: randomId(random),
          data,
          answerWithinMs: ASK_MS,
          classify: (bytes) => classifyReply(action, judged, bytes, dialect, this.#lines.mixed),
          beforeSending: async () => undefined,
          onSent: () => undefined,
          conclude: async () => true,
        },
        { action },
      );
      return result.kind === "answer" ? result.data : undefined;
    } catch (error) {
      if (error instanceof ConcertError) return undefined;
      throw error;
    }
  }

  async #late(
    data: Uint8Array,
    running: string | undefined,
    lastPayment: string | undefined,
    owed: readonly QuestionAction[],
  ): Promise<void> {
    const { dialect, profile, trace } = this.#setting;
    const answer = decodeAnswer(dialect, data);
    trace?.("late", () => evidenceOf(answer).answer.join(" "));
    const tenure = await this.#events.own();
    const begun = this.#events.runningKey();
    const entries = await this.#book.entries();
    const others = entries.filter(isPayment).filter(({ key }) => key !== running && key !== begun);
    const candidates = others.filter(awaitsTerminal);
    const told = others.filter((entry) => !awaitsTerminal(entry) && entry.outcome !== "not-sent");
    const doubt = this.#watch.doubt(entries, owed);
    const last = others.find(({ key }) => key === lastPayment);
    // Without an amount it could be to the payment before as well.
    const meant = last === undefined || this.#watch.isRivalled(last, others) ? undefined : lastPayment;
    const owner =
      ownerOf(answer, candidates, meant, told, doubt) ??
      (doubt === "all" ? undefined : toldAgain(answer, told, entries.filter(isPayment)));
    if (owner === undefined) return;
    const outcome = judge(requestOf(owner), answer, profile);
    if (outcome.outcome === "unknown" || outcome.outcome === "acknowledged") return;
    // It may be the answer to a status, of which only an approval counts.
    if (doubt === "unnamed" && outcome.outcome !== "approved") return;
    if (owner.state === "settled") {
      if (owner.outcome === outcome.outcome && told.includes(owner)) return;
      if (owner.outcome !== outcome.outcome)
        await this.#book.note({ ...owner, contradiction: outcome.outcome }, tenure);
    } else await this.#book.conclude(owner, outcome, "late", tenure);
    const entry = await this.#book.find(owner.key);
    if (entry !== undefined) this.#events.onLateAnswer?.(entry, { ...outcome, key: owner.key });
  }
}

/** How soon a held answer comes says nothing about the terminal: the bridge may have had it for long. */
function untimed(result: Told): Told {
  return result.kind === "answer" ? { ...result, elapsedMs: Infinity } : result;
}

/** The terminal has not told the outcome of it: it is open, or a person settled it. */
function awaitsTerminal(entry: PaymentEntry): boolean {
  return entry.state === "sending" || entry.state === "unknown" || entry.settledBy?.by === "person";
}

/** The one payment that bears the reference which the answer names, though its outcome was told before. */
function toldAgain(
  answer: Exclude<JudgedResponse, undefined>,
  told: readonly PaymentEntry[],
  all: readonly PaymentEntry[],
): PaymentEntry | undefined {
  const [entry, another] = all.filter(
    ({ outcome, reference }) => outcome !== "not-sent" && echoesReference(answer, reference),
  );
  if (entry === undefined || another !== undefined || !told.includes(entry)) return undefined;
  return fit(requestOf(entry), answer, entry.reference) === "denies" ? undefined : entry;
}

/** @throws ConcertError `BAD_REQUEST` where no payment of that key is in the journal */
export function paymentOrThrow(entry: JournalEntry | undefined, key: string): PaymentEntry {
  if (entry === undefined || !isPayment(entry)) throw badRequest("key", "that of a recorded payment", key);
  return entry;
}
