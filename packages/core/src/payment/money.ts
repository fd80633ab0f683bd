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
  const currency = currencyByCode(code);
  if (currency === undefined) throw badRequest("currency", "an ISO 4217 code such as EUR or 978", code);
  return currency;
}

/**
 * Reads what a person typed: `"12,50"`, `"12.5"`, `"1 234,56"`, `"1.234,56"`. Thousands may be
 * grouped. A single sign before exactly three digits ("1.234") is refused as ambiguous where the currency has decimals.
 * @throws ConcertError `BAD_REQUEST` naming `amount` or `currency`
 */
export function parseMoney(text: string, currency: string): Money {
  const { letters, decimals } = knownCurrency(currency);
  const refuse = (rule: string): never => {
    throw badRequest("amount", rule, text);
  };
  if (typeof text !== "string") return refuse(`text such as "12,50"`);
  const compact = text.trim().replace(/[\u0020\u00a0\u202f'’](?=\d{3}(?!\d))/g, "");
  if (!/^\d+(?:[.,]\d+)*$/.test(compact))
    return refuse(`digits with at most one decimal sign, such as "12,50"`);
  const signs = compact.replace(/\d/g, "");
  const last = signs.at(-1);
  const parts = compact.split(/[.,]/);
  const tail = parts.at(-1) ?? "";
  if (signs.length === 1 && decimals > 0 && tail.length === 3)
    return refuse(`unambiguous: "${compact}" can mean thousands or decimals`);
  const allGroups = signs === last?.repeat(signs.length) && tail.length === 3;
  const groups = allGroups ? parts : parts.slice(0, signs.length === 0 ? 1 : -1);
  const fraction = allGroups || signs.length === 0 ? "" : tail;
  const groupSigns = allGroups ? signs : signs.slice(0, -1);
  const grouped = groups.every(
    (group, index) => groups.length === 1 || (index === 0 ? group.length <= 3 : group.length === 3),
  );
  if (
    !grouped ||
    new Set(groupSigns).size > 1 ||
    (!allGroups && last !== undefined && groupSigns.includes(last))
  )
    return refuse("written with one decimal sign and thousands in threes");
  if (fraction.length > decimals) return refuse(`written with at most ${decimals} decimals in ${letters}`);
  const digits = groups.join("") + fraction.padEnd(decimals, "0");
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
