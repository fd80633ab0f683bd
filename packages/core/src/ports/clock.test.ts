import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

afterEach(() => void vi.useRealTimers());

test("a time a month away neither fires at once nor keeps the processor busy", () => {
  vi.useFakeTimers();
  const clock = systemClock();
  const month = 31 * 86_400_000;
  let fired = 0;
  clock.setTimer(clock.now() + month, () => (fired += 1));
  vi.advanceTimersByTime(month - 1);
  expect(fired).toBe(0);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
