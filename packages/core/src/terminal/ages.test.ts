import { expect, test } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Ages } from "./ages.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** ISO 8601, so long before the wall clock's time. */
const before = (clock: VirtualClock, ms: number): string => new Date(clock.wallTime() - ms).toISOString();

async function openFor(ms: number): Promise<{ clock: VirtualClock; ages: Ages }> {
  const clock = new VirtualClock();
  const ages = new Ages(clock);
  await clock.advance(ms);
  return { clock, ages };
}

test("of what this page did only its own clock tells", async () => {
  const { clock, ages } = await openFor(HOUR);
  const time = before(clock, 0);
  ages.happens("a", time);
  ages.seen("a", time);
  await clock.advance(5_000);
  clock.setWallTime(clock.wallTime() + 3 * DAY);
  expect(ages.of("a", time)).toBe(5_000);
});

test.each([
  ["since this page was opened", 20_000, 20_000],
  ["before that: as long as it is open", 90_000, 60_000],
  ["a day before", DAY, 60_000],
  ["more than a day before", DAY + 1, DAY + 1],
  ["in a time to come, before the clock was set back", -HOUR, 60_000],
])("of what another page did %s", async (_, ago, age) => {
  const { clock, ages } = await openFor(60_000);
  expect(ages.of("a", before(clock, ago))).toBe(age);
});

test.each([
  [HOUR, 20_000],
  [-HOUR, 20_000],
  [2_001, 0],
  [-2_001, 0],
])(
  "a wall clock set by %i ms while the page is open tells nothing: it is as old as it is known",
  async (set, ago) => {
    const { clock, ages } = await openFor(HOUR);
    const time = before(clock, ago);
    clock.setWallTime(clock.wallTime() + set);
    expect(ages.of("a", time)).toBe(0);
    ages.seen("a", time);
    await clock.advance(7_000);
    ages.seen("a", time);
    expect(ages.of("a", time)).toBe(7_000);
    expect(ages.of("a", before(clock, 0))).toBe(0);
  },
);

test("two clocks that drift apart by themselves are not set", async () => {
  const { clock, ages } = await openFor(HOUR);
  clock.setWallTime(clock.wallTime() + 2_000);
  expect(ages.of("a", before(clock, 50_000))).toBe(50_000);
});

test("without a time that can be read it is as old as the page", async () => {
  const { ages } = await openFor(60_000);
  expect(ages.of("a", "")).toBe(60_000);
});

test.each([2 * DAY, -2 * DAY])("not even where it was set by %i ms", async (set) => {
  const { clock, ages } = await openFor(HOUR);
  const time = before(clock, 0);
  ages.seen("a", time);
  clock.setWallTime(clock.wallTime() + set);
  await clock.advance(1_000);
  expect(ages.of("a", time)).toBe(1_000);
});

test("what is more than a day old by either clock is as old as that", async () => {
  const { clock, ages } = await openFor(HOUR);
  const time = before(clock, 2 * DAY);
  clock.setWallTime(clock.wallTime() + HOUR);
  expect(ages.of("a", time)).toBe(2 * DAY);
});

test("a wall clock that was set back and right again has told wrong times meanwhile", async () => {
  const { clock, ages } = await openFor(2 * HOUR);
  clock.setWallTime(clock.wallTime() - HOUR);
  const time = before(clock, 0);
  ages.seen("a", time);
  await clock.advance(5_000);
  clock.setWallTime(clock.wallTime() + HOUR);
  expect(ages.of("a", time)).toBe(5_000);
});
