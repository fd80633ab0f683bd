/**
 * `openTerminal`: the one object an application holds.
 * @module
 */
import { Ages } from "./ages.ts";
import { classifyReply, replyOf } from "./answer.ts";
import { anotherAttempt, blocking, Book } from "./book.ts";
import { isPayment } from "./entry-states.ts";
import type { Tag } from "../codec/message.ts";
import { presenceTest } from "./driver.ts";
import { badRequest, ConcertError } from "../errors.ts";
import { guarded } from "./guarded-journal.ts";
import { LateAnswers } from "./late-answers.ts";
import { LineWatch } from "./line-watch.ts";
import { Lines } from "./lines.ts";
import { Owner } from "./owner.ts";
import type { Outcome } from "../payment/outcome.ts";
import { reasonOf } from "../payment/reasons.ts";
import { recordedOutcome } from "../payment/recorded.ts";
import { encodeOther, printTags, statusTags, ticketsWanted } from "../payment/request.ts";
import { notify, Payments } from "./payments.ts";
import type { JournalEntry, PaymentEntry, QuestionAction } from "../ports/journal.ts";
import { randomId } from "../ports/random.ts";
import { Questions } from "./questions.ts";
import { paymentOrThrow, Recovery } from "./recovery.ts";
import { checkOptions, settingOf, wait, type Setting } from "./setting.ts";
import type { CallOptions, PaymentRequest, Reply, Terminal, TerminalOptions } from "../terminal-types.ts";

/** An action that moves no money is answered at once, or after a print. */
const OTHER_ANSWER_WITHIN_MS = 30_000;

const PERSONS_WORDS = ["approved", "declined", "abandoned", "failed"] as const;

/**
 * Opens a terminal for use. Nothing is connected yet.
 * @throws ConcertError `BAD_REQUEST` naming the option at fault
 */
export function openTerminal(options: TerminalOptions): Terminal {
  return new ConcertTerminal(options);
}

class ConcertTerminal implements Terminal {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #questions: Questions;
  readonly #lines: Lines;
  readonly #owner: Owner;
  readonly #payments: Payments;
  readonly #late: LateAnswers;
  readonly #recovery: Recovery;
  #closed = false;
  #recovering: Promise<unknown> | undefined;

