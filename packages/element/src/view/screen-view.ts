/**
 * Draws a `Screen`. Holds no words and no rules.
 * @module
 */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Action, ActionId, Screen } from "../screen/screen.ts";
import { say, type Lang } from "../texts.ts";
import { icon } from "./icons.ts";
import { questionView, type QuestionHandlers } from "./question-view.ts";
import { ticketText } from "./ticket-text.ts";

export interface ScreenHandlers extends QuestionHandlers {
  act(action: ActionId): void;
}

export function screenView(
  screen: Screen,
  lang: Lang,
  name: string,
  handlers: ScreenHandlers,
): TemplateResult {
  const message =
    screen.slot === undefined
      ? messageView(screen)
      : html`<slot name=${screen.slot}>${messageView(screen)}</slot>`;
  return html`
    <div
      part="panel"
      class=${screen.question === undefined ? "panel" : "panel asks"}
      lang=${lang}
      data-tone=${screen.tone}
    >
      <!-- Both regions are always there: a region that appears with its text is not read by every screen reader. -->
      <div part="status" class="status" role="status">${screen.urgent ? nothing : message}</div>
      <div part="status" class="status" role="alert">${screen.urgent ? message : nothing}</div>
      ${stepsView(screen.steps)} ${ticketsView(screen)} ${questionView(screen.question, name, handlers)}
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
