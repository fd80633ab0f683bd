/**
 * The simulated terminal on the page: its screen, and the customer's hands.
 * @module
 */
import { money, type Connector } from "@concert-pay/core";
import { showMoney, type Lang } from "@concert-pay/element";
import { simulatedConnector, type Key, type PageSimulator, type Screen } from "@concert-pay/simulator/page";
import { html, type TemplateResult } from "lit";
import { BEHAVIOURS, words, type RegisterText } from "./texts.ts";

const KEYS: readonly Key[] = ["tap", "insert", "red", "refuse", "silence", "charge-then-silence"];

export class PageTerminal {
  readonly connector: Connector;
  readonly #simulator: PageSimulator;
  #behaviour = "interactive";

  /** @param changed called when there is something new to draw */
  constructor(changed: () => void) {
    const connector = simulatedConnector({
      id: "simulated:demo",
      behaviour: this.#behaviour,
      delayMs: 1_500,
      processingMs: 600,
    });
    this.connector = connector;
    this.#simulator = connector.simulator;
    this.#simulator.onScreen(changed);
  }

  view(lang: Lang): TemplateResult {
    const { screen } = this.#simulator;
    const waits = screen.name === "card-expected" && screen.interactive;
    return html`
      <section class="device" aria-label=${words(lang, "simulated")}>
        <div class="device-screen" role="status" data-screen=${screen.name}>${screenView(screen, lang)}</div>
        <div class="device-keys">
          ${KEYS.map(
            (key) =>
              html`<button
                type="button"
                class="key"
                data-key=${key}
                ?disabled=${!waits}
                @click=${() => this.#simulator.press(key)}
              >
                ${words(lang, key)}
              </button>`,
          )}
        </div>
        <label class="field">
          <span>${words(lang, "behaviour")}</span>
          <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
            ${BEHAVIOURS.map(
              ({ name, label }) =>
                html`<option value=${name} ?selected=${name === this.#behaviour}>${label[lang]}</option>`,
            )}
          </select>
        </label>
      </section>
    `;
  }

  #choose(behaviour: string): void {
    this.#behaviour = behaviour;
    this.#simulator.setBehaviour(behaviour);
  }
}

function screenView(screen: Screen, lang: Lang): TemplateResult {
  const shown = (key: RegisterText): TemplateResult => html`<p>${words(lang, key)}</p>`;
  switch (screen.name) {
    case "idle":
      return shown("screenIdle");
    case "occupied":
      return shown("screenOccupied");
    case "card-expected":
      return html`<p class="device-amount">
          ${showMoney(money(screen.payment.amount, screen.payment.currency), lang)}
        </p>
        ${shown("screenCard")}`;
    case "processing":
      return shown("screenProcessing");
    case "result":
      return shown(screen.charged ? "screenCharged" : "screenNotCharged");
  }
}
