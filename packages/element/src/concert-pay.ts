/**
 * `<concert-pay>`: from attributes to a payment. Importing this file registers nothing; `define.ts` does.
 * @module
 */
import {
  ConcertError,
  type Connector,
  type Journal,
  type Lease,
  type Outcome,
  type Terminal,
} from "@concert-pay/core";
import {
  LitElement,
  type CSSResultGroup,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { PaymentController } from "./controller.ts";
import { concertEvent } from "./events.ts";
import { languageAround, timeFormatter } from "./page-language.ts";
import { PageWatch } from "./page-watch.ts";
import { screenOf, type ActionId } from "./screen/screen.ts";
import {
  DEFAULT_REGISTER_IDENTIFIER,
  DEFAULT_REGISTER_NUMBER,
  readAmount,
  readRequest,
  written,
  writtenAmount,
  type PaymentAttributes,
} from "./settings.ts";
import { isRunning, type PayState } from "./state.ts";
import { terminalSource, type ChosenSource } from "./terminal-source.ts";
import { langOf, say, type Lang } from "./texts.ts";
import { rememberName, typedName } from "./typed-name.ts";
import { UnloadGuard } from "./unload-guard.ts";
import { screenView } from "./view/screen-view.ts";
import { styles } from "./view/styles.ts";

/** A change of one of these means another way to the terminal. */
const WAY_TO_TERMINAL = [
  "bridge",
  "token",
  "serial",
  "line",
  "connector",
  "terminal",
  "journal",
  "lease",
  "register",
  "registerIdentifier",
  "profile",
  "answerWithin",
] as const;

/** A change of one of these, or of the payment's key, means another sale. */
const AMOUNT = ["amount", "currency"] as const;

/**
 * The payment button: pays, shows what the terminal does, and asks a person where nobody else can tell.
 *
 * @slot activate - Replaces the Pay button; a click on it pays.
 * @slot unsupported - Replaces the explanation where this browser cannot reach the terminal.
 * @slot not-allowed - Replaces the explanation where the browser or the bridge refuses access.
 * @csspart panel - The frame around everything.
 * @csspart status - Icon, headline and words; a live region.
 * @csspart icon - The shape that tells the state.
 * @csspart headline - The state in a few words.
 * @csspart amount - The amount.
 * @csspart button - Every button; also by what it does: `pay`, `cancel`, `next`, `connect`, `check`, `answer`.
 * @csspart resolution - What to look at on the terminal, step by step.
 * @csspart question - The form in which a person decides.
 * @csspart name - The field for that person's name.
 * @csspart ticket - A ticket to compare with.
 * @csspart technical - The error's own words, folded away.
 * @cssproperty --concert-pay-surface - Background of the panel.
 * @cssproperty --concert-pay-text - Text.
 * @cssproperty --concert-pay-muted - Secondary text.
 * @cssproperty --concert-pay-border - Border of the panel.
 * @cssproperty --concert-pay-field-border - Border of fields and secondary buttons.
 * @cssproperty --concert-pay-accent - The main button and the focus ring.
 * @cssproperty --concert-pay-on-accent - Text on the accent.
 * @cssproperty --concert-pay-good - Approved.
 * @cssproperty --concert-pay-good-surface - Background of an approved payment.
 * @cssproperty --concert-pay-bad - Refused.
 * @cssproperty --concert-pay-bad-surface - Background of a refused payment.
 * @cssproperty --concert-pay-warning - Unknown, or look at the terminal.
 * @cssproperty --concert-pay-warning-surface - Background of what needs a person.
 * @cssproperty --concert-pay-busy-surface - Background while the terminal works.
 * @cssproperty --concert-pay-font - Font family.
 * @cssproperty --concert-pay-radius - Corner radius of the panel.
 * @fires concert-result - `detail` is the `Outcome`; with `recorded: true` out of the journal.
 * @fires concert-settled - A person decided about an unsettled payment: `{ entry, decision, by }`.
 * @fires concert-phase - `detail` is the `Phase`.
 * @fires concert-error - `detail` is the `ConcertError`.
 * @fires concert-state - `detail` is the `PayState` now shown.
 */
export class ConcertPay extends LitElement {
  static override readonly properties: PropertyDeclarations = {
    amount: {},
    currency: {},
    bridge: {},
    token: {},
    serial: { type: Boolean },
    line: {},
    register: {},
    registerIdentifier: { attribute: "register-identifier" },
    profile: {},
    reference: {},
    paymentKey: { attribute: "payment-key" },
    tickets: {},
    answerWithin: { attribute: "answer-within" },
    cashier: {},
    lang: { reflect: true },
    theme: { reflect: true },
    connector: { attribute: false },
    terminal: { attribute: false },
    journal: { attribute: false },
    lease: { attribute: false },
  };

  static override readonly styles: CSSResultGroup = [...styles];

  /** `"12.50"`, `"12,50"` or the number 12.5. Absent or zero: nothing to pay yet. */
  declare amount: string | number | undefined;
  /** ISO 4217 letters or digits. Default `"EUR"`. */
  declare currency: string | number | undefined;
  /** `ws://HOST:PORT/terminals/NAME`. */
  declare bridge: string | undefined;
  /** The bridge's token, where it asks for one. Anyone who can read the page can read it. */
  declare token: string | undefined;
  /** Pay over a serial port (USB, RS232, Bluetooth) instead of a bridge. */
  declare serial: boolean;
  /** How the serial line is set: speed and form, such as `"9600-7E1"`. Default: the profile's. */
  declare line: string | number | undefined;
  /** Register number, two digits. Default `"01"`. */
  declare register: string | number | undefined;
  /** Register identifier (CJ), 12 digits or capitals. Default `"012345678901"`. */
  declare registerIdentifier: string | number | undefined;
  /** Terminal family, a name out of core's `PROFILES`. Default `"generic"`. */
  declare profile: string | undefined;
  /** Goes to the terminal with the payment (CF), 1 to 99 printable ASCII characters. */
  declare reference: string | number | undefined;
  /** Your name for this payment: the same key again returns the recorded outcome and charges nothing. */
  declare paymentKey: string | number | undefined;
  /** Bare: the customer's ticket as text comes with the outcome. Or a CK value such as `"120"`. */
  declare tickets: string | number | boolean | undefined;
  /** Longest wait for the terminal's answer, in seconds: at least 60, default 180. */
  declare answerWithin: string | number | undefined;
  /** Fills in the name of who decides about an unsettled payment. */
  declare cashier: string | number | undefined;
  /** `"light"`, `"dark"` or `"auto"`, the default. */
  declare theme: string | undefined;
  /** A way to the terminal of your own. Wins over `bridge` and `serial`. */
  declare connector: Connector | undefined;
  /** A terminal of your own, with its journal. Wins over everything; it is not closed by the element. */
  declare terminal: Terminal | undefined;
  /** Default: the page's journal in the browser's file system. */
  declare journal: Journal | undefined;
  /** Default: Web Locks; none where `journal` is given. */
  declare lease: Lease | undefined;

  readonly #guard = new UnloadGuard(globalThis.window ?? new EventTarget());
  readonly #controller: PaymentController;
  readonly #watch: PageWatch = new PageWatch({
    seen: () => void this.#controller.refresh(),
    language: () => this.requestUpdate(),
    ports: () => this.#onPorts(),
  });
  #source: ChosenSource;
  #hadFocus = false;

  constructor() {
    super();
    this.serial = false;
    this.#source = terminalSource(this.#choice());
    this.#controller = new PaymentController(
      this.#source,
      {
        state: (state) => this.#onState(state),
        phase: (phase) => this.dispatchEvent(concertEvent("concert-phase", phase)),
        result: (result) => this.dispatchEvent(concertEvent("concert-result", result)),
        settled: (detail) => this.dispatchEvent(concertEvent("concert-settled", detail)),
        error: (error) => this.dispatchEvent(concertEvent("concert-error", error)),
      },
      () => written(this.paymentKey) || undefined,
    );
  }

  /** What the element shows, for programs. Changes are told by `concert-state`. */
  get state(): PayState {
    return this.#controller.state;
  }

  /**
   * Pays what the attributes say. Resolves with the outcome; with `undefined` when nothing was sent, after
   * `concert-error` told why: a sale that is paid is not paid again before `next()` or another sale. Never rejects. Best
   * called from a click: the browser may ask for permission.
   */
  async pay(): Promise<Outcome | undefined> {
    try {
      await this.updateComplete;
      return await this.#controller.pay(readRequest(this.#attributes()));
    } catch (error) {
      if (!(error instanceof ConcertError)) throw error;
      this.dispatchEvent(concertEvent("concert-error", error));
      return undefined;
    }
  }

  /**
   * The sale on the screen is over: its outcome makes room for Pay, or for the next unsettled payment. A change of the
   * sale does the same. While somebody has to look at the terminal, or to settle a payment, nothing happens.
   */
  async next(): Promise<void> {
    await this.updateComplete;
    await this.#controller.next();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.start(this);
    // Put back after having been taken out: the first time, `willUpdate` starts.
    if (this.hasUpdated) this.#start();
  }

  /** Focuses what can be pressed; where nothing can, the headline. */
  override focus(options?: FocusOptions): void {
    const target = this.renderRoot.querySelector<HTMLElement>("button:enabled") ?? this.#headline();
    target?.focus(options);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.stop();
    // Moving it takes it out and puts it back in one go: nothing is given up for that.
    queueMicrotask(() => {
      if (!this.isConnected) void this.#controller.stop();
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isFirst = !this.hasUpdated;
    if (isFirst || WAY_TO_TERMINAL.some((name) => changed.has(name))) {
      if (!this.#source.serves(this.#choice())) this.#source = terminalSource(this.#choice());
      if (this.isConnected) this.#start();
    }
    const amount = AMOUNT.some(
      (name) => written(changed.get(name)) !== written(this[name]) && changed.has(name),
    );
    const [reference, key] = [changed.has("reference"), changed.has("paymentKey")];
    if (!isFirst && (amount || reference || key))
      void this.#controller.saleChanged({ amount, reference, key });
    if (changed.has("cashier")) rememberName(undefined);
    this.#hadFocus = this.matches(":focus-within");
  }

  protected override render(): TemplateResult {
    const lang = this.#language();
    const amount = readAmount(this.#attributes());
    const screen = screenOf(this.#controller.state, {
      lang,
      amount: amount instanceof ConcertError ? undefined : amount,
      problem: amount instanceof ConcertError ? amount : undefined,
      formatTime: timeFormatter(lang),
    });
    const register = say(lang, "byRegister", {
      number: written(this.register) || DEFAULT_REGISTER_NUMBER,
    });
    return screenView(screen, lang, typedName() ?? written(this.cashier) ?? "", {
      act: (action) => this.#act(action),
      decide: (decision, by) => void this.#controller.settle(decision, by || register),
      named: rememberName,
    });
  }

  protected override updated(): void {
    // Whoever pressed a button that is gone now is taken to what it led to, not to the next button: a second press
    // of Enter must not press what nobody has read.
    const focused = this.renderRoot.querySelector(":focus");
    // A button that can no longer be pressed loses the focus a moment later.
    const isLost = focused === null || focused.matches(":disabled");
    if (this.#hadFocus && isLost) this.#headline()?.focus();
  }

  #act(action: ActionId): void {
    switch (action) {
      case "pay":
        return void this.pay();
      case "cancel":
        return this.#controller.requestCancel();
      case "next":
        return void this.next();
      case "connect":
        return void this.#controller.connect();
      case "check":
        return void this.#controller.check();
    }
  }

  #onState(state: PayState): void {
    this.#guard.set(isRunning(state));
    this.requestUpdate();
    this.dispatchEvent(concertEvent("concert-state", state));
  }

  #start(): void {
    this.#watch.watchPorts(this.serial);
    void this.#controller.start(this.#source);
  }

  #onPorts(): void {
    if (this.#controller.state.name === "connecting") void this.#controller.refresh();
  }

  #headline(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".headline");
  }

  #language(): Lang {
    return this.lang ? langOf(this.lang) : languageAround(this);
  }

  #attributes(): PaymentAttributes {
    return {
      amount: writtenAmount(this.amount),
      currency: written(this.currency),
      reference: written(this.reference),
      paymentKey: written(this.paymentKey),
      tickets: written(this.tickets),
    };
  }

  #choice(): Parameters<typeof terminalSource>[0] {
    return {
      terminal: this.terminal ?? undefined,
      connector: this.connector ?? undefined,
      bridge: written(this.bridge) || undefined,
      token: written(this.token) || undefined,
      serial: this.serial,
      line: written(this.line) || undefined,
      register: {
        number: written(this.register) || DEFAULT_REGISTER_NUMBER,
        identifier: written(this.registerIdentifier) || DEFAULT_REGISTER_IDENTIFIER,
      },
      profile: written(this.profile) || undefined,
      answerWithin: written(this.answerWithin),
      journal: this.journal ?? undefined,
      lease: this.lease ?? undefined,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "concert-pay": ConcertPay;
  }
}
