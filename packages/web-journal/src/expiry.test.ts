import type { JournalRecord } from "@concert-pay/core";
import { expect, test } from "vitest";
import { SETTLED_ALWAYS_KEPT, worthKeeping } from "./expiry.ts";
import { AT, NOW, payment, question, settled } from "./testing/entries.ts";

const LONG_AGO = "2020-01-01T00:00:00.000Z";
const newest = Array.from({ length: SETTLED_ALWAYS_KEPT }, (_, index) => settled({ key: `new ${index}` }));

function kept(entries: readonly JournalRecord[], now = NOW): readonly string[] {
  return worthKeeping(entries, { now, keepSettledForDays: 400 }).map(({ key }) => key);
}

test("keeps what is unsettled however old, and what was settled lately", () => {
  const entries: readonly JournalRecord[] = [
    payment({ key: "open", times: { sending: LONG_AGO } }),
    settled({ key: "old", times: { settled: LONG_AGO } }),
    settled({ key: "undated", times: {} }),
    settled({ key: "new" }),
    question({ key: "asked" }),
    question({ key: "asked long ago", times: { sending: LONG_AGO } }),
    question({ key: "answered", state: "settled", times: { sending: AT, settled: AT } }),
  ];
  expect(kept([...entries, ...newest]).slice(0, -newest.length)).toEqual(["open", "undated", "new", "asked"]);
});

test("keeps the last thousand settled whatever the clock says, now or then", () => {
  const old = newest.map((entry) => ({ ...entry, times: { settled: LONG_AGO } }));
  const between = [payment({ key: "open" }), question({ key: "asked" })];
  expect(kept([settled({ key: "first", times: { settled: LONG_AGO } }), ...between, ...old])).toEqual([
    "open",
    "asked",
    ...old.map(({ key }) => key),
  ]);
  expect(kept([settled({ key: "first" }), ...newest], Date.parse("2200-01-01T00:00:00.000Z"))).toEqual(
    newest.map(({ key }) => key),
  );
});

test("keeps a question for a day and three minutes: so long it may count for a payment", () => {
  const last = Date.parse("2026-11-23T09:27:00.000Z");
  const asked = (key: string, at: number): JournalRecord =>
    question({ key, times: { sending: new Date(at).toISOString() } });
  expect(kept([asked("gone", last - 1), asked("counts", last)])).toEqual(["counts"]);
});
