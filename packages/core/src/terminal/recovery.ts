/**
 * How the outcome of an unsettled payment is learnt, in the order of the design: what the bridge holds, a late
 * answer on the line, the terminal's status, the duplicate's ticket beside the question to a person.
 * @module
 */
import { classifyAnswer, classifyReply, decodeAnswer, judgeResult } from "./answer.ts";
import type { Book } from "./book.ts";
import { isPayment } from "./entry-states.ts";
import { badRequest, ConcertError } from "../errors.ts";
import type { LateAnswers } from "./late-answers.ts";
import type { LineWatch } from "./line-watch.ts";
import type { Lines } from "./lines.ts";
import { evidenceOf } from "../payment/evidence.ts";
import { judge } from "../payment/judge.ts";
import { echoesReference, requestOf } from "../payment/late.ts";
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

export class Recovery {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #watch: LineWatch;
  readonly #lines: Lines;
  readonly #late: LateAnswers;

  constructor(setting: Setting, book: Book, watch: LineWatch, lines: Lines, late: LateAnswers) {
    this.#setting = setting;
    this.#book = book;
    this.#watch = watch;
    this.#lines = lines;
    this.#late = late;
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
    await this.#late.inTurn(async () => undefined);
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
      return await this.#late.inTurn(async () =>
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
}

/** How soon a held answer comes says nothing about the terminal: the bridge may have had it for long. */
function untimed(result: Told): Told {
  return result.kind === "answer" ? { ...result, elapsedMs: Infinity } : result;
}

/** @throws ConcertError `BAD_REQUEST` where no payment of that key is in the journal */
export function paymentOrThrow(entry: JournalEntry | undefined, key: string): PaymentEntry {
  if (entry === undefined || !isPayment(entry)) throw badRequest("key", "that of a recorded payment", key);
  return entry;
}
