import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFileHeader, encodeRecord, FILE_HEADER_BYTES, FORMAT_VERSION } from "./log-format.ts";
import { SlotLog, type LogReading } from "./slot-log.ts";
import { DiskFull, emptyDisk, Killed, openFiles, type Disk, type Faults } from "./testing/memory-file.ts";

type Found = Extract<LogReading, { state: "found" }>;

function read(disk: Disk, log: SlotLog = new SlotLog()): LogReading {
  return log.read(openFiles(disk));
}

function found(disk: Disk, log?: SlotLog): Found {
  const reading = read(disk, log);
  expect(reading.state).toBe("found");
  return reading as Found;
}

function makeLog(payloads: readonly string[]): Disk {
  const disk = emptyDisk();
  new SlotLog().replace(openFiles(disk), payloads, undefined);
  return disk;
}

test("finds no log where none was made, also amid the making of one", () => {
  expect(read(emptyDisk())).toEqual({ state: "missing" });
  for (let killAfter = 0; killAfter < 4; killAfter += 1) {
    const disk = emptyDisk();
    expect(() => new SlotLog().replace(openFiles(disk, { killAfter }), [], undefined)).toThrow(Killed);
    expect(read(disk)).toMatchObject({ state: killAfter < 3 ? "missing" : "found" });
  }
});

test("appends behind what another tab appended, and behind its rewrite", () => {
  const disk = makeLog(["a"]);
  const [mine, theirs] = [new SlotLog(), new SlotLog()];
  mine.append(openFiles(disk), "b");
  theirs.append(openFiles(disk), "c");
  mine.append(openFiles(disk), "d");
  expect(found(disk).payloads).toEqual(["a", "b", "c", "d"]);
  theirs.replace(openFiles(disk), ["c", "d"], found(disk).token);
  mine.append(openFiles(disk), "e");
  expect(found(disk).payloads).toEqual(["c", "d", "e"]);
});

test("refuses a rewrite made from an older state", () => {
  const disk = makeLog(["a"]);
  const { token } = found(disk);
  new SlotLog().append(openFiles(disk), "b");
  expect(new SlotLog().replace(openFiles(disk), [], token)).toBeUndefined();
  expect(new SlotLog().replace(openFiles(disk), [], undefined)).toBeUndefined();
  expect(found(disk).payloads).toEqual(["a", "b"]);
});

test("follows what was appended, by whomever, from any state that was read", () => {
  const disk = makeLog(["a"]);
  const log = new SlotLog();
  const { token } = found(disk, log);
  expect(log.follow(openFiles(disk), token)).toEqual({ token, payloads: [] });
  new SlotLog().append(openFiles(disk), "b");
  log.append(openFiles(disk), "c");
  const followed = log.follow(openFiles(disk), token);
  expect(followed).toEqual({ token: found(disk).token, payloads: ["b", "c"] });
  expect(new SlotLog().follow(openFiles(disk), token)).toEqual(followed);
});

test("follows nothing but appended records, and changes nothing then", () => {
  const { token } = found(makeLog([]));
  const header = (version: number, generation: number): Uint8Array =>
    encodeFileHeader({ version, generation });
  const record = encodeRecord("appended");
  const mine = header(FORMAT_VERSION, token.generation);
  const [damaged, torn] = [record.slice().fill(0, 20), record.subarray(0, -1)];
  const shortened = { ...token, bytes: token.bytes + 1 };
  for (const [parts, since] of [
    [[], token],
    [[header(FORMAT_VERSION, token.generation + 1), record], token],
    [[header(FORMAT_VERSION + 1, token.generation), record], token],
    [[header(FORMAT_VERSION - 1, token.generation), record], token],
    [[mine.slice().fill(0, 12, 13), record], token],
    [[mine, damaged], token],
    [[mine, record, damaged, record], token],
    [[mine, record, torn], token],
    [[mine], shortened],
  ] as const) {
    const disk = emptyDisk();
    disk.files[1] = Uint8Array.from(parts.flatMap((part) => [...part]));
    const before = disk.files[1].slice();
    expect(new SlotLog().follow(openFiles(disk), since)).toBeUndefined();
    expect(disk.files[1]).toEqual(before);
  }
});

test("a log made after a wipe, or after its header was lost, does not follow the one before", () => {
  const disk = makeLog(["a"]);
  const { token } = found(disk);
  expect(new SlotLog().follow(openFiles(makeLog(["a"])), token)).toBeUndefined();
  disk.files[0][12] = (disk.files[0][12] as number) ^ 1;
  new SlotLog().replace(openFiles(disk), ["a"], found(disk).token);
  expect(new SlotLog().follow(openFiles(disk), token)).toBeUndefined();
});

test("cuts a torn tail before it appends, and says how long it was", () => {
  const disk = makeLog(["a"]);
  const log = new SlotLog();
  found(disk, log);
  const half = encodeRecord("never finished").subarray(0, 20);
  disk.files[0] = Uint8Array.from([...disk.files[0], ...half]);
  expect(log.append(openFiles(disk), "b")).toMatchObject({ tornBytes: 20 });
  expect(found(disk)).toMatchObject({ payloads: ["a", "b"], tornBytes: 0, damaged: [] });
});

