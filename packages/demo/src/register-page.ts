/**
 * The cash register: articles on the left, the sale and its payment on the right.
 * @module
 */
import { money, PROFILES, type Outcome } from "@concert-pay/core";
import {
  isRunning,
  showMoney,
  type ConcertPay,
  type PayState,
  type SettledDetail,
} from "@concert-pay/element";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { CURRENCY } from "./articles.ts";
import { BasketView } from "./basket-view.ts";
import { cardPaymentOf, chargedCents } from "./card-payment.ts";
import { ChoicesView } from "./choices-view.ts";
import { readOptions, type PageOptions } from "./page-options.ts";
import { PageTerminal } from "./page-terminal.ts";
import { receiptOf } from "./receipt.ts";
import {
  begun,
  foundNotPaid,
  isEarlierAttemptOf,
  isOf,
  keyOf,
  newSale,
  notBegun,
  notPaid,
  numberOf,
  paid,
  paidEarlier,
  referenceOf,
  totalOf,
  type Sale,
  type TerminalChoice,
} from "./sale.ts";
import type { SaleStore } from "./sale-store.ts";
import { words, type RegisterText } from "./texts.ts";

/** Random enough to tell two sales of one number apart. */
export const newId = (): string => crypto.randomUUID().slice(0, 8);

const now = (): string => new Date().toISOString();

export class RegisterPage extends LitElement {
  readonly #store: SaleStore;
  #sale: Sale;
  #options: PageOptions;
  /** Made when first chosen. */
  #device: PageTerminal | undefined;
  #pay: PayState["name"] = "starting";

