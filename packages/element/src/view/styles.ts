/**
 * The look: calm, readable from a metre away, in light and dark. Colours are custom properties; the defaults keep a
 * contrast of 4.5 to 1 in both themes.
 * @module
 */
import { css, type CSSResult } from "lit";

const colours: CSSResult = css`
  :host {
    color-scheme: light dark;
    --_surface: var(--concert-pay-surface, light-dark(#ffffff, #16191f));
    --_text: var(--concert-pay-text, light-dark(#14181f, #f1f4f8));
    --_muted: var(--concert-pay-muted, light-dark(#4c5666, #b3bdcb));
    --_border: var(--concert-pay-border, light-dark(#c9d0da, #3d4654));
    --_field: var(--concert-pay-field-border, light-dark(#6b7686, #8b96a6));
    --_accent: var(--concert-pay-accent, light-dark(#0b57b8, #8ab8ff));
    --_on-accent: var(--concert-pay-on-accent, light-dark(#ffffff, #07182f));
    --_good: var(--concert-pay-good, light-dark(#0a6b3a, #6fdba0));
    --_good-surface: var(--concert-pay-good-surface, light-dark(#e3f6ea, #10301f));
    --_bad: var(--concert-pay-bad, light-dark(#a81c1c, #ffa5a0));
    --_bad-surface: var(--concert-pay-bad-surface, light-dark(#fdeaea, #3a1718));
    --_warning: var(--concert-pay-warning, light-dark(#8a4b00, #ffc46b));
    --_warning-surface: var(--concert-pay-warning-surface, light-dark(#fff3dc, #352408));
    --_busy-surface: var(--concert-pay-busy-surface, light-dark(#e9f1fd, #14243c));
    --_radius: var(--concert-pay-radius, 12px);
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  .panel {
    --_tone: var(--_muted);
    --_tone-surface: transparent;
  }
  .panel[data-tone="busy"],
  .panel[data-tone="card"] {
    --_tone: var(--_accent);
    --_tone-surface: var(--_busy-surface);
  }
  .panel[data-tone="good"] {
    --_tone: var(--_good);
    --_tone-surface: var(--_good-surface);
  }
  .panel[data-tone="bad"] {
    --_tone: var(--_bad);
    --_tone-surface: var(--_bad-surface);
  }
  .panel[data-tone="key"],
  .panel[data-tone="warning"] {
    --_tone: var(--_warning);
    --_tone-surface: var(--_warning-surface);
  }
`;

const layout: CSSResult = css`
  :host {
    display: block;
    max-width: 34rem;
    font: 1rem/1.45
      var(--concert-pay-font, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
    color: var(--_text);
  }
  :host([hidden]) {
    display: none;
  }
  .panel {
    display: grid;
    /* Never wider than the page leaves room for, whatever the amount. */
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
    padding: 1rem;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .status:empty {
    display: none;
  }
  .status {
    display: flex;
    gap: 1rem;
    align-items: flex-start;
    padding: 1rem;
    background: var(--_tone-surface);
    border-inline-start: 6px solid var(--_tone);
    border-radius: calc(var(--_radius) / 2);
  }
  [data-tone="calm"] .status {
    padding-inline-start: 0;
    padding-block: 0.25rem;
    border-inline-start: 0;
  }
  .icon {
    flex: none;
    width: 3.25rem;
    height: 3.25rem;
    fill: none;
    stroke: var(--_tone);
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  /* As red as the key; the words are not, lest they look like a refusal. */
  [data-tone="key"] .icon {
    stroke: var(--_bad);
  }
  @media (max-width: 30rem) {
    .panel,
    .status {
      gap: 0.75rem;
      padding: 0.75rem;
    }
    .icon {
      width: 2.25rem;
      height: 2.25rem;
    }
  }
  .turning {
    transform-origin: 50% 50%;
    animation: turn 1.2s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .turning {
      animation: none;
    }
  }
  .words {
    min-width: 0;
  }
  p {
    margin: 0;
  }
  .headline {
    font-size: 1.625rem;
    font-weight: 700;
    line-height: 1.2;
    color: var(--_tone);
  }
  [data-tone="calm"] .headline {
    color: var(--_text);
  }
  .amount {
    margin-block: 0.25rem;
    font-size: clamp(1.75rem, 8vw, 2.25rem);
    white-space: nowrap;
    font-weight: 700;
    line-height: 1.15;
    font-variant-numeric: tabular-nums;
    letter-spacing: -0.01em;
  }
  .line {
    margin-block-start: 0.375rem;
  }
  /* Whoever has to answer sees the question and its answers at one glance. */
  .asks {
    gap: 0.75rem;
  }
  .asks .status {
    padding: 0.75rem;
  }
  .asks .headline,
  .asks .amount {
    font-size: 1.375rem;
  }
  .asks .icon {
    width: 2.25rem;
    height: 2.25rem;
  }
  [data-tone="calm"] .line {
    color: var(--_muted);
  }
  .steps {
    display: grid;
    gap: 0.375rem;
    margin: 0;
    padding-inline-start: 1.5rem;
  }
  .tickets {
    margin: 0;
    display: grid;
    gap: 0.5rem;
  }
  figcaption,
  .hint,
  summary,
  code {
    font-size: 0.9375rem;
    color: var(--_muted);
  }
  pre {
    margin: 0;
    max-height: 16rem;
    overflow: auto;
    padding: 0.75rem;
    font:
      0.875rem/1.4 ui-monospace,
      "Cascadia Mono",
      Menlo,
      Consolas,
      monospace;
    border: 1px dashed var(--_border);
    border-radius: calc(var(--_radius) / 2);
  }
  code {
    font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
    overflow-wrap: anywhere;
  }
`;

const controls: CSSResult = css`
  .actions,
  .answers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }
  .question {
    display: grid;
    gap: 0.5rem;
  }
  label {
    display: grid;
    gap: 0.25rem;
    font-weight: 600;
  }
  input,
  button {
    box-sizing: border-box;
    min-height: 48px;
    padding: 0.5rem 1rem;
    font: inherit;
    border-radius: calc(var(--_radius) * 0.66);
  }
  input {
    width: 100%;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_field);
  }
  button {
    flex: 1 1 12rem;
    font-weight: 600;
    cursor: pointer;
    border: 2px solid var(--_accent);
  }
  .primary {
    min-height: 64px;
    font-size: 1.25rem;
    color: var(--_on-accent);
    background: var(--_accent);
  }
  .secondary {
    color: var(--_accent);
    background: transparent;
  }
  button:hover:not(:disabled) {
    filter: brightness(1.08);
  }
  button:disabled {
    cursor: default;
    color: var(--_muted);
    background: transparent;
    border-color: var(--_border);
  }
  summary {
    min-height: 44px;
    align-content: center;
    cursor: pointer;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 3px;
  }
  @media (forced-colors: active) {
    .status,
    button {
      border-color: CanvasText;
    }
  }
`;

export const styles: readonly CSSResult[] = [colours, layout, controls];