test("appends to no log that is missing, damaged or of another version", () => {
  expect(new SlotLog().append(openFiles(emptyDisk()), "x")).toBe("attention");
  const damaged = makeLog(["a", "b"]);
  damaged.files[0][FILE_HEADER_BYTES + 20] = 0;
  const before = damaged.files[0].slice();
  expect(new SlotLog().append(openFiles(damaged), "x")).toBe("attention");
  expect(damaged.files[0]).toEqual(before);
  for (const version of [1, FORMAT_VERSION + 1]) {
    const disk = makeLog([]);
    disk.files[0] = encodeFileHeader({ version, generation: 9 });
    expect(new SlotLog().append(openFiles(disk), "x")).toBe("attention");
    expect(disk.files[0]).toHaveLength(FILE_HEADER_BYTES);
  }
});

test("never touches a log of a later version", () => {
  const disk = makeLog([]);
  const { token } = found(disk);
  disk.files[1] = Uint8Array.from([
    ...encodeFileHeader({ version: FORMAT_VERSION + 1, generation: token.generation + 1 }),
    1,
    2,
    3,
  ]);
  const before = disk.files[1].slice();
  expect(read(disk)).toEqual({ state: "newer", version: FORMAT_VERSION + 1 });
  expect(new SlotLog().replace(openFiles(disk), ["x"], token)).toBeUndefined();
  expect(disk.files[1]).toEqual(before);
});

test("a full disk leaves the log as it was, whether appending or rewriting", () => {
  const disk = makeLog(["a", "b"]);
  const quota = disk.files[0].length + 10;
  const { token } = found(disk);
  expect(() => new SlotLog().append(openFiles(disk, { quota }), "does not fit")).toThrow(DiskFull);
  expect(found(disk)).toMatchObject({ payloads: ["a", "b"], tornBytes: 0 });
  expect(() => new SlotLog().replace(openFiles(disk, { quota }), ["does not fit"], token)).toThrow(DiskFull);
  expect(found(disk)).toMatchObject({ payloads: ["a", "b"], token });
});

test("a lost header never brings an older log back: the other file is empty before anything is acknowledged", () => {
  const rewritten = makeLog(["a", "b"]);
  new SlotLog().replace(openFiles(rewritten), ["b"], found(rewritten).token);
  const killedBeforeTidying = makeLog(["a", "b"]);
  const { token } = found(killedBeforeTidying);
  const files = openFiles(killedBeforeTidying, { killAfter: 5 });
  expect(() => new SlotLog().replace(files, ["b"], token)).toThrow(Killed);
  expect(killedBeforeTidying.files.map((file) => file.length > 0)).toEqual([true, true]);
  new SlotLog().append(openFiles(killedBeforeTidying), "c");
  for (const [disk, payloads] of [
    [rewritten, ["b"]],
    [killedBeforeTidying, ["b", "c"]],
  ] as const) {
    disk.files[1][12] = 99;
    const reading = found(disk);
    expect(reading.payloads).toEqual(payloads);
    expect(reading.damaged).toHaveLength(1);
  }
});

test("a lost header costs a log of any length no record", () => {
  const payloads = Array.from({ length: 200_000 }, String);
  const disk = makeLog(payloads);
  disk.files[0][0] = 0;
  expect(found(disk).payloads).toEqual(payloads);
});

test("any one byte of the only file changed: every record but the one hit is found, and damage is reported", () => {
  const texts = ["first", "second", "third"];
  const whole = makeLog(texts).files[0];
  const starts = texts.map((_, index) =>
    texts.slice(0, index).reduce((sum, text) => sum + encodeRecord(text).length, FILE_HEADER_BYTES),
  );
  for (let at = 0; at < whole.length; at += 1)
    for (const change of [0x01, 0x80, 0xff]) {
      const disk = emptyDisk();
      disk.files[0] = whole.slice();
      disk.files[0][at] = (whole[at] as number) ^ change;
      const reading = found(disk);
      const hit = at < FILE_HEADER_BYTES ? -1 : starts.findLastIndex((start) => start <= at);
      expect(reading.payloads).toEqual(texts.filter((_, index) => index !== hit));
      expect(reading.damaged).toHaveLength(1);
    }
});

type Step = { readonly rewrite: boolean } & Required<Pick<Faults, "killAfter" | "share">>;

test("killed at any operation, any number of times, keeps every acknowledged record and adds none of its own", () => {
  const step: fc.Arbitrary<Step> = fc.record({
    rewrite: fc.boolean(),
    killAfter: fc.integer({ min: 0, max: 12 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const disk = makeLog([]);
      let acknowledged: readonly string[] = [];
      let log = new SlotLog();
      steps.forEach(({ rewrite, killAfter, share }, index) => {
        const files = openFiles(disk, { killAfter, share });
        const before = acknowledged;
        // A rewrite here drops the oldest record, as compaction does.
        const after = rewrite ? before.slice(1) : [...before, `record ${index}`];
        try {
          if (rewrite) log.replace(files, after, found(disk).token);
          else expect(log.append(files, `record ${index}`)).not.toBe("attention");
          acknowledged = after;
        } catch (error) {
          expect(error).toBeInstanceOf(Killed);
          log = new SlotLog();
        }
        const reading = found(disk);
        expect(reading.damaged).toEqual([]);
        // Not acknowledged does not mean not there: it is one of the two, whole.
        expect([acknowledged, after]).toContainEqual(reading.payloads);
        acknowledged = reading.payloads;
      });
    }),
    { numRuns: 2_000 },
  );
});
