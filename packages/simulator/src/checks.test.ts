import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { cut } from "./attachment.ts";
import { startControl, type Control } from "./control.ts";
import type { BehaviourChoice } from "./model/behaviour.ts";
import { findBehaviour } from "./model/find-behaviour.ts";
import { CATALOGUE } from "./model/catalogue.ts";
import { TerminalModel } from "./model/terminal-model.ts";
import { simulatedConnector } from "./page.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
import { debit, exchange } from "./testing/plain-register.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

let simulator: Simulator | undefined;
let control: Control | undefined;
afterEach(async () => {
  await control?.stop();
  await simulator?.stop();
  simulator = control = undefined;
});

/** Each in place of "approve" or the like, with the field that is wrong and what it must be. */
const WRONG: readonly (readonly [object, string, RegExp])[] = [
  [{ name: "approve", answer: null }, "behaviour.answer", /an object; got null/],
  [{ name: "approve", answer: "10" }, "behaviour.answer", /an object; got "10"/],
  [{ name: "approve", answer: { status: 10 } }, "behaviour.answer.status", /text .*; got 10/],
  [{ name: "approve", answer: { status: "" } }, "behaviour.answer.status", /text/],
  [{ name: "approve", answer: { status: "é€" } }, "behaviour.answer.status", /text/],
  [{ name: "approve", answer: { reason: "x".repeat(1_000) } }, "behaviour.answer.reason", /text/],
  [{ name: "approve", answer: { card: "visa" } }, "behaviour.answer.card", /one of contact, /],
  [{ name: "approve", answer: { amount: 5 } }, "behaviour.answer.amount", /one of asked, /],
  [{ name: "approve", answer: { other: [] } }, "behaviour.answer.other", /one of register, /],
  [{ name: "approve", answer: { repeated: true } }, "behaviour.answer.repeated", /one of same, /],
  [{ name: "approve", answer: { spoilt: "yes" } }, "behaviour.answer.spoilt", /one of garbage, /],
  [{ name: "approve", answer: { unknownTags: 1 } }, "behaviour.answer.unknownTags", /true or false/],
  [{ name: "approve", answer: { tickets: {} } }, "behaviour.answer.tickets", /a list/],
  [{ name: "approve", answer: { tickets: ["text"] } }, "behaviour.answer.tickets[0]", /an object/],
  [
    { name: "approve", answer: { tickets: [{ recipient: "customer" }] } },
    "behaviour.answer.tickets[0].format",
    /one of text, html; got undefined/,
  ],
  [{ name: "approve", answer: { AE: "10" } }, "behaviour.answer.AE", /left out: known are status, /],
  [{ name: "split", pieces: { every: 0, gapMs: 1 } }, "behaviour.pieces.every", /whole number from 1/],
  [{ name: "split", pieces: { every: 1.5, gapMs: 1 } }, "behaviour.pieces.every", /whole number from 1/],
  [{ name: "split", pieces: { at: 5 } }, "behaviour.pieces.at", /a list/],
  [{ name: "split", pieces: { at: [-1], gapMs: 1 } }, "behaviour.pieces.at[0]", /whole number from 0/],
  [{ name: "split", pieces: { at: [5] } }, "behaviour.pieces.gapMs", /milliseconds/],
  [{ name: "approve", charges: "no" }, "behaviour.charges", /true or false/],
  [{ name: "approve", interactive: 1 }, "behaviour.interactive", /true or false/],
  [{ name: "approve", customerMs: "5" }, "behaviour.customerMs", /milliseconds, 0 or more; got "5"/],
  [{ name: "late", lateMs: -1 }, "behaviour.lateMs", /milliseconds, 0 or more; got -1/],
  [{ name: "approve", repeatMs: Number.NaN }, "behaviour.repeatMs", /milliseconds/],
  [{ name: "approve", hangUp: true }, "behaviour.hangUp", /one of end, reset/],
  [{ name: "nak", line: { spoilRequests: -1 } }, "behaviour.line.spoilRequests", /whole number from 0/],
  [{ name: "noise", line: { noise: [256] } }, "behaviour.line.noise[0]", /whole number from 0 to 255/],
  [{ name: "slow-line", line: { baudRate: 0 } }, "behaviour.line.baudRate", /whole number from 1/],
  [{ name: "approve", delayMs: 5 }, "behaviour.delayMs", /left out: known are name, charges, /],
];

