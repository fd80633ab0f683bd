import { expect, test } from "vitest";
import type { Clock } from "@concert-pay/core";
import { Attachment } from "./attachment.ts";
import { terminalLink } from "./links.ts";
import { TerminalModel } from "./model/terminal-model.ts";

/** A busy machine's: what has been set is fired the newest first. */
function disorderly(): Clock & { readonly fire: () => void } {
  let timers: (() => void)[] = [];
  let now = 0;
  return {
    now: () => now,
    wallTime: () => 0,
    setTimer(_at, callback) {
      timers.push(callback);
      return () => (timers = timers.filter((timer) => timer !== callback));
    },
    fire() {
      now += 1_000;
      const due = timers.reverse();
      timers = [];
      for (const timer of due) timer();
    },
  };
}

test("the pieces of an answer leave in order, in whatever order timers fire", () => {
  const clock = disorderly();
  const sent: number[] = [];
  const attachment = new Attachment({
    model: new TerminalModel({ clock, behaviour: { name: "slow", customerMs: 0 } }),
    clock,
    dialect: "v3",
    link: terminalLink("stream"),
    framing: "stream",
    connection: 0,
    wire: { write: (bytes) => void sent.push(...bytes), end: () => undefined, reset: () => undefined },
  });
  const request = "CZ0040300CJ012012345678901CA00201CB0041250CD0010CE003978";
  attachment.receive(Uint8Array.from(request, (character) => character.charCodeAt(0)));
  for (let round = 0; round < 500; round += 1) clock.fire();
  expect(String.fromCharCode(...sent)).toMatch(/^CZ0040301CJ012\d{12}CA00201CB0041250CD0010CE003978AE00210/);
});
