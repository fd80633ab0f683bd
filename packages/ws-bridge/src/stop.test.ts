import { expect, test } from "vitest";
import { startBridge } from "./bridge.ts";
import { settle, until } from "./testing/manual-clock.ts";
import { ORIGIN } from "./testing/raw-page.ts";
import { rig } from "./testing/rig.ts";

test("stops at once: 4503 where nothing was passed on, 4523 where a request was under way", async () => {
  const rigged = await rig();
  const idle = await rigged.exchange();
  const busy = await rigged.exchange();
  busy.page.send("request");
  await until(() => busy.call.received().length === 7);
  await rigged.bridge.stop();
  expect(await idle.page.closed()).toEqual({ code: 4503, reason: "stopping" });
  expect(await busy.page.closed()).toEqual({ code: 4523, reason: "stopped-midway" });
  await until(() => busy.call.hungUp());
  expect(rigged.bridge.counters()).toMatchObject({ pages: 0, terminalConnections: 0, held: 0 });
});

test("a patient stop begins nothing new, lets a page come back, and ends with the last exchange", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  let stopped = false;
  const stop = rigged.bridge.stop({ waitMs: Infinity }).then(() => (stopped = true));
  expect(await rigged.page().closed()).toEqual({ code: 4503, reason: "stopping" });
  page.socket.terminate();
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("resumed");
  expect(stopped).toBe(false);
  call.socket.write("answer");
  await until(() => back.received().length === 6);
  back.socket.close(1000);
  await stop;
  expect(stopped).toBe(true);
});

test("an exchange that is over in order stays so when the bridge stops: all bytes, ended, 1000", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.end("answer");
  await page.event("ended");
  await rigged.bridge.stop();
  expect(await page.closed()).toEqual({ code: 1000, reason: "ended" });
  expect(page.received().toString()).toBe("answer");
});

test("what is held is not overwritten while it is on its way to a page", async () => {
  const rigged = await rig({ limits: { holdBytes: 30_000_000 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  const answer = Buffer.alloc(20_000_000, "answer");
  call.socket.end(answer);
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await new Promise((resolve) => back.socket.once("open", resolve));
  back.socket.pause();
  const stopped = rigged.bridge.stop();
  back.socket.resume();
  await back.closed();
  await stopped;
  expect(back.received().equals(answer.subarray(0, back.size()))).toBe(true);
});

test("a patient stop waits for the page that has the answer to say so", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.end("answer");
  await page.event("ended");
  let stopped = false;
  const stop = rigged.bridge.stop({ waitMs: Infinity }).then(() => (stopped = true));
  await settle();
  expect([stopped, rigged.bridge.midway()]).toEqual([false, 1]);
  page.socket.close(1000);
  await stop;
});

test("a patient stop keeps an answer that no page has had for ten seconds, for a page that comes back", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  let stopped = false;
  const stop = rigged.bridge.stop({ waitMs: Infinity }).then(() => (stopped = true));
  rigged.clock.advance(20_000);
  call.socket.end("answer");
  await until(() => rigged.bridge.midway() === 0);
  rigged.clock.advance(9_999);
  await settle();
  expect([stopped, rigged.bridge.counters().unread]).toEqual([false, 1]);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  rigged.clock.advance(1);
  await settle();
  expect(stopped).toBe(false);
  expect(back.received().toString()).toBe("answer");
  back.socket.close(1000);
  await stop;
  expect(rigged.log.at(-1)).toBe("stopped");
});

test("a patient stop keeps such an answer no longer, and says so", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  call.socket.end("answer");
  await until(() => rigged.bridge.midway() === 0);
  rigged.clock.advance(60_000);
  let stopped = false;
  const stop = rigged.bridge.stop({ waitMs: Infinity }).then(() => (stopped = true));
  rigged.clock.advance(9_999);
  await settle();
  expect(stopped).toBe(false);
  rigged.clock.advance(1);
  await stop;
  expect(rigged.log.at(-1)).toBe("stopped, 1 answers were never fetched");
});

test("a patient stop waits seconds, not minutes, for a terminal that is silent after an answer its page has had", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write("answer");
  await until(() => page.size() === 6);
  page.socket.close();
  await until(() => rigged.bridge.counters().pages === 0);
  const stop = rigged.bridge.stop({ waitMs: Infinity });
  rigged.clock.advance(5_000);
  rigged.clock.advance(1_000);
  await stop;
});

test("a patient stop ends at its bound", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  const stop = rigged.bridge.stop({ waitMs: 5_000 });
  rigged.clock.advance(4_999);
  await settle();
  expect(page.socket.readyState).toBe(page.socket.OPEN);
  rigged.clock.advance(1);
  expect((await page.closed()).code).toBe(4523);
  await stop;
});

test("a second stop hurries a patient one", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  const patient = rigged.bridge.stop({ waitMs: Infinity });
  await rigged.bridge.stop();
  await patient;
  expect((await page.closed()).code).toBe(4523);
});

test("a patient stop with nothing under way is immediate, and the port is free afterwards", async () => {
  const rigged = await rig();
  await rigged.bridge.stop({ waitMs: Infinity });
  const next = await startBridge({
    terminals: { t: "127.0.0.1:1" },
    allowOrigins: [ORIGIN],
    listen: { port: rigged.bridge.port },
  });
  await next.stop();
  expect(next.port).toBe(rigged.bridge.port);
});

test("says how many held answers nobody fetched", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.end("answer");
  await page.event("ended");
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  await rigged.bridge.stop();
  expect(rigged.log.at(-1)).toBe("stopped, 1 answers were never fetched");
});

test("a port in use is an error that names the option and the cause", async () => {
  const { bridge } = await rig();
  const second = startBridge({
    terminals: { t: "127.0.0.1:1" },
    allowOrigins: [ORIGIN],
    listen: `127.0.0.1:${bridge.port}`,
  });
  await expect(second).rejects.toMatchObject({
    code: "BAD_REQUEST",
    field: "listen",
    reason: "EADDRINUSE",
    message: `cannot listen on 127.0.0.1:${bridge.port}: another program uses it`,
  });
});