describe("a behaviour of one's own", () => {
  it.each(WRONG)("%j is refused, naming the field", (choice, field, message) => {
    expect(() => findBehaviour(choice as BehaviourChoice)).toThrow(message);
    expect(() => findBehaviour(choice as BehaviourChoice)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field }) as Error,
    );
  });

  it("of the catalogue may be given again, field by field", () => {
    for (const { summary: _, ...behaviour } of CATALOGUE)
      expect(findBehaviour(behaviour)).toMatchObject(behaviour);
  });

  it("is refused over HTTP, and the terminal goes on as it was", async () => {
    simulator = await startSimulator({ port: 0 });
    control = await startControl(simulator, 0);
    for (const [choice, field] of WRONG) {
      if (JSON.stringify(choice).includes('"repeatMs":null')) continue;
      const response = await fetch(`http://127.0.0.1:${control.port}/behaviour`, {
        method: "POST",
        body: JSON.stringify(choice),
      });
      const { error } = (await response.json()) as { error: string };
      expect([response.status, error.startsWith(`${field} must be `)]).toEqual([400, true]);
    }
    const { bytes } = await exchange(simulator.port, debit("1250"));
    expect(Buffer.from(bytes).toString()).toContain("AE00210");
  });

  it("that is taken is carried out without a fault, whatever it says", () => {
    const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: fc.anything() });
    const sometimes = (...values: readonly unknown[]) => mostly(fc.constantFrom(...values));
    const answer = {
      status: sometimes("10", "01", "constructor", "\xff"),
      reason: sometimes("04", " ", "x".repeat(999)),
      card: sometimes("amex", "cheque"),
      amount: sometimes("absent", "lower", "higher", "zero-padded"),
      other: sometimes("register", "action", "currency"),
      tickets: sometimes(
        [],
        Array(20).fill({ recipient: "merchant", format: "html", wrap: true, long: true }),
      ),
      repeated: sometimes("same", "contradicting"),
      spoilt: sometimes("garbage", "bad-length", "overrun", "oversize"),
    };
    const plans = fc.record(answer, { requiredKeys: [] });
    const choices = fc.record(
      {
        name: fc.constantFrom(...CATALOGUE.map(({ name }) => name)),
        answer: mostly(plans),
        charges: sometimes(true, false),
        pieces: sometimes({ at: [0, 5, 5, 9_999], gapMs: 0 }, { every: 7, gapMs: 1 }),
        repeatMs: sometimes(0, 1e300),
      },
      { requiredKeys: ["name"] },
    );
    let taken = 0;
    fc.assert(
      fc.property(choices, (choice) => {
        const clock = new VirtualClock();
        try {
          findBehaviour(choice as BehaviourChoice);
        } catch (error) {
          return void expect(error).toMatchObject({ code: "BAD_REQUEST" });
        }
        taken += 1;
        const behaviour = { customerMs: 0, ...choice, interactive: false } as BehaviourChoice;
        const model = new TerminalModel({ clock, behaviour });
        model.receive("v3", debit("1250"), {
          connection: 0,
          deliver: ({ messages, pieces }) => messages.forEach((message) => cut(message, pieces)),
        });
        expect(model.requests[0]?.fate).not.toBe("in-progress");
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

describe("the options", () => {
  it.each([
    [{ dialect: "v9" }, "dialect", /one of v3, v2-e, v2-e\+; got "v9"/],
    [{ behaviours: "refuse" }, "behaviours", /a list; got "refuse"/],
    [{ behaviours: ["no such"] }, "behaviour", /one of approve, /],
    [{ behaviours: null }, "behaviours", /a list; got null/],
    [{ behaviour: null }, "behaviour", /one of approve, /],
    [{ behaviour: { name: "late", lateMs: "5" } }, "behaviour.lateMs", /milliseconds/],
    [{ currencies: "EUR" }, "currencies", /a list; got "EUR"/],
    [{ currencies: ["euro"] }, "currencies[0]", /a currency .*; got "euro"/],
    [{ delayMs: -1 }, "delayMs", /milliseconds, 0 or more; got -1/],
    [{ delayMs: "2000" }, "delayMs", /milliseconds, 0 or more; got "2000"/],
    [{ processingMs: null }, "processingMs", /milliseconds/],
    [{ entryMs: Infinity }, "entryMs", /milliseconds/],
    [{ resultMs: {} }, "resultMs", /milliseconds/],
    [{ serviceStyle: "none" }, "serviceStyle", /one of own, bare, last/],
    [{ serviceMs: 5 }, "serviceMs", /a function/],
    [{ version: 301 }, "version", /text/],
    [{ identifier: "" }, "identifier", /text/],
    [{ clock: {} }, "clock", /a clock/],
    [{ requestQuietMs: -1 }, "requestQuietMs", /milliseconds/],
    [{ log: true }, "log", /a function/],
    [{ delay: 5 }, "delay", /left out: known are host, /],
    [{ nope: undefined }, "nope", /left out/],
  ])("%o are refused, naming the one that is wrong", async (options, field, message) => {
    const start = startSimulator({ port: 0, ...options } as SimulatorOptions);
    await expect(start).rejects.toMatchObject({ code: "BAD_REQUEST", field });
    await expect(start).rejects.toThrow(message);
  });

  it.each([
    [{ host: "" }, "host"],
    [{ host: 5 }, "host"],
    [{ port: "8888" }, "port"],
    [{ port: null }, "port"],
    [{ whitelist: null }, "whitelist"],
    [{ serial: 5 }, "serial"],
    [{ serial: "" }, "serial"],
    [{ line: "9600" }, "line"],
    [{ line: { baudRate: 9_600, dataBits: 9, parity: "none", stopBits: 1 } }, "line.dataBits"],
    [{ openPort: "COM3" }, "openPort"],
  ])("%o too, of a terminal on the network or on a line", async (options, field) => {
    const start = startSimulator(options as unknown as SimulatorOptions);
    await expect(start).rejects.toMatchObject({ code: "BAD_REQUEST", field });
  });

  it.each([
    [{ carrier: "usb" }, "carrier"],
    [{ dialect: "v9" }, "dialect"],
    [{ latencyMs: -1 }, "latencyMs"],
    [{ carry: {} }, "carry"],
    [{ id: 5 }, "id"],
    [{ behaviours: "refuse" }, "behaviours"],
    [{ port: 8_888 }, "port"],
  ])("%o too, of a terminal in the page", (options, field) => {
    expect(() => simulatedConnector(options as object)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field }) as Error,
    );
  });

  it("that are no options are refused", async () => {
    await expect(startSimulator(8_888 as never)).rejects.toMatchObject({
      code: "BAD_REQUEST",
      field: "options",
    });
  });
});
