/**
 * Card numbers never reach a sink (trace, journal, log, screen, error text) unmasked.
 * @module
 */

/**
 * Where a grouped number may begin: not within a word, but right behind the header of an element (`CF019`), which is
 * no part of its value. The groups of a UUID begin within it.
 */
const BEGINS = String.raw`(?:(?<![\w-])|(?<=[A-Z]{2}\d{3}))`;
/** Another element may follow directly. */
const ENDS = String.raw`(?![\d-])`;

/**
 * 13 to 19 digits is what ISO/IEC 7812 allows a card number; longer runs are masked too, being no better. Then
 * the groupings printed on cards: fours, and 4-6-5 (American Express).
 */
const CARD_NUMBER = new RegExp(
  [
    String.raw`\d{13,}`,
    String.raw`${BEGINS}\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?${ENDS}`,
    String.raw`${BEGINS}\d{4}([ -])\d{6}\2\d{5}${ENDS}`,
  ].join("|"),
  "g",
);

/**
 * Masks every run of 13 digits or more, also when grouped as on a card: the first six and the
 * last four digits stay (as PCI DSS 3.4 allows), the others become `*`.
 */
export function maskCardNumbers(text: string): string {
  return text.replace(CARD_NUMBER, (run) => hideMiddle(run, /\d/g));
}

/**
 * Masks the whole value of AA, which may be a token of letters and digits (protocol.md 2): the first six and the last
 * four of them stay. What is masked already stays as it is.
 */
export function maskPan(value: string): string {
  return hideMiddle(value, /[\da-z*#]/gi);
}

/**
 * Hides all but the first six and the last four.
 * @param counted the characters that count; what stands between them stays
 */
export function hideMiddle(text: string, counted: RegExp): string {
  const all = text.match(counted)?.length ?? 0;
  let seen = 0;
  return text.replace(counted, (character) => {
    seen += 1;
    return seen <= 6 || seen > all - 4 || character === "#" ? character : "*";
  });
}
