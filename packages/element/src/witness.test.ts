import { describe, expect, it } from "vitest";
import { memoryJournal, type Journal } from "@concert-pay/core";
import { unsettled } from "./testing/fake-terminal.ts";
import { Witness, type Witnessing } from "./witness.ts";

const asked: string[] = [];

/** A connector to that terminal; what its bridge answers is given. */
const bridge = (heldExchanges: () => Promise<number>): Witnessing => ({
  carrier: "ip",
  id: "fake",
  resumable: true,
  open: () => Promise.reject(new Error("not reached")),
  heldExchanges: () => {
    asked.push("asked");
    return heldExchanges();
  },
});

const HELD = bridge(async () => 1);
const NOTHING = bridge(async () => 0);
const DOWN = bridge(() => Promise.reject(new Error("down")));

async function journalOf(...entries: Parameters<Journal["record"]>[0][]): Promise<Journal> {
  const journal = memoryJournal();
  for (const entry of entries) await journal.record(entry);
  return journal;
}

const lost = async (journal: Journal): Promise<readonly string[]> =>
  (await journal.entries())
    .filter(({ kind }) => kind === "history-lost")
    .map(({ key, state }) => `${key} ${state}`);

describe("where the journal knows of no payment at that terminal", () => {
  it.each([
    ["it is empty", []],
    ["those of another terminal are in it", [{ ...unsettled("other"), terminal: "another" }]],
    ["nothing was sent", [{ ...unsettled("a"), state: "settled", outcome: "not-sent" } as const]],
    ["nothing was sent yet", [{ ...unsettled("a"), state: "intended" } as const]],
  ])("a bridge that holds one says that it was wiped: %s", async (_, entries) => {
    const journal = await journalOf(...entries);
    const witness = new Witness(async () => journal, "fake");
    expect(await witness.ask(HELD)).toMatchObject({
      kind: "history-lost",
      reason: "wiped",
      state: "unknown",
    });
    expect(await lost(journal)).toEqual(["history-lost:wiped:fake unknown"]);
    expect(await witness.ask(HELD)).toBeUndefined();
  });

  it("a bridge that holds none is asked once", async () => {
    const journal = await journalOf();
    const witness = new Witness(async () => journal, "fake");
    asked.length = 0;
    await Promise.all([witness.ask(NOTHING), witness.ask(NOTHING)]);
    await witness.ask(HELD);
    expect([asked.length, await lost(journal)]).toEqual([1, []]);
  });

  it("a bridge that cannot be asked has not answered, and is asked again", async () => {
    const journal = await journalOf();
    const witness = new Witness(async () => journal, "fake");
    await expect(witness.ask(DOWN)).rejects.toThrow("down");
    expect(await witness.ask(HELD)).toMatchObject({ kind: "history-lost" });
  });

  it("a payment that another tab has begun meanwhile is no lost one", async () => {
    const journal = await journalOf();
    const beginning = bridge(async () => {
      await journal.record({ ...unsettled("theirs"), state: "sending" });
      return 1;
    });
    expect(await new Witness(async () => journal, "fake").ask(beginning)).toBeUndefined();
    expect(await lost(journal)).toEqual([]);
  });
});

it("a journal with a payment at that terminal, or its loss, needs no witness", async () => {
  const settled = {
    kind: "history-lost",
    key: "history-lost:wiped:fake",
    reason: "wiped",
    state: "settled",
    times: {},
  } as const;
  asked.length = 0;
  for (const entry of [unsettled(), settled]) {
    const journal = await journalOf(entry);
    expect(await new Witness(async () => journal, "fake").ask(HELD)).toBeUndefined();
  }
  expect(asked).toEqual([]);
});
