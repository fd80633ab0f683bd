import type { JournalRecord, PaymentEntry } from "@concert-pay/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryPayload, parsePayload } from "./entry-fields.ts";
import { AT, loss, payment, question, settled } from "./testing/entries.ts";

test("keeps every field of an entry", () => {
  const whole: Required<PaymentEntry> = {
    ...(payment() as Required<PaymentEntry>),
    reference: "ticket 12",
    state: "settled",
    times: { intended: AT, sending: AT, unknown: AT, settled: AT },
    outcome: "approved",
    settledBy: { by: "person", who: "Anaïs" },
    rival: "other",
    doubt: "silence",
    cancelRequested: AT,
    charged: 1000,
    checkTerminal: true,
    authorisation: "123456",
    application: "001",
    reading: "1",
    pan: "501767******0674",
    contradiction: "the terminal said declined at 09:31",
  };
  const lost = loss({ state: "settled", settledBy: { by: "register" } });
  const asked = question({ state: "settled", times: { sending: AT, settled: AT } });
  for (const entry of [whole, settled(), lost, question(), asked])
    expect(parsePayload(entryPayload(entry))).toEqual(entry);
});

test("drops what is not on the list, also inside", () => {
  const spilled = {
    ...payment({ settledBy: { by: "person", who: "Anaïs", pin: "1234" } as never }),
    times: { sending: AT, swiped: AT },
    track2: "5017677122000674=2512",
  };
  expect(JSON.parse(entryPayload(spilled as JournalRecord))).toEqual({
    ...payment({ settledBy: { by: "person", who: "Anaïs" } }),
    times: { sending: AT },
  });
});

test("refuses an entry it could not give back, naming the field", () => {
  const refused: readonly (readonly [string, JournalRecord])[] = [
    ["key", payment({ key: "" })],
    ["key", payment({ key: "5017677122000674" })],
    ["key", payment({ key: "order 5017 6771 2200 0674" })],
    ["key", payment({ key: "x".repeat(513) })],
    ["terminal", payment({ terminal: "serial:1234567890123" })],
    ["amount", payment({ amount: 12.5 })],
    ["amount", payment({ amount: 1_000_000_000_000 })],
    ["charged", payment({ charged: -1 })],
    ["state", payment({ state: "paid" as never })],
    ["times.sending", payment({ times: { sending: "yesterday" } })],
    ["settledBy.by", payment({ settledBy: { by: "cat" } as never })],
    ["currency", payment({ currency: undefined as never })],
    ["action", question({ action: "debit" as never })],
    ["state", question({ state: "unknown" as never })],
    ["terminal", question({ terminal: "" })],
    ["kind", { ...payment(), kind: "memo" } as never],
  ];
  for (const [field, entry] of refused) {
    const error = attempt(() => entryPayload(entry));
    expect(error).toMatchObject({ code: "JOURNAL_FAILED", reason: "bad-entry", field });
  }
});

test("never takes a random exchange name for a card number, however many of its digits are decimal", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a]{8}(-[0-9a]{4}){3}-[0-9a]{12}$/), (exchange) => {
      expect(parsePayload(entryPayload(payment({ exchange })))).toMatchObject({ exchange });
    }),
  );
});

test("writes no run of 13 digits or more, whatever stands in the fields", () => {
  const digits = fc.stringMatching(/^[0-9]{11,22}$/);
  const nasty = fc.oneof(
    fc.string({ unit: "binary" }),
    digits,
    fc.tuple(fc.string({ unit: "binary" }), digits, fc.string()).map((parts) => parts.join("")),
    digits.map((run) => `\u0001${run.slice(0, 12)}\ud812${run.slice(0, 12)}`),
    digits.map((run) => run.slice(0, 16).replace(/\d{4}(?=\d)/g, "$& ")),
  );
  const fields = [
    "key",
    "reference",
    "doubt",
    "pan",
    "authorisation",
    "contradiction",
    "terminal",
    "register",
  ];
  const entries = fc
    .tuple(fc.dictionary(fc.constantFrom(...fields), nasty), nasty, fc.nat({ max: 999_999_999_999 }))
    .map(([changes, who, amount]) => settled({ ...changes, amount, settledBy: { by: "person", who } }));
  let written = 0;
  fc.assert(
    fc.property(entries, (entry) => {
      const payload = attempt(() => entryPayload(entry));
      if (typeof payload !== "string") return void expect(payload).toMatchObject({ code: "JOURNAL_FAILED" });
      written += 1;
      expect(payload).not.toMatch(/\d{13}/);
      // What was written is read back as it stands, and written again the same.
      const again = parsePayload(payload);
      expect(again === undefined ? undefined : entryPayload(again)).toBe(payload);
    }),
    { numRuns: 2_000 },
  );
  expect(written).toBeGreaterThan(200);
});

test("takes no text for an entry that is none", () => {
  for (const text of ["", "null", "[]", "{}", "7", `{"kind":"payment"}`, `{"kind":"payment"`])
    expect(parsePayload(text)).toBeUndefined();
});

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
