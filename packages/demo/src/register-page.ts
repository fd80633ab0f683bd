/**
 * The cash register: articles on the left, the sale and its payment on the right.
 * @module
 */
import { PROFILES, type Outcome } from "@concert-pay/core";
import {
  isRunning,
  showMoney,
  type ConcertPay,
  type PayState,
  type SettledDetail,
} from "@concert-pay/element";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { ARTICLES, findArticle } from "./articles.ts";
import { readOptions, THEMES, WAYS, type PageOptions } from "./page-options.ts";
import { PageTerminal } from "./page-terminal.ts";
import { receiptOf } from "./receipt.ts";
import {
  addToSale,
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
  referenceOf,
  totalOf,
  type Line,
  type Sale,
  type TerminalChoice,
} from "./sale.ts";
import type { SaleStore } from "./sale-store.ts";
import { words, type RegisterText } from "./texts.ts";

/** Random enough to tell two sales of one number apart. */
export const newId = (): string => crypto.randomUUID().slice(0, 8);

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
    return html`
      <header>
        <h1>${this.#text("title")}</h1>
        ${this.#choiceOf("language", "lang", ["fr", "en"], (value) => value.toUpperCase())}
        ${this.#choiceOf("theme", "theme", THEMES, (value) => this.#text(value))}
      </header>
      <main class=${this.#isPaying() ? "paying" : "open"}>
        <section class="articles" aria-labelledby="articles">
          <h2 id="articles">${this.#text("articles")}</h2>
          <div class="grid">${ARTICLES.map((article) => this.#articleView(article.id))}</div>
        </section>
        <section class="sale" aria-labelledby="sale">
          ${this.#totalView()} ${this.#payView()} ${this.#paidView()} ${this.#linesView()}
        </section>
        ${this.#terminalView()}
      </main>
    `;
  }

  #articleView(id: string): TemplateResult {
    const article = findArticle(id);
    return html`<button
      type="button"
      class="article"
      data-article=${id}
      ?disabled=${this.#sale.state.name !== "open"}
      @click=${() => this.#change(addToSale(this.#sale, id, 1))}
    >
      <span>${article?.name[this.#options.lang]}</span>
      <span class="price">${this.#amount(article?.cents ?? 0)}</span>
    </button>`;
  }

  /** Above all else: whatever is bought, total and payment stay in sight. */
  #totalView(): TemplateResult {
    return html`<div class="total">
      <h2 id="sale">${this.#text("sale")} ${numberOf(this.#sale)}</h2>
      <p>
        <span>${this.#text("total")}</span>
        <output>${showMoney(totalOf(this.#sale), this.#options.lang)}</output>
      </p>
    </div>`;
  }

  #linesView(): TemplateResult {
    const { lines } = this.#sale;
    if (lines.length === 0) return html`<p class="hint">${this.#text("empty")}</p>`;
    return html`<ul class="lines">
      ${lines.map((line) => this.#lineView(line))}
    </ul>`;
  }

  #lineView({ article: id, quantity }: Line): TemplateResult {
    const article = findArticle(id);
    const name = article?.name[this.#options.lang] ?? id;
    const step = (label: RegisterText, sign: string, more: number): TemplateResult =>
      html`<button
        type="button"
        class="step"
        aria-label=${this.#text(label, { article: name })}
        @click=${() => this.#change(addToSale(this.#sale, id, more))}
      >
        ${sign}
      </button>`;
    const open = this.#sale.state.name === "open";
    return html`<li>
      <span class="name">${name}</span>
      ${open ? step("less", "−", -1) : nothing}
      <span class="quantity">${quantity}</span>
      ${open ? step("more", "+", 1) : nothing}
      <span class="price">${this.#amount(quantity * (article?.cents ?? 0))}</span>
      ${open ? step("remove", "×", -quantity) : nothing}
    </li>`;
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

  #terminalView(): TemplateResult {
    const { way, bridge, lang } = this.#options;
    const help: Readonly<Record<typeof way, RegisterText>> = {
      page: "pageHelp",
      bridge: "bridgeHelp",
      serial: "serialHelp",
    };
    return html`
      <section class="terminal" aria-labelledby="terminal">
        <h2 id="terminal">${this.#text("terminal")}</h2>
        ${this.#choiceOf("terminal", "way", WAYS, (value) => this.#text(value))}
        <p class="hint">${this.#text(help[way])}</p>
        ${
          way === "bridge"
            ? html`<label class="field">
                <span>${this.#text("bridgeUrl")}</span>
                <input
                  type="url"
                  name="bridge"
                  .value=${bridge}
                  ?disabled=${this.#isPaying()}
                  @change=${(event: Event) => this.#choose({ bridge: (event.target as HTMLInputElement).value.trim() })}
                />
              </label>`
            : nothing
        }
        ${way === "page" ? this.#device?.view(lang) : this.#profileView()}
      </section>
    `;
  }

  #profileView(): TemplateResult {
    return html`<label class="field">
      <span>${this.#text("profile")}</span>
      <select
        name="profile"
        ?disabled=${this.#isPaying()}
        @change=${(event: Event) => this.#choose({ profile: (event.target as HTMLSelectElement).value })}
      >
        ${PROFILES.map(
          ({ name, label }) =>
            html`<option value=${name} ?selected=${name === this.#options.profile}>${label}</option>`,
        )}
      </select>
    </label>`;
  }

  /** A group of radio buttons for one option of the page. */
  #choiceOf<Name extends "lang" | "theme" | "way">(
    title: RegisterText,
    name: Name,
    values: readonly PageOptions[Name][],
    label: (value: PageOptions[Name]) => string,
  ): TemplateResult {
    return html`<fieldset class="choice" ?disabled=${name === "way" && this.#isPaying()}>
      <legend>${this.#text(title)}</legend>
      ${values.map(
        (value) =>
          html`<label
            ><input
              type="radio"
              name=${name}
              value=${value}
              .checked=${this.#options[name] === value}
              @change=${() => this.#choose({ [name]: value })}
            /><span>${label(value)}</span></label
          >`,
      )}
    </fieldset>`;
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
    // What is paid stays as it was noted, with its ticket and its time, however often it is told.
    if (this.#sale.state.name === "paid") return;
    // An attempt that was given up as not paid, and has been charged after all.
    const isLate = this.#sale.state.name === "open" && isEarlierAttemptOf(this.#sale, outcome.key);
    if (!isOf(this.#sale, outcome.key) && !(isLate && outcome.outcome === "approved")) return;
    switch (outcome.outcome) {
      case "approved": {
        const { authorisation, tickets } = outcome.evidence;
        const code = authorisation === undefined ? {} : { authorisation };
        return this.#paid({ chargedCents: outcome.charged.minorUnits, tickets, ...code });
      }
      case "declined":
      case "abandoned":
        return this.#change(notPaid(this.#sale));
      case "failed":
        // Until somebody has looked at the terminal it may have been charged: `concert-settled` says what they saw.
        return this.#change(outcome.checkTerminal ? begun(this.#sale, this.#choice()) : notPaid(this.#sale));
      case "acknowledged":
      case "unknown":
        return;
    }
  }

  #onSettled({ entry, decision, by }: SettledDetail): void {
    if (entry.kind !== "payment" || !isOf(this.#sale, entry.key)) return;
    const { amount = totalOf(this.#sale).minorUnits } = entry;
    if (decision === "approved") this.#paid({ chargedCents: amount, by, tickets: [] });
    else this.#change(foundNotPaid(this.#sale));
  }

  #onError({ state }: ConcertPay): void {
    // What another payment keeps from being made may be this very sale, in doubt on another terminal.
    if (state.name === "error" && state.error.pendingKey === undefined) this.#change(notBegun(this.#sale));
  }

  #paid(payment: Parameters<typeof paid>[1]): void {
    this.#change(paid(this.#sale, payment, new Date().toISOString()));
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

  #amount(cents: number): string {
    return showMoney({ minorUnits: cents, currency: totalOf(this.#sale).currency }, this.#options.lang);
  }

  #text(key: RegisterText, values: Readonly<Record<string, string>> = {}): string {
    return words(this.#options.lang, key, values);
  }
}

function takesTickets(profile: string): boolean {
  return PROFILES.some(({ name, tickets }) => name === profile && tickets.length > 0);
}
