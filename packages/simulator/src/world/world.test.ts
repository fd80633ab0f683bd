import { describe, expect, test, vi } from "vitest";
import { WorldClock } from "./clock.ts";
import { replay, runWorld } from "./index.ts";
import { oneScreen } from "./log.ts";
import { Random } from "./random.ts";

/** For a machine that does many other things at once. */
vi.setConfig({ testTimeout: 60_000 });

describe("a world", () => {
  test("is the same to the byte each time it is made from the same seed", async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const once = await runWorld({ seed, trace: true });
      const again = await runWorld({ seed, trace: true });
      expect(again.trace).toEqual(once.trace);
      expect(again.tally).toEqual(once.tally);
      expect(once.trace.length).toBeGreaterThan(5);
    }
  });

  test("is the same whether or not its story is written down", async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const silent = await runWorld({ seed });
      const told = await runWorld({ seed, trace: true });
      expect(silent.tally).toEqual(told.tally);
      expect(silent.trace).toEqual([]);
    }
  });

  test("differs from that of another seed", async () => {
    const stories = new Set<string>();
    for (let seed = 1; seed <= 30; seed += 1)
      stories.add((await runWorld({ seed, trace: true })).trace.join("\n"));
    expect(stories.size).toBe(30);
  });

  test("is told on one screen, with how to see it again", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const lines = (await replay({ seed })).split("\n");
      expect(lines.length).toBeLessThanOrEqual(40);
      expect(lines.at(-1)).toBe(`again: npm run simulate -- --replay ${seed}`);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(120);
    }
  });
});

describe("the parts of a world", () => {
  test("a story is cut in its middle, its end kept", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const screen = oneScreen(lines, 20);
    expect(screen).toHaveLength(20);
    expect(screen[0]).toBe("line 0");
    expect(screen.at(-1)).toBe("line 99");
    expect(screen[6]).toContain("81 lines");
    expect(oneScreen(lines, 100)).toEqual(lines);
  });

  test("timers fire in the order of their times, equal times in the order they were set, cancelled ones never", () => {
    const clock = new WorldClock();
    const random = new Random(7);
    const fired: (readonly [at: number, order: number])[] = [];
    const cancels = Array.from({ length: 500 }, (_, order) => {
      const at = random.between(0, 50);
      return clock.setTimer(at, () => fired.push([at, order]));
    });
    for (let order = 0; order < 500; order += 3) cancels[order]?.();
    while (clock.fireNext());
    const sorted = [...fired].sort(([a, one], [b, other]) => a - b || one - other);
    expect(fired).toEqual(sorted);
    expect(fired).toHaveLength(500 - 167);
    expect(fired.every(([, order]) => order % 3 !== 0)).toBe(true);
  });

  test("a settled clock has let every promise run, however long their chain", async () => {
    const clock = new WorldClock();
    let turns = 0;
    const chain = async (): Promise<void> => {
      for (; turns < 5_000; turns += 1) await Promise.resolve();
    };
    void chain();
    clock.touch();
    await clock.settle();
    expect(turns).toBe(5_000);
  });

  test("chance is what it says it is, and every value of a range comes", () => {
    const random = new Random(1);
    const hits = Array.from({ length: 10_000 }, () => random.chance(0.25)).filter(Boolean).length;
    expect(hits).toBeGreaterThan(2_300);
    expect(hits).toBeLessThan(2_700);
    const seen = new Set(Array.from({ length: 1_000 }, () => random.between(3, 9)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6, 7, 8, 9]);
    const weighed = Array.from({ length: 1_000 }, () =>
      random.weighted([
        [3, "often"],
        [0, "never"],
        [1, "seldom"],
      ]),
    );
    expect(weighed).not.toContain("never");
    expect(weighed.filter((word) => word === "often").length).toBeGreaterThan(650);
  });
});
