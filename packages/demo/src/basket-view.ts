/**
 * What is sold: the articles to choose from, what is in the basket, and its total.
 * @module
 */
import { showMoney } from "@concert-pay/element";
import { html, nothing, type TemplateResult } from "lit";
import { ARTICLES, findArticle, type Article } from "./articles.ts";
import type { PageOptions } from "./page-options.ts";
import { addToSale, numberOf, totalOf, type Line, type Sale } from "./sale.ts";
import { words, type RegisterText } from "./texts.ts";

export class BasketView {
  readonly #sale: Sale;
  readonly #lang: PageOptions["lang"];
  readonly #change: (sale: Sale) => void;

  constructor(sale: Sale, lang: PageOptions["lang"], change: (sale: Sale) => void) {
    this.#sale = sale;
    this.#lang = lang;
    this.#change = change;
  }

  articles(): TemplateResult {
    return html`<div class="grid">${ARTICLES.map((article) => this.#article(article))}</div>`;
  }

  /** Above all else: whatever is bought, total and payment stay in sight. */
  total(): TemplateResult {
    return html`<div class="total">
      <h2 id="sale">${this.#text("sale")} ${numberOf(this.#sale)}</h2>
      <p>
        <span>${this.#text("total")}</span>
        <output>${showMoney(totalOf(this.#sale), this.#lang)}</output>
      </p>
    </div>`;
  }

  lines(): TemplateResult {
    const { lines } = this.#sale;
    if (lines.length === 0) return html`<p class="hint">${this.#text("empty")}</p>`;
    return html`<ul class="lines">
      ${lines.map((line) => this.#line(line))}
    </ul>`;
  }

  #article({ id, name, cents }: Article): TemplateResult {
    return html`<button
      type="button"
      class="article"
      data-article=${id}
      ?disabled=${this.#sale.state.name !== "open"}
      @click=${() => this.#change(addToSale(this.#sale, id, 1))}
    >
      <span>${name[this.#lang]}</span>
      <span class="price">${this.#amount(cents)}</span>
    </button>`;
  }

  #line({ article: id, quantity }: Line): TemplateResult {
    const article = findArticle(id);
    const name = article?.name[this.#lang] ?? id;
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

  #amount(cents: number): string {
    return showMoney({ minorUnits: cents, currency: totalOf(this.#sale).currency }, this.#lang);
  }

  #text(key: RegisterText, values: Readonly<Record<string, string>> = {}): string {
    return words(this.#lang, key, values);
  }
}
