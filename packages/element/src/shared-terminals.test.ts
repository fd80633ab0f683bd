import { expect, it } from "vitest";
import { memoryJournal, type Connector, type TerminalOptions } from "@concert-pay/core";
import { joinGivenTerminal, joinTerminal, type SharedOptions } from "./shared-terminals.ts";
import type { TerminalUser } from "./terminal-access.ts";
import { APPROVED, FakeTerminal, unsettled } from "./testing/fake-terminal.ts";

let names = 0;

function connectorTo(id: string): Connector {
  return { carrier: "ip", id, resumable: false, open: () => Promise.reject(new Error("not reached")) };
}

/** A page with a journal and a terminal of its own, and what was opened there. */
function page(): {
  readonly opened: { readonly options: TerminalOptions; readonly terminal: FakeTerminal }[];
  readonly options: SharedOptions;
  readonly open: (options: TerminalOptions) => FakeTerminal;
} {
  const opened: { options: TerminalOptions; terminal: FakeTerminal }[] = [];
  const options = {
    connector: connectorTo(`terminal-${++names}`),
    register: { number: "01", identifier: "012345678901" },
    journal: memoryJournal(),
  };
  const open = (given: TerminalOptions): FakeTerminal => {
    const terminal = new FakeTerminal();
    opened.push({ options: given, terminal });
    return terminal;
  };
  return { opened, options, open };
}

interface Heard extends TerminalUser {
  readonly heard: string[];
}

function user(own?: string): Heard {
  const heard: string[] = [];
  return {
    heard,
    owns: (key) => key === own,
    lateAnswer: ({ key }, { outcome }) => heard.push(`${key} ${outcome}`),
    changed: () => heard.push("changed"),
  };
}

it("is one for all who use it in the same way, until the last one has left", async () => {
  const { opened, options, open } = page();
  const disposed: string[] = [];
  const dispose = (name: string) => async () => void disposed.push(name);
  const first = joinTerminal(options, user(), { open, dispose: dispose("first") });
  const same = {
    ...options,
    connector: connectorTo(options.connector.id),
    register: { ...options.register },
  };
  const second = joinTerminal(same, user(), { open, dispose: dispose("second") });
  expect(opened).toHaveLength(1);
  expect(disposed).toEqual(["second"]);
  await first.close();
  await first.close();
  expect(opened[0]?.terminal.closed).toBe(0);
  await second.close();
  expect(opened[0]?.terminal.closed).toBe(1);
  expect(disposed).toEqual(["second", "first"]);
  await joinTerminal(options, user(), { open }).close();
  expect(opened).toHaveLength(2);
});

it("is another one for another register, profile, journal or terminal, and where it is not certain to be the same", () => {
  const { opened, options, open } = page();
  joinTerminal(options, user(), { open });
  for (const other of [
    { register: { ...options.register, number: "02" } },
    { profile: "payxpress" },
    { answerWithinMs: 90_000 },
    { journal: memoryJournal() },
    { connector: connectorTo("another") },
    { connector: { ...options.connector, carrier: "serial" } as const },
  ])
    joinTerminal({ ...options, ...other }, user(), { open });
  joinTerminal(options, user(), { open, alone: true });
  expect(opened).toHaveLength(8);
});

it("tells the others when one of them has done something with it", async () => {
  const { opened, options, open } = page();
  const [one, other] = [user(), user()];
  const { terminal } = joinTerminal(options, one, { open });
  joinTerminal(options, other, { open });
  const paying = terminal.pay({ amount: { minorUnits: 1, currency: "EUR" } });
  expect(other.heard).toEqual([]);
  opened[0]?.terminal.waiting?.reject(new Error("unreachable"));
  await expect(paying).rejects.toThrow("unreachable");
  await terminal.settle("a", { outcome: "failed", by: "Ada" });
  await terminal.pending();
  expect([one.heard, other.heard]).toEqual([[], ["changed", "changed"]]);
});

it("gives a late answer to whose payment it is, else to one of them, and the others see that something changed", () => {
  const { opened, options, open } = page();
  const [one, other] = [user(), user("sale-7")];
  joinTerminal(options, one, { open });
  joinTerminal(options, other, { open });
  opened[0]?.options.onLateAnswer?.(unsettled("sale-7"), APPROVED);
  opened[0]?.options.onLateAnswer?.(unsettled("sale-8"), APPROVED);
  expect(one.heard).toEqual(["changed", "sale-8 approved"]);
  expect(other.heard).toEqual(["sale-7 approved", "changed"]);
});

it("takes the place of the connector in use when told to", async () => {
  const { opened, options, open } = page();
  const joined = joinTerminal(options, user(), { open });
  const next = {
    ...connectorTo(options.connector.id),
    open: () => Promise.reject(new Error("the next one")),
  };
  joined.replace(next);
  await expect(opened[0]?.options.connector.open({ exchange: "x" })).rejects.toThrow("the next one");
});

it("of the page's own is never closed, and its users hear of each other", async () => {
  const terminal = new FakeTerminal();
  const other = user();
  const joined = joinGivenTerminal(terminal, user());
  const second = joinGivenTerminal(terminal, other);
  await joined.terminal.settle("a", { outcome: "failed", by: "Ada" });
  await joined.close();
  await second.close();
  expect([terminal.closed, other.heard]).toEqual([0, ["changed"]]);
});

it("is not shared by two tokens: each is another way to the bridge", async () => {
  const { opened, options, open } = page();
  joinTerminal({ ...options, token: "old" }, user(), { open });
  joinTerminal({ ...options, token: "new" }, user(), { open });
  joinTerminal({ ...options, token: "new" }, user(), { open });
  expect(opened).toHaveLength(2);
  for (const one of opened) expect(one.options).not.toHaveProperty("token");
});
