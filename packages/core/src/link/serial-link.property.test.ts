import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinkPair, type ByteFault } from "../testing/link-pair.ts";
import { ACK, ENQ, EOT, ETX, NAK, STX } from "./frame-control.ts";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import type { LinkInput, LinkOutput } from "./link.ts";
import { SerialLink } from "./serial-link.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const REQUEST = bytes("CZ0040300CJ012345351663588CA00201CB00512345CD0010CE003978");
const ANSWER = bytes("CZ0040301CA00201CB00512345CD0010CE003978AE00210");

const someBytes = fc.oneof(
  fc.constantFrom(ENQ, ACK, NAK, EOT, STX, ETX).map((byte) => Uint8Array.of(byte)),
  fc.constantFrom(...[REQUEST, ANSWER].map((data) => encodeFrame(data))),
  fc.uint8Array({ maxLength: 12 }),
);
const input: fc.Arbitrary<LinkInput> = fc.oneof(
  { weight: 6, arbitrary: someBytes.map((each) => ({ type: "bytes", bytes: each }) as const) },
  { weight: 5, arbitrary: fc.constant({ type: "tick" } as const) },
  { weight: 1, arbitrary: fc.constantFrom(REQUEST, ANSWER).map((data) => ({ type: "send", data }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: "written" } as const) },
  { weight: 1, arbitrary: fc.constant({ type: "closed" } as const) },
);
const script = fc.array(
  fc.tuple(input, fc.oneof(fc.constant(0), fc.constant(10), fc.nat(4_000), fc.constant("deadline" as const))),
  { maxLength: 60 },
);
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;
/** Either end, of a line whose speed is known or not. */
const end = fc
  .tuple(fc.constantFrom("register" as const, "terminal" as const), fc.constantFrom({}, { baudRate: 1_200 }))
  .map(([role, line]) => ({ role, ...line }));

/** Plays a script; each step comes so much later, or at the deadline. */
function play(link: SerialLink, steps: Script): { outputs: LinkOutput[]; now: number } {
  const outputs: LinkOutput[] = [];
  let now = 0;
  for (const [each, wait] of steps) {
    now = wait === "deadline" ? Math.max(now, link.deadline ?? now) : now + wait;
    outputs.push(...link.step(each, now));
  }
  return { outputs, now };
}

