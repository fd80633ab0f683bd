import { Socket } from "node:net";
import { expect, test } from "vitest";
import { HeldAnswer } from "./held-answer.ts";
import { checkLimits } from "./limits.ts";
import { settle, until } from "./testing/manual-clock.ts";
import { rig } from "./testing/rig.ts";

test("takes a frame of the limit and closes with 4413 one byte past it, passing none of it on", async () => {
  const { exchange } = await rig({ limits: { frameBytes: 1_000 } });
  const { page, call } = await exchange();
  page.socket.send(Buffer.alloc(1_000));
  await until(() => call.received().length === 1_000);
  page.socket.send(Buffer.alloc(1_001));
  expect(await page.closed()).toEqual({ code: 4413, reason: "frame-too-large" });
  await settle();
  expect(call.received().length).toBe(1_000);
});

test("a frame far past the limit is refused before it is in memory", async () => {
  const { exchange } = await rig({ limits: { frameBytes: 1_000 } });
  const { page } = await exchange();
  page.socket.send(Buffer.alloc(1_000_000));
  expect(await page.closed()).toEqual({ code: 4413, reason: "frame-too-large" });
});

test("keeps bytes sent before connected up to the limit, not one more", async () => {
  const { page } = await rig({ limits: { frameBytes: 1_000 }, connect: () => new Socket() });
  const opened = page();
  await new Promise((resolve) => opened.socket.once("open", resolve));
  opened.socket.send(Buffer.alloc(600));
  opened.socket.send(Buffer.alloc(400));
  opened.socket.send('{"heartbeat":1}');
  await opened.event("heartbeat");
  opened.socket.send(Buffer.alloc(1));
  expect((await opened.closed()).code).toBe(4413);
});

test("a text that is no JSON object closes with 4415", async () => {
  const { exchange } = await rig();
  for (const text of ["CZ0040320", "null", "[]", "7", '{"heartbeat":', ""]) {
    const { page } = await exchange();
    page.socket.send(text);
    expect(await page.closed()).toEqual({ code: 4415, reason: "not-understood" });
  }
});

test("a JSON object that means nothing to the bridge is left alone: another client's heartbeat", async () => {
  const { exchange } = await rig();
  const { page, call } = await exchange();
  for (const text of ['{"type":"ping"}', '{"heartbeat":-1}', '{"heartbeat":"1"}', "{}"])
    page.socket.send(text);
  page.send("request");
  await until(() => call.received().length === 7);
  expect(page.events).toEqual([{ event: "connected", terminal: "t" }]);
  expect(page.socket.readyState).toBe(page.socket.OPEN);
});

test("an answer of the hold limit is given again, one byte more is not", async () => {
  const rigged = await rig({ limits: { holdBytes: 1_000 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write(Buffer.alloc(1_000));
  await until(() => page.received().length === 1_000);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("resumed");
  await until(() => back.received().length === 1_000);
  call.socket.write("x");
  await until(() => back.received().length === 1_001);
  back.socket.terminate();
  await until(() => call.hungUp());
  expect((await rigged.page({ exchange: page.exchange, resume: true }).closed()).code).toBe(4414);
});

test("an answer nobody reads is read to the hold limit only, and whole once a page is back", async () => {
  const rigged = await rig({ limits: { holdBytes: 10_000 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  const answer = Buffer.alloc(20_000_000, "answer");
  call.socket.end(answer);
  await until(() => rigged.bridge.counters().paused.terminals === 1);
  await settle();
  expect(call.socket.writableLength).toBeGreaterThan(1_000_000);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await until(() => back.size() === answer.length);
  expect(back.received().equals(answer)).toBe(true);
});

test("a page that stops reading stops the terminal from being read, and loses nothing", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  page.socket.pause();
  const answer = Buffer.alloc(30_000_000, "answer");
  call.socket.write(answer);
  await until(() => rigged.bridge.counters().paused.terminals === 1);
  await settle();
  const { bytesToPages } = rigged.bridge.counters();
  await settle();
  expect(rigged.bridge.counters().bytesToPages).toBe(bytesToPages);
  expect(bytesToPages).toBeLessThan(answer.length);
  page.socket.resume();
  await until(() => page.size() === answer.length);
  expect(page.received().equals(answer)).toBe(true);
  expect(rigged.bridge.counters().paused.terminals).toBe(0);
});

test("a terminal that stops reading stops the page from being read, and loses nothing", async () => {
  const rigged = await rig({}, ({ socket }) => void socket.pause());
  const { page, call } = await rigged.exchange();
  const frame = Buffer.alloc(60_000, "request");
  const frames = 500;
  for (let index = 0; index < frames; index += 1) page.socket.send(frame);
  await until(() => rigged.bridge.counters().paused.pages === 1);
  await settle();
  const { bytesToTerminals } = rigged.bridge.counters();
  await settle();
  expect(rigged.bridge.counters().bytesToTerminals).toBe(bytesToTerminals);
  expect(bytesToTerminals).toBeLessThan(frame.length * frames);
  // A page that is not read cannot prove that it lives, and is not asked to.
  rigged.clock.advance(200_000);
  expect(rigged.bridge.counters().pages).toBe(1);
  call.socket.resume();
  await until(() => call.size() === frame.length * frames);
  await until(() => rigged.bridge.counters().paused.pages === 0);
});

test("an exchange without a byte either way ends at the idle time, and not before", async () => {
  const rigged = await rig({ limits: { idleMs: 10_000 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  rigged.clock.advance(9_999);
  call.socket.write("x");
  await until(() => page.received().length === 1);
  rigged.clock.advance(9_999);
  await settle();
  expect(rigged.bridge.counters().terminalConnections).toBe(1);
  rigged.clock.advance(1);
  expect(await page.closed()).toEqual({ code: 4521, reason: "idle" });
});

test("wiping overwrites the bytes that were held", () => {
  const answer = new HeldAnswer(10);
  answer.add(Buffer.from("secret"), true);
  const [chunk] = answer.chunks;
  answer.wipe();
  expect(chunk?.every((byte) => byte === 0)).toBe(true);
  expect(answer.bytes).toBe(0);
});

test.each([
  [{ idleMs: 0 }, "limits.idleMs must be a whole number from 1 to 2147483647; got 0"],
  [{ holdBytes: 1.5 }, "limits.holdBytes must be a whole number from 1 to 2147483647; got 1.5"],
  [{ holdMs: 2 ** 31 }, "limits.holdMs must be a whole number from 1 to 2147483647; got 2147483648"],
  [{ idelMs: 5 } as object, "limits must be made of connections, connectionsPerTerminal"],
])("refuses the limits %o", (limits, message) => {
  expect(() => checkLimits(limits)).toThrow(message);
});
