/**
 * Currencies by ISO 4217 letters or digits, with the number of decimals their amounts have.
 * @module
 */
import { CURRENCY_ROWS } from "./currencies.data.ts";

/** One currency. */
export interface Currency {
  /** ISO 4217 letters: `"EUR"`. */
  readonly letters: string;
  /** ISO 4217 digits, as CE carries them: `"978"`. */
  readonly digits: string;
  /** Minor-unit exponent: 2 for EUR, 0 for XPF, 3 for TND. */
  readonly decimals: number;
  /** English name. */
  readonly name: string;
}

const BY_CODE: ReadonlyMap<string, Currency> = new Map(
  CURRENCY_ROWS.flatMap(([letters, digits, decimals, name]) => {
    const currency: Currency = { letters, digits, decimals, name };
    return [
      [letters, currency],
      [digits, currency],
    ];
  }),
);

/** By letters (`"EUR"`, exact capitals) or digits (`"978"`). `undefined` for what ISO 4217 does not list today. */
export function currencyByCode(code: string): Currency | undefined {
  return BY_CODE.get(code);
}