describe("a serial link under any input", { timeout: 30_000 }, () => {
  it("returns to idle by its own deadlines, within two minutes", () => {
    fc.assert(
      fc.property(end, script, (as, steps) => {
        const link = new SerialLink(as);
        const { now } = play(link, steps);
        let ticks = 0;
        let at = now;
        for (; !link.idle; ticks += 1) {
          expect(link.deadline).toBeDefined();
          at = Math.max(at, link.deadline ?? at);
          link.step({ type: "tick" }, at);
          expect(ticks).toBeLessThan(100);
        }
        expect(link.deadline).toBeUndefined();
        expect(at - now).toBeLessThan(120_000);
      }),
      { numRuns: 3_000 },
    );
  });

  it("tells the fate of every message once: sent, failed, or still on its way", () => {
    fc.assert(
      fc.property(end, script, (as, steps) => {
        const link = new SerialLink(as);
        const { outputs, now } = play(link, steps);
        while (!link.idle) outputs.push(...link.step({ type: "tick" }, Math.max(now, link.deadline ?? 0)));
        const asked = steps.filter(([each]) => each.type === "send").length;
        expect(outputs.filter(({ type }) => type === "sent" || type === "failed")).toHaveLength(asked);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never says that the peer holds nothing when a frame of it was left without an answer", () => {
    fc.assert(
      fc.property(end, script, (as, steps) => {
        const link = new SerialLink(as);
        let frames = 0;
        let naks = 0;
        let now = 0;
        for (const [each, wait] of steps) {
          now = wait === "deadline" ? Math.max(now, link.deadline ?? now) : now + wait;
          if (each.type === "bytes") naks += each.bytes.filter((byte) => byte === NAK).length;
          for (const output of link.step(each, now)) {
            if (output.type === "write" && output.bytes.length > 1) frames += 1;
            if (output.type === "sent" || output.type === "failed") {
              if (
                output.type === "failed" &&
                output.stage === "before" &&
                output.fault !== "busy" &&
                frames > 0
              ) {
                expect([frames, output.fault]).toEqual([4, "refused"]);
                expect(naks).toBeGreaterThanOrEqual(4);
              }
              if (output.type === "failed" && output.fault === "busy") continue;
              frames = 0;
              naks = 0;
            }
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("delivers only what came in a frame whose LRC is right", () => {
    fc.assert(
      fc.property(end, script, (as, steps) => {
        const link = new SerialLink(as);
        const { outputs } = play(link, steps);
        const came = steps.flatMap(([each]) => (each.type === "bytes" ? [...each.bytes] : []));
        for (const output of outputs) {
          if (output.type !== "message") continue;
          expect(contains(came, [...output.data, ETX])).toBe(true);
          expect(new FrameDecoder().push(encodeFrame(output.data, { strict: false }))).toHaveLength(1);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("does the same however the bytes between two deadlines are cut", () => {
    const dialogue = [...REQUEST.subarray(0, 3), ACK, ENQ, ...encodeFrame(ANSWER), EOT, ENQ, NAK];
    fc.assert(
      fc.property(end, fc.array(fc.nat(dialogue.length), { maxLength: 6 }), (as, cuts) => {
        const run = (at: readonly number[]): unknown => {
          const link = new SerialLink(as);
          const edges = [0, ...[...at].sort((a, b) => a - b), dialogue.length];
          for (let piece = 1; piece < edges.length; piece += 1)
            link.step(
              { type: "bytes", bytes: Uint8Array.from(dialogue.slice(edges[piece - 1], edges[piece])) },
              5,
            );
          return [link.state, link.deadline, link.counters];
        };
        expect(run(cuts)).toEqual(run([]));
      }),
    );
  });
});

describe("two serial links on a bad line", { timeout: 30_000 }, () => {
  it("exchange both messages exactly, whatever the pieces", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 8, noNaN: true }), (latencyMs, byteMs) => {
        const pair = joined({ latencyMs, byteMs });
        pair.send("register", REQUEST);
        pair.run();
        expect(pair.messages("register")).toEqual([{ type: "message", data: ANSWER, late: false }]);
        expect(pair.messages("terminal").map(({ data }) => data)).toEqual([REQUEST]);
      }),
    );
  });

  it("never deny a message that was delivered, with three bytes lost, changed or added anywhere", () => {
    const where = fc.tuple(fc.constantFrom("register", "terminal"), fc.nat(250));
    const what = fc.oneof(
      fc.constant([]),
      fc.constantFrom(ENQ, ACK, NAK, EOT, STX, ETX).map((byte) => [byte]),
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map((each) => [...each]),
    );
    fc.assert(
      fc.property(
        // It takes four: three frames spoilt, then the ACK of the fourth turned into NAK.
        fc.array(fc.tuple(where, what), { maxLength: 3 }),
        fc.constantFrom(0, 1),
        (faults, byteMs) => {
          const put = new Map(faults.map(([[from, index], value]) => [`${from} ${index}`, value]));
          const fault: ByteFault = (from, index, byte) => put.get(`${from} ${index}`) ?? [byte];
          const pair = joined({ byteMs, fault });
          pair.send("register", REQUEST);
          pair.run();
          const denied = pair.failures("register").some(({ stage }) => stage === "before");
          expect(denied && pair.messages("terminal").length > 0).toBe(false);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("both come to rest when both bid again and again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("register", "terminal"), fc.nat(8_000)), { maxLength: 8 }),
        (sends) => {
          const pair = joined({});
          for (const [from, at] of sends)
            pair.send(from as "register" | "terminal", from === "register" ? REQUEST : ANSWER, at);
          pair.run();
          const told = pair.sent("register") + pair.failures("register").length;
          expect(told).toBe(sends.filter(([from]) => from === "register").length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function joined(options: ConstructorParameters<typeof LinkPair>[2]): LinkPair {
  return new LinkPair(new SerialLink({ role: "register" }), new SerialLink({ role: "terminal" }), {
    answer: () => [[2_000, ANSWER]],
    ...options,
  });
}

function contains(all: readonly number[], part: readonly number[]): boolean {
  return all.some((_, from) => part.every((byte, at) => all[from + at] === byte));
}
