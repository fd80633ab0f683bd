/**
 * Concert V2, typed (protocol.md 8): fixed fields, dialects "E" (26 characters) and "E+" (34).
 * @module
 */

export type V2Dialect = "E" | "E+";

export interface V2Request {
  readonly dialect: V2Dialect;
  /** Two digits. */
  readonly register: string;
  /** Minor units, at most 8 digits. */
  readonly amount: number;
  /** `"1"`: REP wanted in the answer. */
  readonly ind: string;
  /** `"1"` card, `"C"` cheque. */
  readonly mode: string;
  /** `"0"` debit, `"1"` credit, `"2"` cancellation, `"4"` pre-authorisation. */
  readonly type: string;
  /** ISO 4217 digits. */
  readonly currency: string;
  /** PRIV: exactly 10 characters. */
  readonly private: string;
  /** E+ only: `"A010"` answer at the end, `"A011"` at once. */
  readonly delay?: string;
  /** E+ only: `"B010"` the terminal decides, `"B011"` force an authorisation. */
  readonly auto?: string;
}

export interface V2Response {
  readonly register: string;
  /** `"0"` accepted, `"7"` not completed, `"9"` handled, outcome unknown. */
  readonly stat: string;
  readonly amount: number;
  readonly mode: string;
  /** 55 characters, present in the long answer only. May begin with a card number: mask before showing. */
  readonly rep?: string;
  readonly currency: string;
  readonly private: string;
}
