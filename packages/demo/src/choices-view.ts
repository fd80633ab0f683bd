/**
 * What can be chosen on the page: its language and look, and the way to the terminal.
 * @module
 */
import { PROFILES } from "@concert-pay/core";
import { html, nothing, type TemplateResult } from "lit";
import { THEMES, WAYS, type PageOptions } from "./page-options.ts";
import { words, type RegisterText } from "./texts.ts";

const HELP: Readonly<Record<PageOptions["way"], RegisterText>> = {
  page: "pageHelp",
  bridge: "bridgeHelp",
  serial: "serialHelp",
};

export class ChoicesView {
  readonly #options: PageOptions;
  readonly #isPaying: boolean;
  readonly #choose: (change: Partial<PageOptions>) => void;

  /** @param isPaying the way to the terminal stays as it is meanwhile */
  constructor(options: PageOptions, isPaying: boolean, choose: (change: Partial<PageOptions>) => void) {
    this.#options = options;
    this.#isPaying = isPaying;
    this.#choose = choose;
  }

  language(): TemplateResult {
    return this.#choiceOf("language", "lang", ["fr", "en"], (value) => value.toUpperCase());
  }

  theme(): TemplateResult {
    return this.#choiceOf("theme", "theme", THEMES, (value) => this.#text(value));
  }

  /** @param device the terminal in the page, where that is the way */
  terminal(device: TemplateResult | undefined): TemplateResult {
    const { way } = this.#options;
    return html`
      <section class="terminal" aria-labelledby="terminal">
        <h2 id="terminal">${this.#text("terminal")}</h2>
        ${this.#choiceOf("terminal", "way", WAYS, (value) => this.#text(value))}
        <p class="hint">${this.#text(HELP[way])}</p>
        ${way === "bridge" ? this.#bridge() : nothing} ${way === "page" ? device : this.#profile()}
      </section>
    `;
  }

  #bridge(): TemplateResult {
    return html`<label class="field">
      <span>${this.#text("bridgeUrl")}</span>
      <input
        type="url"
        name="bridge"
        .value=${this.#options.bridge}
        ?disabled=${this.#isPaying}
        @change=${(event: Event) => this.#choose({ bridge: (event.target as HTMLInputElement).value.trim() })}
      />
    </label>`;
  }

  #profile(): TemplateResult {
    return html`<label class="field">
      <span>${this.#text("profile")}</span>
      <select
        name="profile"
        ?disabled=${this.#isPaying}
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
    return html`<fieldset class="choice" ?disabled=${name === "way" && this.#isPaying}>
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

  #text(key: RegisterText): string {
    return words(this.#options.lang, key, {});
  }
}
