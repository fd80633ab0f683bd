import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryPair, type MemoryEnd, type MemoryPairOptions } from "./memory-pair.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

/** What came out at an end, with its time. */
function listen(
  end: MemoryEnd,
  clock: VirtualClock,
): { at: number; what: readonly number[] | "end" | "lost" }[] {
  const heard: { at: number; what: readonly number[] | "end" | "lost" }[] = [];
  end.listen({
    bytes: (bytes) => heard.push({ at: clock.now(), what: [...bytes] }),
    closed: (lost) => heard.push({ at: clock.now(), what: lost ? "lost" : "end" }),
  });
  return heard;
}

function pair(options: MemoryPairOptions = {}): { clock: VirtualClock; near: MemoryEnd; far: MemoryEnd } {
  const clock = new VirtualClock();
  return { clock, ...memoryPair({ clock, ...options }) };
}

describe("a connection in memory", () => {
  it("carries bytes both ways, then the close, each after its time on the way", async () => {
    const { clock, near, far } = pair({ latencyMs: 15 });
    const atFar = listen(far, clock);
    const atNear = listen(near, clock);
    await near.write(Uint8Array.of(1, 2));
    await far.write(Uint8Array.of(3));
    await near.close();
    await clock.advance(14);
    expect([atFar, atNear]).toEqual([[], []]);
    await clock.advance(1);
    expect(atFar).toEqual([
      { at: 15, what: [1, 2] },
      { at: 15, what: "end" },
    ]);
  });

  it("keeps a copy: what the writer does to its bytes afterwards changes nothing", async () => {
    const { clock, near, far } = pair({ latencyMs: 1 });
    const atFar = listen(far, clock);
    const bytes = Uint8Array.of(1);
    await near.write(bytes);
    bytes[0] = 9;
    await clock.advance(1);
    expect(atFar).toEqual([{ at: 1, what: [1] }]);
  });

  it("loses the connection at both ends when one resets it", async () => {
    const { clock, near, far } = pair();
    const atNear = listen(near, clock);
    far.reset();
    await clock.advance(0);
    expect(atNear).toEqual([{ at: 0, what: "lost" }]);
    await expect(near.write(Uint8Array.of(1))).rejects.toMatchObject({ code: "PORT_LOST" });
    await expect(far.incoming[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "PORT_LOST" });
  });

  it("ends the reader of an end that closes itself", async () => {
    const { near } = pair();
    const read = near.incoming[Symbol.asyncIterator]().next();
    await near.close();
    await near.close();
    expect(await read).toEqual({ done: true, value: undefined });
  });

  it("delivers nothing out of order, whatever time each write takes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 20 }), async (times) => {
        const { clock, near, far } = pair({
          carry: (_, bytes) => [{ bytes, afterMs: times[bytes[0] ?? 0] ?? 0 }],
        });
        const atFar = listen(far, clock);
        for (const index of times.keys()) await near.write(Uint8Array.of(index));
        await clock.advance(1_000);
        expect(atFar.map(({ what }) => what)).toEqual([...times.keys()].map((index) => [index]));
      }),
    );
  });

  it("drops, doubles and splits as it is told", async () => {
    const { clock, near, far } = pair({
      carry: (_, bytes) => [
        { bytes: bytes.subarray(0, 1), afterMs: 1 },
        { bytes: bytes.subarray(0, 1), afterMs: 2 },
      ],
    });
    const atFar = listen(far, clock);
    await near.write(Uint8Array.of(7, 8));
    await clock.advance(10);
    expect(atFar).toEqual([
      { at: 1, what: [7] },
      { at: 2, what: [7] },
    ]);
  });
});
