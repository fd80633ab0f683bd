import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import { rig, type Rig } from "./testing/rig.ts";

const ANSWERED_MS = 5_000;
const LEAVE_MS = 1_000;

/** An exchange whose page died in the middle of the answer, if that is the middle. */
async function abandoned(rigged: Rig, answer: string) {
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  call.socket.write(answer, "latin1");
  await until(() => page.size() === answer.length);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  return { exchange: page.exchange, call };
}

/** What a page that comes back is given: the bytes, and how it ended. */
async function fetched(rigged: Rig, exchange: string) {
  const back = rigged.page({ exchange, resume: true });
  await back.event("resumed");
  const { code } = await Promise.race([back.closed(), back.event("ended").then(() => ({ code: 1000 }))]);
  return { text: back.received().toString("latin1"), code };
}

test("hangs up when the terminal was silent for the time after an answer, and keeps the answer", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "answer");
  rigged.clock.advance(ANSWERED_MS - 1);
  await settle();
  expect(call.hungUp()).toBe(false);
  rigged.clock.advance(1);
  await until(() => call.hungUp());
  expect(rigged.bridge.counters()).toMatchObject({ terminalConnections: 0, held: 1 });
  rigged.clock.advance(LEAVE_MS);
  expect(await fetched(rigged, exchange)).toEqual({ text: "answer", code: 1000 });
});

test("each byte of the answer begins the silence anew", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "answer");
  for (let piece = 0; piece < 4; piece += 1) {
    rigged.clock.advance(ANSWERED_MS - 1);
    call.socket.write("!");
    await settle();
  }
  expect(call.hungUp()).toBe(false);
  call.socket.end();
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  expect(await fetched(rigged, exchange)).toEqual({ text: "answer!!!!", code: 1000 });
});

test("a page that comes back in time finds the connection as it was", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "answer");
  rigged.clock.advance(ANSWERED_MS - 1);
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ ended: false });
  for (let seconds = 0; seconds < 60; seconds += 10) {
    rigged.clock.advance(10_000);
    await settle(10);
  }
  expect(call.hungUp()).toBe(false);
  back.send("more");
  await until(() => call.received().toString() === "requestmore");
});

test("a terminal that has only taken the request in the serial dialogue is waited for", async () => {
  const rigged = await rig();
  const { call } = await abandoned(rigged, "\x06\x06");
  rigged.clock.advance(180_000);
  call.socket.write("\x05");
  await settle();
  rigged.clock.advance(180_000);
  await settle();
  expect(call.hungUp()).toBe(false);
});

test("what the terminal still sends when the bridge has hung up is held", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "first, ");
  rigged.clock.advance(ANSWERED_MS);
  await until(() => call.hungUp());
  call.socket.write("second, ");
  await settle();
  rigged.clock.advance(LEAVE_MS - 1);
  call.socket.write("third");
  await settle();
  rigged.clock.advance(LEAVE_MS);
  expect(await fetched(rigged, exchange)).toEqual({ text: "first, second, third", code: 1000 });
});

test("a page that comes back while the bridge hangs up is given the end too, and sends nothing any more", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "first, ");
  rigged.clock.advance(ANSWERED_MS);
  await until(() => call.hungUp());
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ ended: false });
  back.send("more");
  call.socket.end("second");
  await back.event("ended");
  expect(back.received().toString()).toBe("first, second");
  expect(call.received().toString()).toBe("request");
});

test("a terminal that answers the hang-up by a reset has not cut a silent answer short", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "answer");
  rigged.clock.advance(ANSWERED_MS);
  await until(() => call.hungUp());
  call.socket.resetAndDestroy();
  await until(() => rigged.log.some((line) => line.endsWith(": ended (ECONNRESET)")));
  expect(await fetched(rigged, exchange)).toEqual({ text: "answer", code: 1000 });
});

test("a reset right behind a byte may have taken others with it: no orderly end", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "answer");
  rigged.clock.advance(ANSWERED_MS);
  await until(() => call.hungUp());
  call.socket.write("!");
  await settle();
  rigged.clock.advance(LEAVE_MS - 1);
  call.socket.resetAndDestroy();
  await until(() => rigged.log.some((line) => line.includes("ECONNRESET")));
  expect(await fetched(rigged, exchange)).toEqual({ text: "answer!", code: 4520 });
});

test("a slow page that comes back while the bridge hangs up is given the rest at its own pace", async () => {
  const rigged = await rig({ limits: { bufferBytes: 10_000, holdBytes: 100_000_000 } });
  const { exchange, call } = await abandoned(rigged, "first, ");
  rigged.clock.advance(ANSWERED_MS);
  await until(() => call.hungUp());
  const back = rigged.page({ exchange, resume: true });
  await back.event("resumed");
  back.socket.pause();
  const rest = Buffer.alloc(20_000_000, "rest");
  call.socket.end(rest);
  await until(() => rigged.bridge.counters().paused.terminals === 1);
  rigged.clock.advance(10 * LEAVE_MS);
  back.socket.resume();
  await back.event("ended");
  expect(back.size()).toBe("first, ".length + rest.length);
});

test("close 1000 in the middle of an answer loses none of the bytes that come after it", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write("first half, ");
  await until(() => page.size() === 12);
  page.socket.close(1000);
  await until(() => call.hungUp());
  call.socket.end("second half");
  await until(() => rigged.bridge.counters().held === 1);
  expect(await fetched(rigged, page.exchange)).toEqual({ text: "first half, second half", code: 1000 });
});

test("close 1000 of a page that cannot have read all loses nothing", async () => {
  const rigged = await rig({ limits: { holdBytes: 100_000_000, bufferBytes: 100_000_000 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.pause();
  const answer = Buffer.alloc(20_000_000, "answer");
  call.socket.end(answer);
  await until(() => rigged.bridge.counters().bytesToPages === answer.length);
  page.socket.close(1000);
  page.socket.resume();
  await until(() => rigged.bridge.counters().pages === 0);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().equals(answer)).toBe(true);
});

test("an answer closed with 1000 is wiped when nothing more came", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write("answer");
  await until(() => page.size() === 6);
  page.socket.close(1000);
  await until(() => call.hungUp());
  rigged.clock.advance(LEAVE_MS);
  call.socket.end("far too late");
  await settle();
  expect(rigged.bridge.counters().held).toBe(0);
  expect((await rigged.page({ exchange: page.exchange, resume: true }).closed()).code).toBe(4410);
});
