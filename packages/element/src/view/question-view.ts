/**
 * The form in which a person decides.
 * @module
 */
import { html, nothing, type TemplateResult } from "lit";
import type { Question } from "../screen/screen.ts";
import type { Decision } from "../state.ts";

export interface QuestionHandlers {
  /** `by` is empty where the answer needs no name and none was written. */
  decide(decision: Decision, by: string): void;
  /** At every key, so that the name survives another look. */
  named(name: string): void;
}

export function questionView(
  question: Question | undefined,
  name: string,
  { decide, named }: QuestionHandlers,
): TemplateResult | typeof nothing {
  if (question === undefined) return nothing;
  const { answers, disabled, nameHint, nameLabel } = question;
  const answer = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = nameField(event.target);
    const by = field.value.trim();
    const chosen = answers.find(
      ({ decision }) => decision === (event.submitter as HTMLButtonElement | null)?.value,
    );
    if (chosen === undefined) return;
    if (by !== "" || !chosen.needsName) return decide(chosen.decision, by);
    // The browser's own words are in the browser's language.
    field.setCustomValidity(nameHint);
    field.reportValidity();
  };
  const typed = ({ target }: InputEvent): void => {
    const field = target as HTMLInputElement;
    field.setCustomValidity("");
    named(field.value);
  };
  // No answer is the form's default: Enter in the name field must not decide about money.
  const hold = (event: KeyboardEvent): void => {
    if (event.key === "Enter") event.preventDefault();
  };
  return html`<form part="question" class="question" novalidate @submit=${answer}>
    <label>
      <span>${nameLabel}</span>
      <input
        part="name"
        name="by"
        autocomplete="off"
        maxlength="64"
        aria-describedby="hint"
        .value=${name}
        ?disabled=${disabled}
        @input=${typed}
        @keydown=${hold}
      />
    </label>
    <p id="hint" class="hint">${nameHint}</p>
    <div class="answers">
      ${answers.map(
        ({ decision, label }) =>
          html`<button
            part="button answer"
            class="secondary"
            name="decision"
            value=${decision}
            ?disabled=${disabled}
          >
            ${label}
          </button>`,
      )}
    </div>
  </form>`;
}

function nameField(form: EventTarget | null): HTMLInputElement {
  return (form as HTMLFormElement).elements.namedItem("by") as HTMLInputElement;
}
