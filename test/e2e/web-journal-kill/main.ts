/**
 * The page: says that it opens the journal, opens it, says what is in it, then writes without end and says what was acknowledged.
 * @module
 */
import type { PaymentEntry } from "../../../packages/core/src/index.ts";
import { openWebJournal } from "../../../packages/web-journal/src/index.ts";
import { numberedEntry, openEntry, type Acknowledged, type Found, type Orders } from "./entries.ts";

const post = (path: string, body: Found | Acknowledged | undefined): Promise<Response> =>
  fetch(path + location.search, { method: "POST", body: JSON.stringify(body ?? {}) });

await post("opening", undefined);
const journal = await openWebJournal({ compactAboveBytes: 6_000, persist: false });

async function write(entry: PaymentEntry): Promise<void> {
  const begun = performance.now();
  await journal.record(entry);
  // Not awaited: the next record is being written while this one is told.
  void post("acknowledged", { key: entry.key, amount: entry.amount, tookMs: performance.now() - begun });
}

const entries = await journal.entries();
const told = await post("found", { entries, findings: journal.findings, store: journal.store });
const orders = (await told.json()) as Orders;
await write(openEntry(orders.openKey, orders.next));
for (let sequence = orders.next; ; sequence += 1) await write(numberedEntry(sequence));
