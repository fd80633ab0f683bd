/**
 * Draws a `Screen`. Holds no words and no rules.
 * @module
 */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Action, ActionId, Question, Screen } from "../screen/screen.ts";
import type { Decision } from "../state.ts";
import { say, type Lang } from "../texts.ts";
import { icon } from "./icons.ts";
import { ticketText } from "./ticket-text.ts";

export interface ScreenHandlers {
  act(action: ActionId): void;
  decide(decision: Decision, by: string): void;
}

export function screenView(
  screen: Screen,
  lang: Lang,
  cashier: string,
  handlers: ScreenHandlers,
): TemplateResult {
  const message =
    screen.slot === undefined
      ? messageView(screen)
      : html`<slot name=${screen.slot}>${messageView(screen)}</slot>`;
  return html`
    <div part="panel" class="panel" lang=${lang} data-tone=${screen.tone}>
      <!-- Both regions are always there: a region that appears with its text is not read by every screen reader. -->
      <div part="status" class="status" role="status">${screen.urgent ? nothing : message}</div>
      <div part="status" class="status" role="alert">${screen.urgent ? message : nothing}</div>
      ${stepsView(screen.steps)} ${ticketsView(screen)} ${questionView(screen.question, cashier, handlers)}
      ${technicalView(screen, lang)} ${actionsView(screen.actions, handlers)}
    </div>
  `;
}

function messageView({ tone, headline, amount, lines }: Screen): TemplateResult {
  return html`
    ${icon(tone)}
    <div class="words">
      <p part="headline" class="headline" tabindex="-1">${headline}</p>
      ${amount === undefined ? nothing : html`<p part="amount" class="amount">${amount}</p>`}
      ${lines.map((line) => html`<p class="line">${line}</p>`)}
    </div>
  `;
}

function stepsView(steps: readonly string[]): TemplateResult | typeof nothing {
  if (steps.length === 0) return nothing;
  return html`<ol part="resolution" class="steps">
    ${steps.map((step) => html`<li>${step}</li>`)}
  </ol>`;
}

function ticketsView({ tickets }: Screen): TemplateResult | typeof nothing {
  if (tickets === undefined) return nothing;
  return html`<figure class="tickets">
    <figcaption>${tickets.caption}</figcaption>
    ${tickets.texts.map((ticket) => html`<pre part="ticket" tabindex="0">${ticketText(ticket)}</pre>`)}
  </figure>`;
}

function questionView(
  question: Question | undefined,
  cashier: string,
  { decide }: ScreenHandlers,
): TemplateResult | typeof nothing {
  if (question === undefined) return nothing;
  const answer = (event: SubmitEvent): void => {
    event.preventDefault();
    const { submitter, target } = event;
    const by = String(new FormData(target as HTMLFormElement).get("by") ?? "");
    if (submitter instanceof HTMLButtonElement) decide(submitter.value as Decision, by);
  };
  // No answer is the form's default: Enter in the name field must not decide about money.
  const hold = (event: KeyboardEvent): void => {
    if (event.key === "Enter") event.preventDefault();
  };
  return html`<form part="question" class="question" @submit=${answer}>
    <label>
      <span>${question.nameLabel}</span>
      <input
        part="name"
        name="by"
        autocomplete="off"
        maxlength="64"
        pattern=".*\\S.*"
        required
        aria-describedby="hint"
        .value=${cashier}
        ?disabled=${question.disabled}
        @keydown=${hold}
      />
    </label>
    <p id="hint" class="hint">${question.nameHint}</p>
    <div class="answers">
      ${question.answers.map(
        ({ decision, label }) =>
          html`<button
            part="button answer"
            class="secondary"
            name="decision"
            value=${decision}
            ?disabled=${question.disabled}
          >
            ${label}
          </button>`,
      )}
    </div>
  </form>`;
}

function technicalView({ technical }: Screen, lang: Lang): TemplateResult | typeof nothing {
  if (technical === undefined) return nothing;
  return html`<details part="technical">
    <summary>${say(lang, "technical")}</summary>
    <code>${technical}</code>
  </details>`;
}

/** Keyed: a button never turns into another one under the finger. */
function actionsView(actions: readonly Action[], handlers: ScreenHandlers): TemplateResult | typeof nothing {
  if (actions.length === 0) return nothing;
  return html`<div class="actions">
    ${actions.map((action) => keyed(action.id, actionView(action, handlers)))}
  </div>`;
}

function actionView(
  { id, label, weight, disabled = false }: Action,
  { act }: ScreenHandlers,
): TemplateResult {
  const press = (): void => act(id);
  if (id !== "pay")
    return html`<button part="button ${id}" class=${weight} type="button" @click=${press}>${label}</button>`;
  const button = html`<button part="button pay" class=${weight} type="button" ?disabled=${disabled}>
    ${label}
  </button>`;
  // A disabled button of the page's own still hears clicks on the slot.
  return html`<slot name="activate" @click=${disabled ? nothing : press}>${button}</slot>`;
}
