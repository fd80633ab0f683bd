/** Questions that a page closed with 1000 before any byte of an answer: it said that it is done. */
import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import { rig, type Rig } from "./testing/rig.ts";

const ANSWERED_MS = 5_000;
const LEAVE_MS = 1_000;

/** An exchange with a request passed on, whose page then closed with that code. */
async function left(rigged: Rig, code: number) {
  const { page, call } = await rigged.exchange();
  page.send("identify");
  await until(() => call.size() === 8);
  page.socket.close(code);
  await until(() => rigged.bridge.counters().pages === 0);
  return { exchange: page.exchange, call };
}

test("gives its connection up after the silence that follows an answer", async () => {
  const rigged = await rig();
  const { exchange, call } = await left(rigged, 1000);
  rigged.clock.advance(ANSWERED_MS - 1);
  await settle();
  expect(call.hungUp()).toBe(false);
  rigged.clock.advance(1);
  await until(() => call.hungUp());
  expect(rigged.bridge.counters().terminalConnections).toBe(0);
  rigged.clock.advance(LEAVE_MS);
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 8, ended: true });
  // It was the bridge that hung up: no word of the terminal's.
  expect((await back.closed()).code).toBe(4521);
});

test("holds what comes until then, from when the silence begins anew", async () => {
  const rigged = await rig();
  const { exchange, call } = await left(rigged, 1000);
  for (const piece of ["\x06", "late ", "answer"]) {
    rigged.clock.advance(ANSWERED_MS - 1);
    call.socket.write(piece);
    await settle();
    expect(call.hungUp()).toBe(false);
  }
  rigged.clock.advance(ANSWERED_MS);
  await until(() => call.hungUp());
  call.socket.end("!");
  await until(() => rigged.log.some((line) => line.endsWith(": ended")));
  const back = rigged.page({ exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("\x06late answer!");
});

test("counts neither as a payment under way nor as an answer that waits, so a patient stop is immediate", async () => {
  const rigged = await rig();
  const { call } = await left(rigged, 1000);
  expect(rigged.bridge.midway()).toBe(0);
  await rigged.bridge.stop({ waitMs: Infinity });
  await until(() => call.hungUp());
});

test.each([4001, 1001])("a request left by %i is waited for, as money may move", async (code) => {
  const rigged = await rig();
  const { call } = await left(rigged, code);
  for (let minutes = 0; minutes < 9; minutes += 1) {
    rigged.clock.advance(60_000);
    await settle(10);
  }
  expect(call.hungUp()).toBe(false);
  expect(rigged.bridge.midway()).toBe(1);
});

test("a page that comes back and leaves without 1000 wants the answer again", async () => {
  const rigged = await rig();
  const { exchange, call } = await left(rigged, 1000);
  const back = rigged.page({ exchange, resume: true });
  await back.event("resumed");
  rigged.clock.advance(2 * ANSWERED_MS);
  back.socket.close(4001);
  await until(() => rigged.bridge.counters().pages === 0);
  rigged.clock.advance(2 * ANSWERED_MS);
  await settle();
  expect(call.hungUp()).toBe(false);
  expect(rigged.bridge.midway()).toBe(1);
});
