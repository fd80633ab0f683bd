/**
 * Financial actions: recorded before the first byte, one at a time, never made twice. The order of steps is the
 * product (design: transaction): own the terminal, nothing unsettled, journal "intended", connect, journal
 * "sending", bytes leave, answer, journal the outcome.
 * @module
 */
import { classifyAnswer, judgeResult } from "./answer.ts";
import { blocking, unsettled, type Book } from "./book.ts";
import { isPayment, isSamePayment, type PaymentIdentity } from "./entry-states.ts";
import type { ExchangeResult } from "./driver.ts";
import { badRequest, ConcertError } from "../errors.ts";
import type { LineWatch } from "./line-watch.ts";
import type { Lines } from "./lines.ts";
import type { Owner, Tenure } from "./owner.ts";
import { maskCardNumbers } from "../mask.ts";
import { money } from "../payment/money.ts";
import type { Outcome } from "../payment/outcome.ts";
import { encodeFinancial, type EncodedRequest } from "../payment/request.ts";
import { recordedOutcome } from "../payment/recorded.ts";
import type { FinancialAction, JournalEntry, PaymentEntry } from "../ports/journal.ts";
import { randomId } from "../ports/random.ts";
import { financialWait, type Setting } from "./setting.ts";
import type { SharedLine } from "./shared-line.ts";
import type { CallOptions, PaymentRequest, Phase } from "../terminal-types.ts";

interface Running {
  readonly identity: PaymentIdentity;
  /** Since when the terminal is ours. */
  tenure: Tenure | undefined;
  outcome: Promise<Outcome>;
  /** As last given to the journal. */
  entry: PaymentEntry | undefined;
  cancelRequested: boolean;
  /** The exchange has ended: its outcome is being written down, and nothing of an earlier state after it. */
  ended: boolean;
  /** Present on a line that stays open. */
  line: SharedLine | undefined;
  /** The writing of the wish to cancel: the outcome is written after it. */
  noting: Promise<unknown>;
}

export class Payments {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #watch: LineWatch;
  readonly #lines: Lines;
  readonly #owner: Owner;
  #running: Running | undefined;

  constructor(setting: Setting, book: Book, watch: LineWatch, lines: Lines, owner: Owner) {
    this.#setting = setting;
    this.#book = book;
    this.#watch = watch;
    this.#lines = lines;
    this.#owner = owner;
  }

  /** Key of the payment that runs. */
  get runningKey(): string | undefined {
    return this.#running?.identity.key;
  }

  /** True once the request of the payment that runs may have left. */
  get runningSent(): boolean {
    return this.#running?.entry !== undefined;
  }

  /** Waits for the payment that runs, if any. */
  async idle(): Promise<void> {
    await this.#running?.outcome.catch(() => undefined);
  }

