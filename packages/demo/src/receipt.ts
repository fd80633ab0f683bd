/**
 * The receipt as text, as wide as a till roll.
 * @module
 */
import { maskCardNumbers, money } from "@concert-pay/core";
import { showMoney, type Lang } from "@concert-pay/element";
import { CURRENCY, findArticle } from "./articles.ts";
import { chargedCents, type CardPayment } from "./card-payment.ts";
import { numberOf, totalOf, type Sale } from "./sale.ts";
import { words } from "./texts.ts";

/** Characters on a line of an 80 mm roll. */
export const RECEIPT_WIDTH = 42;

/** The receipt of a paid sale; of another one, what is in it so far. */
export function receiptOf(sale: Sale, lang: Lang, formatTime: (iso: string) => string): string {
  const total = totalOf(sale);
  const items = sale.lines.flatMap(({ article, quantity }) => {
    const found = findArticle(article);
    if (found === undefined) return [];
    return [columns(`${quantity} x ${found.name[lang]}`, amount(quantity * found.cents, lang))];
  });
  const paid = sale.state.name === "paid" ? sale.state : undefined;
  return [
    centred("CONCERT CAFE"),
    centred(`${words(lang, "receipt")} ${numberOf(sale)}`),
    ...(paid === undefined ? [] : [centred(formatTime(paid.at))]),
    rule(),
    ...items,
    rule(),
    columns(words(lang, "total").toUpperCase(), showMoney(total, lang)),
    ...(paid === undefined ? [] : paymentLines([paid.payment, ...(paid.also ?? [])], total.minorUnits, lang)),
    "",
    centred(words(lang, "thanks")),
    "",
  ].join("\n");
}

function paymentLines(payments: readonly CardPayment[], totalCents: number, lang: Lang): readonly string[] {
  const left = totalCents - chargedCents(payments);
  return [
    ...payments.flatMap((payment) => cardLines(payment, lang)),
    ...(left > 0 ? [columns(words(lang, "leftToPay"), amount(left, lang))] : []),
    ...(left < 0 ? [columns(words(lang, "toRefund"), amount(-left, lang))] : []),
    ...payments.flatMap((payment) => ticketLines(payment, lang)),
  ];
}

function cardLines({ authorisation, by, chargedCents: cents }: CardPayment, lang: Lang): readonly string[] {
  return [
    columns(words(lang, "paidByCard"), amount(cents, lang)),
    ...(authorisation === undefined ? [] : [columns(words(lang, "authorisation"), authorisation)]),
    ...(by === undefined ? [] : [columns(words(lang, "checkedBy"), by)]),
  ];
}

function ticketLines({ tickets }: CardPayment, lang: Lang): readonly string[] {
  return (
    tickets
      // The merchant keeps his own; HTML is for printers that read it.
      .filter(({ recipient, format }) => recipient !== "merchant" && format === "text")
      .flatMap(({ text }) => [rule(), centred(words(lang, "cardTicket")), maskCardNumbers(text).trimEnd()])
  );
}

function amount(cents: number, lang: Lang): string {
  return showMoney(money(cents, CURRENCY), lang);
}

/** Amounts are never cut: they are short. A person's name may be. */
function columns(left: string, right: string): string {
  const end = right.slice(0, RECEIPT_WIDTH / 2);
  const room = RECEIPT_WIDTH - end.length - 1;
  return `${left.slice(0, room).padEnd(room)} ${end}`;
}

function centred(text: string): string {
  return text.padStart((RECEIPT_WIDTH + text.length) >> 1);
}

function rule(): string {
  return "-".repeat(RECEIPT_WIDTH);
}
