/**
 * One shape for each tone, drawn with the text's colour.
 * @module
 */
import { svg, type SVGTemplateResult } from "lit";
import type { Tone } from "../screen/screen.ts";

const SHAPES: Readonly<Record<Tone, SVGTemplateResult>> = {
  calm: svg`<rect x="6" y="2.5" width="12" height="19" rx="2.5" /><path d="M9 6h6v4H9zM9.5 13.5h.01M12 13.5h.01M14.5 13.5h.01M9.5 17h.01M12 17h.01M14.5 17h.01" />`,
  busy: svg`<path class="turning" d="M12 3a9 9 0 1 1-9 9" />`,
  card: svg`<rect x="2" y="5" width="14" height="10" rx="2" /><path d="M2 9h14M18.5 13.5a5 5 0 0 1 0 6M21 11.5a8.5 8.5 0 0 1 0 10" />`,
  key: svg`<rect x="2.5" y="4.5" width="19" height="15" rx="4" /><path d="m9 9 6 6m0-6-6 6" />`,
  good: svg`<circle cx="12" cy="12" r="9.5" /><path d="m7.5 12.5 3 3 6-6.5" />`,
  bad: svg`<circle cx="12" cy="12" r="9.5" /><path d="m8.5 8.5 7 7m0-7-7 7" />`,
  warning: svg`<path d="M12 3 22 20.5H2zM12 9.5v5M12 17.5h.01" />`,
};

/** Hidden from screen readers: the headline says it. */
export function icon(tone: Tone): SVGTemplateResult {
  return svg`<svg part="icon" class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[tone]}</svg>`;
}
