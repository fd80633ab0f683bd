/**
 * Card numbers never reach a sink (trace, journal, log, screen, error text) unmasked.
 * @module
 */

/** 13 to 19 digits is what ISO/IEC 7812 allows a card number; longer runs are masked too, being no better. */
const CARD_NUMBER = /\d(?:[ -]?\d){12,}/g;

/**
 * Masks every run of 13 digits or more, also when grouped by single spaces or hyphens: the first six and the
 * last four digits stay (as PCI DSS 3.4 allows), the others become `*`.
 */
export function maskCardNumbers(text: string): string {
  return text.replace(CARD_NUMBER, (run) => {
    let seen = 0;
    const digits = run.replace(/\D/g, "").length;
    return run.replace(/\d/g, (digit) => {
      seen += 1;
      return seen <= 6 || seen > digits - 4 ? digit : "*";
    });
  });
}
