import type { JournalRecord } from "@concert-pay/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryPayload } from "./entry-fields.ts";
import { encodeFileHeader, encodeRecord, FILE_HEADER_BYTES, FORMAT_VERSION } from "./log-format.ts";
import type { Finding } from "./read-log.ts";
import { SlotLog } from "./slot-log.ts";
import { AT, NOW, payment, question, settled } from "./testing/entries.ts";
import { emptyDisk, openFiles, type Disk, type Faults } from "./testing/memory-file.ts";
import { openMemoryJournal } from "./testing/memory-worker.ts";
import type { WebJournal } from "./web-journal.ts";

/** A page that stays open: its journal follows the log. */
interface Page {
  readonly faults: Faults;
  journal: WebJournal;
}

/** Two pages, and the disk they share. */
class World {
  readonly disk: Disk = emptyDisk();
  readonly pages: Page[] = [];

  async open(faults: Faults = {}): Promise<Page> {
    return { faults, journal: await openJournal(this.disk, faults) };
  }

  page(who: number): Page {
    return this.pages[who] as Page;
  }

  /** The page's whole program ends, and is begun anew. */
  async reload(who: number): Promise<void> {
    this.pages[who] = await this.open();
  }

  get slot(): 0 | 1 {
    return this.disk.files[1].length > this.disk.files[0].length ? 1 : 0;
  }

  /** Behind the log, by no page of these, once a tail that is torn is cut off. */
  write(bytes: Uint8Array): void {
    new SlotLog().read(openFiles(this.disk));
    this.disk.files[this.slot] = Uint8Array.from([...this.disk.files[this.slot], ...bytes]);
  }

  flip(at: number): void {
    const file = this.disk.files[this.slot];
    if (file.length > 0) file[at % file.length] = (file[at % file.length] as number) ^ 0x10;
  }
}

function openJournal(disk: Disk, faults: Faults = {}): Promise<WebJournal> {
  const options = { compactAboveBytes: 2_000, witness: async () => true };
  return openMemoryJournal(disk, () => NOW, options, faults);
}

const who = fc.integer({ min: 0, max: 1 });
const key = fc.constantFrom("a", "b", "c", "d");
const entry: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc
    .record({
      key,
      exchange: fc.constantFrom("x", "y"),
      amount: fc.integer({ min: 10, max: 99 }),
      state: fc.nat({ max: 3 }),
    })
    .map(({ state, ...some }) => {
      if (state === 0) return payment({ ...some, state: "intended" });
      if (state === 1) return payment(some);
      return settled({ ...some, outcome: state === 2 ? "approved" : "not-sent" });
    }),
  fc.record({ key, isAnswered: fc.boolean() }).map((asked) =>
    question({
      key: `question:${asked.key}`,
      ...(asked.isAnswered ? { state: "settled", times: { sending: AT, settled: AT } } : {}),
    }),
  ),
);
const faults: fc.Arbitrary<Faults> = fc.oneof(
  fc.record({ killAfter: fc.nat({ max: 6 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ quota: fc.nat({ max: 3_000 }) }),
);

/** What happens to a world. */
type Step = (world: World) => Promise<unknown> | void;

const recorded = fc.tuple(who, entry).map(([by, one]): Step => {
  return async (world) => world.page(by).journal.record(one);
});
const failed = fc.tuple(who, entry, faults, fc.boolean()).map(([by, one, some, isKill]): Step => {
  return async (world) => {
    const page = world.page(by);
    Object.assign(page.faults, some);
    await page.journal.record(one).catch(() => undefined);
    for (const name of ["killAfter", "share", "quota"] as const) delete page.faults[name];
    if (isKill) await world.reload(by);
  };
});
const appendedByOthers = fc.tuple(fc.array(entry, { maxLength: 3 }), fc.nat()).map(([some, at]): Step[] => {
  const whole = (one: JournalRecord): Uint8Array => encodeRecord(entryPayload(one));
  const last = encodeRecord(entryPayload(payment()));
  return [
    (world) => some.forEach((one) => world.write(whole(one))),
    (world) => {
      some.forEach((one) => world.write(whole(one)));
      world.write(last.subarray(0, at % last.length));
    },
    (world) => {
      world.write(last);
      world.flip(world.disk.files[world.slot].length - 1 - (at % last.length));
      some.forEach((one) => world.write(whole(one)));
    },
    (world) => world.write(encodeRecord(`{"kind":"payment"}`)),
  ];
});
/** By another log that is cut into records at the same places. */
const rewritten = (isWiped: boolean): Step => {
  return ({ disk }) => {
    const reading = new SlotLog().read(openFiles(disk));
    if (reading.state !== "found") return;
    if (isWiped) disk.files.fill(new Uint8Array());
    const payloads = reading.payloads.map((payload) => payload.replace(/"amount":\d\d/, `"amount":77`));
    new SlotLog().replace(openFiles(disk), payloads, isWiped ? undefined : reading.token);
  };
};
const replaced = fc.nat({ max: FILE_HEADER_BYTES - 1 }).map((at): Step[] => [
  (world) => world.flip(at),
  (world) => void world.disk.files.fill(new Uint8Array()),
  rewritten(false),
  rewritten(true),
  (world) => {
    const older = encodeFileHeader({ version: FORMAT_VERSION - 1, generation: 2 ** 32 - 9 });
    const record = encodeRecord(entryPayload(payment({ key: "older" })));
    world.disk.files[0] = Uint8Array.from([...older, ...record]);
  },
]);
/** Of what was read before, only a page that begins anew finds out. */
const damagedAnywhere = fc.nat().map((at): Step => {
  return async (world) => {
    world.flip(at);
    for (const by of [0, 1]) await world.reload(by);
  };
});

const anyOf = (steps: fc.Arbitrary<Step[]>): fc.Arbitrary<Step> =>
  fc.tuple(steps, fc.nat()).map(([some, which]) => some[which % some.length] as Step);
const step = fc.oneof(
  { weight: 8, arbitrary: recorded },
  { weight: 2, arbitrary: failed },
  { weight: 4, arbitrary: anyOf(appendedByOthers) },
  { weight: 1, arbitrary: anyOf(replaced) },
  { weight: 1, arbitrary: damagedAnywhere },
);

const isOfTheLog = ({ kind }: Finding): boolean => !kind.startsWith("marker");

test("a page that follows the log reads, finds and mends what one does that reads all of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.boolean(), fc.boolean()), { maxLength: 25 }),
      async (steps) => {
        const world = new World();
        for (const by of [0, 1]) await world.reload(by);
        for (const [happens, ...reads] of steps) {
          await happens(world);
          // A rewrite that a record began is over.
          await new Promise(setImmediate);
          for (const [by, isRead] of reads.entries()) {
            if (!isRead) continue;
            const { journal } = world.page(by);
            const before = journal.findings.length;
            const copy = structuredClone(world.disk);
            const whole = await openJournal(copy);
            expect(await journal.entries()).toEqual(await whole.entries());
            const found = whole.findings.filter(isOfTheLog);
            expect(found).toEqual(expect.arrayContaining(journal.findings.slice(before).filter(isOfTheLog)));
            expect(journal.findings).toEqual(expect.arrayContaining(found));
          }
        }
      },
    ),
    { numRuns: 400 },
  );
});