  constructor(options: TerminalOptions) {
    const setting = settingOf(options);
    const { clock, dialect, lease, random } = setting;
    const terminal = setting.connector.id;
    const journal = guarded(setting.journal, clock);
    const ages = new Ages(clock);
    const questions = new Questions({ journal, ages, clock, random, terminal });
    this.#setting = setting;
    this.#questions = questions;
    this.#book = new Book({
      journal,
      questions,
      ages,
      clock,
      dialect,
      terminal,
      keepMaskedPan: options.journalMaskedPan ?? false,
    });
    this.#lines = new Lines(setting, questions, (data, waiting) => this.#late.heard(data, waiting));
    this.#owner = new Owner(lease, terminal, clock);
    const watch = new LineWatch(setting, this.#book, questions, this.#lines);
    this.#payments = new Payments(setting, this.#book, watch, this.#lines, this.#owner);
    this.#late = new LateAnswers(setting, this.#book, watch, this.#lines, {
      own: () => this.#owner.own(),
      runningKey: () => this.#payments.runningKey,
      runningSent: () => this.#payments.runningSent,
      idle: () => this.#payments.idle(),
      onLateAnswer: options.onLateAnswer,
    });
    this.#recovery = new Recovery(setting, this.#book, watch, this.#lines, this.#late);
  }

  async pay(request: PaymentRequest, options?: CallOptions): Promise<Outcome> {
    this.#mustBeFree("pay");
    checkOptions(options);
    return this.#payments.make("debit", request, options);
  }

  async refund(request: PaymentRequest, options?: CallOptions): Promise<Outcome> {
    this.#mustBeFree("refund");
    checkOptions(options);
    return this.#payments.make("credit", request, options);
  }

  async reverse(request: PaymentRequest, options?: CallOptions): Promise<Outcome> {
    this.#mustBeFree("reverse");
    checkOptions(options);
    return this.#payments.make("reversal", request, options);
  }

  async identify(options?: CallOptions): Promise<Reply> {
    return this.#setting.dialect === "v3" ? this.#ask("identification", [], options) : this.#presence();
  }

  async duplicate(options: CallOptions & { readonly tickets?: boolean | string } = {}): Promise<Reply> {
    checkOptions(options);
    const ck = ticketsWanted(options.tickets, this.#setting.profile);
    return this.#ask("duplicate", ck === undefined ? [] : [{ name: "CK", value: ck }], options);
  }

  async print(text: string, options?: CallOptions): Promise<Reply> {
    return this.#ask("print", printTags(text), options);
  }

  async transactionStatus(
    request: { readonly reference?: string } = {},
    options?: CallOptions,
  ): Promise<Reply> {
    if (!this.#setting.profile.recovery.includes("status"))
      throw new ConcertError(
        "NOT_SUPPORTED",
        `profile ${this.#setting.profile.name} offers no transaction status`,
        {
          field: "profile",
          reason: "profile",
        },
      );
    if (typeof request !== "object" || request === null) throw badRequest("request", "an object", request);
    return this.#ask("status", statusTags(request.reference), options);
  }

  async reboot(options?: CallOptions): Promise<Reply> {
    return this.#ask("reboot", [], options);
  }

  async ctmsStatus(options?: CallOptions): Promise<Reply> {
    return this.#ask("ctms-status", [], options);
  }

  async pending(): Promise<readonly JournalEntry[]> {
    const entries = await this.#book.entries();
    // "intended" alone proves that nothing was sent: there is nothing to settle.
    return blocking(entries, this.#payments.runningKey).filter((entry) => entry.state !== "intended");
  }

  async recorded(key: string): Promise<Outcome | undefined> {
    const entry = await this.#book.named(key);
    if (entry?.kind !== "payment" || entry.state !== "settled" || entry.outcome === "not-sent")
      return undefined;
    return recordedOutcome(entry);
  }

  async recover(key: string, options: CallOptions = {}): Promise<Outcome> {
    this.#mustBeFree("recover");
    checkOptions(options);
    if (options.answerWithinMs !== undefined) wait("answerWithinMs", options.answerWithinMs, 1);
    const tenure = await this.#owner.own();
    const entry = paymentOrThrow(await this.#book.find(key), key);
    if (entry.state === "settled") return recordedOutcome(entry);
    this.#mustBeFree("recover");
    if (entry.state === "intended") {
      await this.#book.notSent(entry, tenure);
      return recordedOutcome(paymentOrThrow(await this.#book.find(key), key));
    }
    const answerWithinMs = options.answerWithinMs ?? this.#timeLeft(entry);
    const recovering = this.#recovery.recover(entry, answerWithinMs, tenure, (phase) =>
      notify(options, phase),
    );
    this.#recovering = recovering;
    return recovering.finally(() => (this.#recovering = undefined));
  }

  async settle(key: string, decision: Parameters<Terminal["settle"]>[1]): Promise<void> {
    this.#mustBeFree("settle");
    if (!PERSONS_WORDS.includes(decision?.outcome))
      throw badRequest("outcome", `one of ${PERSONS_WORDS.join(", ")}`, decision?.outcome);
    if (typeof decision.by !== "string" || decision.by.trim() === "" || decision.by.length > 64)
      throw badRequest("by", "who decided, 1 to 64 characters", decision.by);
    const { exchange } = decision;
    if (exchange !== undefined && typeof exchange !== "string")
      throw badRequest("exchange", "that of the entry looked at", exchange);
    const tenure = await this.#owner.own();
    await this.#late.inTurn(async () => {
      const entry = await this.#book.find(key);
      this.#mustBeFree("settle");
      if (entry === undefined) throw badRequest("key", "that of a recorded payment", key);
      if (entry.state === "settled" && !(isPayment(entry) && entry.checkTerminal === true))
        throw new ConcertError("WRONG_STATE", `${JSON.stringify(key)} is settled already`, {
          reason: "settled",
        });
      if (isPayment(entry) && exchange !== undefined && exchange !== entry.exchange)
        throw anotherAttempt(entry);
      await this.#book.decide(entry, decision.outcome, decision.by.trim(), tenure);
    });
  }

  requestCancel(): void {
    this.#payments.requestCancel();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#lines.close();
    await this.#payments.idle();
    this.#questions.close();
    this.#owner.release();
  }

  async #ask(action: QuestionAction, tags: readonly Tag[], options: CallOptions = {}): Promise<Reply> {
    // An identification is answered during a payment too; a reboot, for one, would end it.
    const mayAsk = (): void =>
      action === "identification" ? this.#mustBeOpen(action) : this.#mustBeFree(action);
    mayAsk();
    checkOptions(options);
    const { dialect, random } = this.#setting;
    const answerWithinMs = wait("answerWithinMs", options.answerWithinMs ?? OTHER_ANSWER_WITHIN_MS, 1);
    const { data, judged } = encodeOther(action, this.#setting, tags);
    if (this.#lines.mixed) {
      // Its answer would come into another page's payment.
      await this.#owner.own();
      mayAsk();
    }
    const result = await this.#lines.exchange(
      {
        exchange: randomId(random),
        data,
        identification: action === "identification",
        answerWithinMs,
        classify: (bytes) => classifyReply(action, judged, bytes, dialect, this.#lines.mixed),
        beforeSending: async () => undefined,
        onSent: () => undefined,
        conclude: async () => true,
      },
      { action },
    );
    return replyOf(result, dialect, action);
  }

  /** What is left of the time a customer has; the page may have been reloaded in the middle of it. */
  #timeLeft({ times }: PaymentEntry): number {
    const { clock, answerWithinMs } = this.#setting;
    const elapsed = times.sending === undefined ? Infinity : clock.wallTime() - Date.parse(times.sending);
    return Math.min(answerWithinMs, Math.max(OTHER_ANSWER_WITHIN_MS, answerWithinMs - elapsed));
  }

  /** Concert V2 has no identification; ENQ, ACK, EOT has no effect on the terminal (protocol.md 7.3). */
  async #presence(): Promise<Reply> {
    this.#mustBeOpen("identify");
    const result = await this.#lines.exchange(presenceTest(randomId(this.#setting.random)));
    // A terminal that was delivering an answer of its own is there, too.
    if (result.kind === "not-sent" && result.error.reason !== "collision") throw result.error;
    return { done: true, status: undefined, reason: reasonOf(undefined), tickets: [] };
  }

  #mustBeOpen(call: string): void {
    if (this.#closed) throw new ConcertError("WRONG_STATE", `${call} after close()`, { reason: "closed" });
  }

  /** What moves money, or settles what moved it, waits for the end of a recovery. */
  #mustBeFree(call: string): void {
    this.#mustBeOpen(call);
    const running =
      call === "pay" || call === "refund" || call === "reverse" ? undefined : this.#payments.runningKey;
    if (running !== undefined || this.#recovering !== undefined)
      throw new ConcertError(
        "WRONG_STATE",
        `${call} while a payment or its recovery runs; wait for its outcome`,
        {
          reason: "running",
          ...(running === undefined ? {} : { pendingKey: running }),
        },
      );
  }
}
