/**
 * Every behaviour a simulated terminal knows. The comment of each group says where it was met.
 * @module
 */
import type { AnswerPlan, Behaviour } from "./behaviour.ts";
import { LINE_BEHAVIOURS } from "../line/line-behaviours.ts";

const DONE: AnswerPlan = { status: "10", card: "contact" };

const charged = (name: string, summary: string, more: Partial<Behaviour> = {}): Behaviour => ({
  name,
  summary,
  charges: true,
  answer: DONE,
  ...more,
});

const answered = (name: string, summary: string, plan: Partial<AnswerPlan>): Behaviour =>
  charged(name, summary, { answer: { ...DONE, ...plan } });

const refused = (name: string, summary: string, reason: string | undefined): Behaviour => ({
  name,
  summary,
  charges: false,
  answer: { status: "01", ...(reason === undefined ? {} : { reason }) },
});

const withheld = (
  name: string,
  summary: string,
  charges: boolean,
  more: Partial<Behaviour> = {},
): Behaviour => ({
  name,
  summary,
  charges,
  ...more,
});

/** AF with its bank fields: 2, 21, 2 and 2 characters after the code (protocol.md 4.3). */
const LONG_REASON = "04" + "14" + "8HOLDER INVALID".padEnd(21, " ") + "  " + "  ";

export const CATALOGUE: readonly Behaviour[] = [
  charged("approve", "paid by card, AE=10; by cheque where CC=00C asks for it"),
  answered("approve-contact", "paid by chip", { card: "contact" }),
  answered("approve-contactless", "paid contactless", { card: "contactless" }),
  answered("approve-amex", "paid by American Express", { card: "amex" }),
  answered("approve-cheque", "paid by cheque", { card: "cheque" }),
  {
    ...charged("interactive", "someone at the screen decides: tap, insert, refuse, red key"),
    interactive: true,
  },

  // Not done, with each reason of protocol.md 4.2.
  refused("refuse", "refused by the bank, AF=04", "04"),
  refused("forbidden", "forbidden, AF=05", "05"),
  refused("abandoned", "the cardholder gave up, AF=06", "06"),
  refused("not-completed", "not completed, AF=07", "07"),
  refused("entry-timeout", "nobody presented a card in time, AF=08", "08"),
  refused("format-error", "the terminal says the request is malformed, AF=09", "09"),
  refused("selection-error", "selection error, AF=10", "10"),
  refused("operator-abandoned", "the operator gave up, AF=11", "11"),
  refused("unknown-action", "the terminal does not know the action, AF=12", "12"),
  refused("currency-not-supported", "the terminal does not know the currency, AF=13", "13"),
  refused("technical-fault", "unknown reason, AF=00", "00"),
  refused("voice-referral", "call the centre, AF=02", "02"),
  refused("no-reason", "not done, without AF", undefined),
  refused("long-reason", "refused, AF of 29 characters (protocol.md 4.3)", LONG_REASON),
  // Desk/5000 after the red key (protocol.md 10.2).
  {
    ...refused("red-key", "the red key: AF=06 and no CB", "06"),
    answer: { status: "01", reason: "06", amount: "absent" },
  },

  // No answer, or one that travels badly (pitfalls 1, 2 and 11).
  withheld("silence", "nothing charged, nothing answered, connection left open", false),
  withheld("charge-then-silence", "charged, nothing answered, connection left open", true),
  withheld("hang-up-without-answer", "nothing charged, the connection is closed", false, { hangUp: "end" }),
  withheld("charge-then-hang-up", "charged, the connection is closed without an answer", true, {
    hangUp: "end",
  }),
  withheld("charge-then-reset", "charged, the connection is reset without an answer", true, {
    hangUp: "reset",
  }),
  withheld("empty-answer", "the connection is closed at once, nothing charged", false, {
    hangUp: "end",
    customerMs: 0,
  }),
  charged("answer-then-hang-up", "paid, answered, connection closed", { hangUp: "end" }),
  charged("split", "paid; the answer comes in pieces, cut at bytes 5, 40 and 61", {
    pieces: { at: [5, 40, 61], gapMs: 50 },
  }),
  charged("slow", "paid; the answer comes byte by byte", { pieces: { every: 1, gapMs: 5 } }),
  charged("late", "paid; the answer leaves 5 seconds after the customer is gone", { lateMs: 5_000 }),
  charged("duplicate-answer", "paid; the answer comes twice", { repeatMs: 20 }),
  answered("garbage", "paid; the answer is noise", { spoilt: "garbage" }),
  answered("bad-length", "paid; the answer has a length that is no number", { spoilt: "bad-length" }),
  answered("overrun", "paid; the answer's last length says more bytes than come", { spoilt: "overrun" }),
  answered("oversize-answer", "paid; the answer has more than 65 KiB", { spoilt: "oversize" }),

  // Answers that contradict themselves or the request (pitfall 5, protocol.md 4.6).
  answered("contradictory-reason", "paid, but AF=04 stands beside AE=10", { reason: "04" }),
  {
    ...answered("contradictory-refusal", "nothing paid, yet AE=10 beside AF=09", { reason: "09" }),
    charges: false,
  },
  answered("zero-padded-amount", "paid; CB padded to 12 digits", { amount: "zero-padded" }),
  answered("missing-amount", "paid; no CB", { amount: "absent" }),
  answered("lower-amount", "paid in part: half the amount, and CB says so", { amount: "lower" }),
  answered("higher-amount", "one unit too much is paid, and CB says so", { amount: "higher" }),
  answered("other-register", "paid; CA is another register", { other: "register" }),
  answered("other-action", "paid; CD is another action", { other: "action" }),
  answered("other-currency", "paid; CE is another currency", { other: "currency" }),
  answered("acknowledge", "paid later, AE=11 and nothing more", { status: "11" }),
  answered("unknown-status", "paid; AE=42", { status: "42" }),
  { ...charged("without-status", "paid; no AE"), answer: { card: "contact" } },
  answered("repeated-tags", "paid; AE, CB and CE come twice", { repeated: "same" }),
  answered("repeated-status", "paid; AE=10, then AE=01", { repeated: "contradicting" }),
  answered("unknown-tags", "paid; tags that no dictionary knows", { unknownTags: true }),
  answered("whole-card-number", "paid; AA holds a whole test card number", { wholeCardNumber: true }),

  // Tickets, whatever CK asked for (protocol.md 6).
  answered("ticket", "paid; the customer's ticket", { tickets: [{ recipient: "customer", format: "text" }] }),
  answered("two-tickets", "paid; two ZT, customer and merchant", {
    tickets: [
      { recipient: "customer", format: "text" },
      { recipient: "merchant", format: "text" },
    ],
  }),
  answered("html-ticket", "paid; a ticket in HTML", { tickets: [{ recipient: "customer", format: "html" }] }),
  answered("wrapped-ticket", "paid; a ticket with line feeds in its base64", {
    tickets: [{ recipient: "customer", format: "text", wrap: true }],
  }),
  answered("long-ticket", "paid; a ticket that fills AK", {
    tickets: [{ recipient: "customer", format: "text", long: true }],
  }),
  ...LINE_BEHAVIOURS,
];
