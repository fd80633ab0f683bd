import { expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import type { Link } from "../link/link.ts";
import { StreamLink } from "../link/stream-link.ts";
import { Session, type SessionEvents } from "./session.ts";
import { FarConnection, latin1 } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

interface Watched extends SessionEvents {
  readonly seen: string[];
  error: ConcertError | undefined;
}

function watched(): Watched {
  const events: Watched = {
    seen: [],
    error: undefined,
    deadline: undefined,
    tick: () => undefined,
    link: (output) =>
      void events.seen.push(output.type === "failed" ? `${output.stage} ${output.fault}` : output.type),
    ended: (error) => {
      events.seen.push("ended");
      events.error = error;
    },
  };
  return events;
}

test("a carrier that takes no bytes counts as lost after 15 s: nothing waits for ever", async () => {
  const clock = new VirtualClock();
  const far = new FarConnection({ exchange: "e" });
  far.onWrite = () => new Promise(() => undefined);
  const events = watched();
  const session = new Session(far.near(), new StreamLink(), clock, undefined, events);
  session.push({ type: "send", data: latin1("CD001I") });
  await clock.advance(14_999);
  expect(events.seen).toEqual([]);
  await clock.advance(1);
  expect(events.seen).toEqual(["after lost", "ended"]);
  expect(events.error).toMatchObject({ code: "PORT_LOST" });
  expect(far.closed).toEqual({ keepAnswer: true });
});

test("a fault of the link itself ends the session instead of hanging it", async () => {
  const clock = new VirtualClock();
  const far = new FarConnection({ exchange: "e" });
  const link: Link = {
    deadline: undefined,
    idle: true,
    counters: {},
    step: () => {
      throw new Error("table without a rule");
    },
  };
  const events = watched();
  const session = new Session(far.near(), link, clock, undefined, events);
  session.push({ type: "tick" });
  await clock.settle();
  expect(events.seen).toEqual(["ended"]);
  expect(events.error).toMatchObject({ code: "PORT_LOST", cause: expect.any(Error) as Error });
  expect(session.ended).toBe(true);
});

test("outputs are performed one after the other: what comes during a write waits for it", async () => {
  const clock = new VirtualClock();
  const far = new FarConnection({ exchange: "e" });
  let taken: () => void = () => undefined;
  far.onWrite = () => new Promise<void>((resolve) => (taken = resolve));
  const events = watched();
  const session = new Session(far.near(), new StreamLink(), clock, undefined, events);
  session.push({ type: "send", data: latin1("CD001I") });
  await clock.settle();
  far.say("AE00210");
  await clock.advance(1_000);
  expect(events.seen).toEqual([]);
  taken();
  await clock.advance(250);
  expect(events.seen).toEqual(["sent", "message"]);
  await session.close();
  expect(clock.waiting).toBe(0);
});