  async make(action: FinancialAction, request: PaymentRequest, options: CallOptions = {}): Promise<Outcome> {
    const encoded = encodeFinancial(action, request, this.#setting);
    const answerWithinMs = financialWait(options.answerWithinMs ?? this.#setting.answerWithinMs);
    const reference = request.reference ?? request.privateData;
    const identity: PaymentIdentity = {
      key: request.key ?? randomId(this.#setting.random),
      action,
      amount: money(request.amount.minorUnits, request.amount.currency),
      register: this.#setting.register.number,
      reference: reference === undefined ? undefined : maskCardNumbers(reference),
    };
    const running = this.#running;
    if (running !== undefined) {
      if (sameIdentity(running.identity, identity)) return running.outcome;
      throw new ConcertError("WRONG_STATE", `a ${running.identity.action} is running; wait for its outcome`, {
        reason: "running",
        pendingKey: running.identity.key,
      });
    }
    const next: Running = {
      identity,
      tenure: undefined,
      outcome: undefined as never,
      entry: undefined,
      cancelRequested: false,
      line: undefined,
      ended: false,
      noting: Promise.resolve(),
    };
    this.#running = next;
    next.outcome = this.#run(next, encoded, answerWithinMs, options).finally(
      () => (this.#running = undefined),
    );
    return next.outcome;
  }

  /** Records that the cashier wishes to cancel. Nothing goes out: no such message exists (protocol.md 10.4). */
  requestCancel(): void {
    const run = this.#running;
    if (run === undefined || run.cancelRequested) return;
    run.cancelRequested = true;
    if (run.entry !== undefined && run.tenure !== undefined && !run.ended)
      run.noting = this.#book.note(this.#book.wished(run.entry), run.tenure);
    this.#setting.trace?.("phase", () => "cancel requested: the outcome still comes from the terminal");
  }

  async #run(
    run: Running,
    encoded: EncodedRequest,
    answerWithinMs: number,
    options: CallOptions,
  ): Promise<Outcome> {
    const { identity } = run;
    const tenure = await this.#owner.own();
    run.tenure = tenure;
    const entries = await this.#tidied(tenure);
    const known = await this.#book.named(identity.key);
    if (known !== undefined) {
      if (!isPayment(known) || !isSamePayment(known, identity))
        throw badRequest("key", "new for a new payment; this one names another", identity.key);
      // On another terminal it is still that payment: its record stays, and it is not made a second time here.
      const elsewhere = known.terminal !== this.#setting.connector.id;
      if (elsewhere && known.state !== "settled") throw unsettled(known);
      if (known.outcome !== "not-sent") return recordedOutcome(known);
    }
    const [blocked] = blocking(entries, undefined);
    if (blocked !== undefined) throw unsettled(blocked);

    const phase = (name: Phase): void => this.#phase(name, options);
    const exchange = randomId(this.#setting.random);
    let entry = await this.#book.begin(identity, exchange, tenure);
    let outcome: Outcome | undefined;
    phase("calling");
    const { dialect, profile } = this.#setting;
    const result = await this.#lines
      .exchange(
        {
          exchange,
          data: encoded.data,
          answerWithinMs,
          classify: (data) => classifyAnswer(encoded.judged, data, dialect, profile, run.line),
          beforeSending: async () => {
            // What another page has asked while the line was opened is in the journal.
            const read = this.#lines.mixed ? await this.#book.entries() : entries;
            run.line = this.#watch.line(entry, read);
            entry = await this.#book.sending(entry, run.line?.rival, tenure);
            run.entry = entry;
          },
          onSent: () => phase("card-expected"),
          conclude: async (ended) => {
            run.ended = true;
            await run.noting;
            if (ended.kind === "not-sent") return this.#book.notSent(this.#withWish(run, entry), tenure);
            phase("answered");
            outcome = await this.#conclude(run, entry, encoded, ended, tenure);
            return isKnown(outcome) && outcome.unrecorded !== true;
          },
        },
        { payment: identity.key },
      )
      .catch(async (error: unknown): Promise<ExchangeResult> => {
        // Only what comes before the first byte rejects: a busy line, or a journal that refuses "sending".
        if (run.entry === undefined) {
          await this.#book.notSent(entry, tenure);
          throw error;
        }
        const lost = { kind: "doubt", doubt: "lost", unread: new Uint8Array(0) } as const;
        outcome ??= await this.#conclude(run, entry, encoded, lost, tenure);
        return lost;
      });
    if (result.kind === "not-sent") throw result.error;
    phase("done");
    return outcome as unknown as Outcome;
  }

  async #conclude(
    run: Running,
    entry: PaymentEntry,
    encoded: EncodedRequest,
    result: Exclude<ExchangeResult, { kind: "not-sent" }>,
    tenure: Tenure,
  ): Promise<Outcome> {
    const { dialect, profile, trace } = this.#setting;
    const judged = judgeResult(encoded.judged, result, dialect, profile, run.line);
    trace?.("outcome", () => `${judged.outcome} ${judged.evidence.answer.join(" ")}`);
    const recorded = await this.#book.conclude(this.#withWish(run, entry), judged, "answer", tenure);
    return { ...judged, key: entry.key, ...(recorded ? {} : { unrecorded: true }) };
  }

  /** Entries of this terminal, after what a dead page left has been named for what it is. */
  async #tidied(tenure: Tenure): Promise<readonly JournalEntry[]> {
    await this.#book.catchUp();
    for (const entry of await this.#book.entries()) {
      if (!isPayment(entry)) continue;
      // Recorded before any byte could leave: nothing was sent.
      if (entry.state === "intended") await this.#book.notSent(entry, tenure);
      if (entry.state === "sending") await this.#book.restarted(entry, tenure);
    }
    // A new payment is recorded only over what is: else its own records would count for nothing.
    return this.#book.writtenEntries();
  }

  #withWish(run: Running, entry: PaymentEntry): PaymentEntry {
    return run.cancelRequested ? this.#book.wished(entry) : entry;
  }

  #phase(phase: Phase, options: CallOptions): void {
    this.#setting.trace?.("phase", () => phase);
    notify(options, phase);
  }
}

function isKnown({ outcome }: Outcome): boolean {
  return outcome !== "unknown" && outcome !== "acknowledged";
}

/** A page's faulty listener must not change what becomes of a payment. */
export function notify(options: CallOptions, phase: Phase): void {
  try {
    options.onPhase?.(phase);
  } catch {
    // Nothing here depends on the page having heard.
  }
}

function sameIdentity(a: PaymentIdentity, b: PaymentIdentity): boolean {
  return (
    a.key === b.key &&
    a.action === b.action &&
    a.amount.minorUnits === b.amount.minorUnits &&
    a.amount.currency === b.amount.currency &&
    a.reference === b.reference
  );
}
