/**
 * Money: an integer of minor units and its currency. Floats never enter.
 * @module
 */
import { badRequest } from "../errors.ts";
import { currencyByCode, type Currency } from "../codec/currencies.ts";

/** An amount. Make one with {@link money} or {@link parseMoney}. */
export interface Money {
  /** Cents for EUR, francs for XPF. An integer, 0 to 999 999 999 999. */
  readonly minorUnits: number;
  /** ISO 4217 letters. */
  readonly currency: string;
}

/** CB holds 12 digits (protocol.md 2.3). */
export const MAX_MINOR_UNITS = 999_999_999_999;

/**
 * @param minorUnits integer, 0 to 999 999 999 999
 * @param currency ISO 4217 letters (`"EUR"`) or digits (`"978"`)
 * @throws ConcertError `BAD_REQUEST` naming `amount` or `currency`
 */
export function money(minorUnits: number, currency: string): Money {
  if (!Number.isInteger(minorUnits) || minorUnits < 0 || minorUnits > MAX_MINOR_UNITS)
    throw badRequest("amount", "an integer of minor units, 0 to 999999999999", minorUnits);
  return { minorUnits, currency: knownCurrency(currency).letters };
}

/** The ISO 4217 entry for letters or digits. @throws ConcertError `BAD_REQUEST` naming `currency` */
export function knownCurrency(code: string): Currency {
  const currency = typeof code === "string" ? currencyByCode(code) : undefined;
  if (currency === undefined) throw badRequest("currency", "an ISO 4217 code such as EUR or 978", code);
  return currency;
}

/**
 * Reads what a person typed: `"12,50"`, `"12.5"`, `"1 234,56"`, `"1.234,56"`. The decimal sign is the last comma or
 * point; a single one followed by exactly three digits is refused as ambiguous ("1.234") where the currency has
 * decimals.
 * @throws ConcertError `BAD_REQUEST` naming `amount` or `currency`
 */
export function parseMoney(text: string, currency: string): Money {
  const { letters, decimals } = knownCurrency(currency);
  const refuse = (rule: string): never => {
    throw badRequest("amount", rule, text);
  };
  if (typeof text !== "string") return refuse(`text such as "12,50"`);
  const compact = text.trim().replace(/[\u0020\u00a0\u202f'’](?=\d{3})/g, "");
  const match = /^(\d+|\d{1,3}(?:([.,])\d{3})+)(?:([.,])(\d+))?$/.exec(compact);
  if (match === null) return refuse(`digits with at most one decimal sign, such as "12,50"`);
  const [, whole = "", group, point, fraction = ""] = match;
  if (group !== undefined && group === point) return refuse("written with one decimal sign");
  const loneGroup = group !== undefined && point === undefined && whole.split(group).length === 2;
  if (decimals > 0 && loneGroup) return refuse(`unambiguous: "${whole}" can mean thousands or decimals`);
  if (fraction.length > decimals) return refuse(`written with at most ${decimals} decimals in ${letters}`);
  const digits = whole.replace(/[.,]/g, "") + fraction.padEnd(decimals, "0");
  if (digits.replace(/^0+/, "").length > 12) return refuse("at most 12 digits of minor units");
  return money(Number(digits), letters);
}

/** For people: `formatMoney(money(1250, "EUR"), "fr")` is `"12,50 EUR"`. No locale data needed. */
export function formatMoney(amount: Money, lang: "fr" | "en" = "en"): string {
  const { decimals } = knownCurrency(amount.currency);
  const digits = String(amount.minorUnits).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, lang === "fr" ? "\u202f" : ",");
  const fraction = decimals === 0 ? "" : (lang === "fr" ? "," : ".") + digits.slice(-decimals);
  return `${grouped}${fraction} ${amount.currency}`;
}