  constructor(store: SaleStore, sale: Sale) {
    super();
    this.#store = store;
    this.#sale = sale;
    this.#options = {
      ...readOptions(location.search, navigator.language),
      // Whatever the address says: an open payment is settled on the terminal it was begun on.
      ...(sale.state.name === "paying" ? sale.state.terminal : {}),
    };
  }

  /** The page's own styles apply. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { lang, theme } = this.#options;
    document.documentElement.lang = lang;
    document.documentElement.dataset["theme"] = theme;
    // Names this tab to another one that wants the same terminal.
    document.title = `${this.#text("sale")} ${numberOf(this.#sale)} · ${this.#text("title")} · Concert`;
    const basket = new BasketView(this.#sale, lang, (sale) => this.#change(sale));
    const choices = new ChoicesView(this.#options, this.#isPaying(), (change) => this.#choose(change));
    return html`
      <header>
        <h1>${this.#text("title")}</h1>
        ${choices.language()} ${choices.theme()}
      </header>
      <main class=${this.#isPaying() ? "paying" : "open"}>
        <section class="articles" aria-labelledby="articles">
          <h2 id="articles">${this.#text("articles")}</h2>
          ${basket.articles()}
        </section>
        <section class="sale" aria-labelledby="sale">
          ${basket.total()} ${this.#chargedView()} ${this.#payView()} ${this.#paidView()} ${basket.lines()}
        </section>
        ${choices.terminal(this.#options.way === "page" ? this.#device?.view(lang) : undefined)}
      </main>
    `;
  }

  #payView(): TemplateResult {
    const { way, bridge, profile, line, lang, theme } = this.#options;
    const { minorUnits } = totalOf(this.#sale);
    if (way === "page") this.#device ??= new PageTerminal(() => this.requestUpdate());
    const isPaid = this.#sale.state.name === "paid";
    return html`<concert-pay
      class=${isPaid ? "paid" : "due"}
      ?hidden=${isPaid && this.#pay === "idle"}
      lang=${lang}
      theme=${theme}
      amount=${(minorUnits / 100).toFixed(2)}
      reference=${referenceOf(this.#sale)}
      payment-key=${keyOf(this.#sale)}
      profile=${way === "page" ? "generic" : profile}
      .tickets=${takesTickets(way === "page" ? "generic" : profile) ? "" : undefined}
      .connector=${way === "page" ? this.#device?.connector : undefined}
      .bridge=${way === "bridge" ? bridge : undefined}
      .serial=${way === "serial"}
      .line=${way === "serial" ? line : undefined}
      @concert-state=${(event: CustomEvent<PayState>) => this.#onState(event.detail)}
      @concert-result=${(event: CustomEvent<Outcome>) => this.#onResult(event.detail)}
      @concert-settled=${(event: CustomEvent<SettledDetail>) => this.#onSettled(event.detail)}
      @concert-error=${(event: Event) => this.#onError(event.target as ConcertPay)}
    ></concert-pay>`;
  }

  /** What was charged that should not be charged again, or was twice. */
  #chargedView(): TemplateResult | typeof nothing {
    const { state, earlier = [] } = this.#sale;
    const all = state.name === "paid" ? [state.payment, ...(state.also ?? [])] : [];
    const tooMuch = Math.max(0, chargedCents(all) - totalOf(this.#sale).minorUnits);
    const cents = tooMuch + chargedCents(earlier);
    if (cents === 0) return nothing;
    const amount = showMoney(money(cents, CURRENCY), this.#options.lang);
    return html`<p class="charged" role="alert">
      ${this.#text(tooMuch > 0 ? "chargedTwice" : "paidMeanwhile", { amount })}
    </p>`;
  }

  #paidView(): TemplateResult | typeof nothing {
    if (this.#sale.state.name !== "paid") return nothing;
    const { lang } = this.#options;
    const format = new Intl.DateTimeFormat(lang === "fr" ? "fr-FR" : "en-GB", {
      dateStyle: "short",
      timeStyle: "short",
    });
    const next = (): void => this.#change(newSale(this.#sale.number + 1, newId()));
    return html`
      <button type="button" class="next-sale" @click=${next}>${this.#text("nextSale")}</button>
      <figure class="receipt">
        <figcaption>${this.#text("receipt")}</figcaption>
        <pre tabindex="0">${receiptOf(this.#sale, lang, (iso) => format.format(new Date(iso)))}</pre>
      </figure>
    `;
  }

  /** The way to the terminal that is in use. */
  #choice(): TerminalChoice {
    const { way, bridge, profile } = this.#options;
    return { way, bridge, profile };
  }

  #isPaying(): boolean {
    return this.#sale.state.name === "paying";
  }

  #onState(state: PayState): void {
    this.#pay = state.name;
    if (isRunning(state)) this.#change(begun(this.#sale, this.#choice()));
    this.requestUpdate();
  }

  /** Approved, or certainly not paid. What is still unknown leaves the basket as it is. */
  #onResult(outcome: Outcome): void {
    const payment = cardPaymentOf(outcome);
    // An attempt that was given up as not paid, and has been charged after all.
    if (isEarlierAttemptOf(this.#sale, outcome.key)) {
      if (payment !== undefined) this.#change(paidEarlier(this.#sale, payment, now()));
      return;
    }
    if (!isOf(this.#sale, outcome.key)) return;
    if (payment !== undefined) return this.#change(paid(this.#sale, payment, now()));
    switch (outcome.outcome) {
      case "declined":
      case "abandoned":
        return this.#change(notPaid(this.#sale, now()));
      case "failed":
        // Until somebody has looked at the terminal it may have been charged: `concert-settled` says what they saw.
        return this.#change(
          outcome.checkTerminal ? begun(this.#sale, this.#choice()) : notPaid(this.#sale, now()),
        );
      default:
        return;
    }
  }

  #onSettled({ entry, decision, by }: SettledDetail): void {
    if (entry.kind !== "payment" || !isOf(this.#sale, entry.key)) return;
    const { key, amount = totalOf(this.#sale).minorUnits } = entry;
    if (decision === "approved")
      this.#change(paid(this.#sale, { key, chargedCents: amount, by, tickets: [] }, now()));
    else this.#change(foundNotPaid(this.#sale, now()));
  }

  #onError({ state }: ConcertPay): void {
    // What another payment keeps from being made may be this very sale, in doubt on another terminal.
    if (state.name === "error" && state.error.pendingKey === undefined)
      this.#change(notBegun(this.#sale, now()));
  }

  #change(sale: Sale): void {
    if (sale === this.#sale) return;
    this.#sale = sale;
    void this.#store.save(sale);
    this.requestUpdate();
  }

  #choose(change: Partial<PageOptions>): void {
    this.#options = { ...this.#options, ...change };
    this.requestUpdate();
  }

  #text(key: RegisterText, values: Readonly<Record<string, string>> = {}): string {
    return words(this.#options.lang, key, values);
  }
}

function takesTickets(profile: string): boolean {
  return PROFILES.some(({ name, tickets }) => name === profile && tickets.length > 0);
}
