import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import { rig, type Rig } from "./testing/rig.ts";

const OTHER = "https://other.example.com";
const HOLD_MS = 1_800_000;

/** An exchange whose request has left, and whose page then went away as a reload does. */
async function abandoned(rigged: Rig, answer?: string) {
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  if (answer !== undefined) {
    call.socket.write(answer);
    await until(() => page.received().length === answer.length);
  }
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  return { exchange: page.exchange, call };
}

test("a page that left after its request gets the answer when it comes back", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged);
  expect(call.hungUp()).toBe(false);
  call.socket.write("ans");
  await settle();
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toEqual({
    event: "resumed",
    terminal: "t",
    requestBytes: 7,
    ended: false,
  });
  call.socket.end("wer");
  await back.event("ended");
  expect(back.received().toString()).toBe("answer");
  expect(call.received().toString()).toBe("request");
});

test("a page that left in the middle of the answer gets it from the first byte", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "first half, ");
  call.socket.end("second half");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toEqual({
    event: "resumed",
    terminal: "t",
    requestBytes: 7,
    ended: true,
  });
  await back.event("ended");
  expect(back.received().toString()).toBe("first half, second half");
});

test("an answer that was on its way is given again as often as the page dies before it closes with 1000", async () => {
  const rigged = await rig();
  const { exchange } = await abandoned(rigged, "answer");
  for (const leave of ["terminate", "close"] as const) {
    const back = rigged.page({ exchange, resume: true });
    await back.event("resumed");
    await until(() => back.received().length === 6);
    back.socket[leave]();
    await until(() => rigged.bridge.counters().held === 1);
  }
  const last = rigged.page({ exchange, resume: true });
  await last.event("resumed");
  await until(() => last.received().length === 6);
  expect(last.received().toString()).toBe("answer");
});

test("an answer is wiped once the page closes with 1000, and its id stays used", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "answer");
  const back = rigged.page({ exchange, resume: true });
  await until(() => back.received().length === 6);
  back.socket.close(1000);
  await until(() => call.hungUp());
  expect(rigged.bridge.counters().held).toBe(0);
  expect((await rigged.page({ exchange, resume: true }).closed()).code).toBe(4410);
  expect((await rigged.page({ exchange }).closed()).code).toBe(4409);
  expect(rigged.terminal.calls).toHaveLength(1);
});

test("the bridge's own 1000, which a browser answers without the page, wipes nothing", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.end("answer");
  await page.event("ended");
  rigged.clock.advance(1_000);
  expect((await page.closed()).code).toBe(1000);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ ended: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("answer");
});

test("a page that closes with 1000 before any answer does not throw the late answer away", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.close(1000);
  await until(() => rigged.bridge.counters().held === 1);
  call.socket.end("late");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("late");
});

test("close 4001 keeps an answer that has only begun", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write("\x06");
  await until(() => page.received().length === 1);
  page.socket.close(4001);
  await until(() => rigged.bridge.counters().held === 1);
  expect(call.hungUp()).toBe(false);
});

test("an exchange whose page left before sending is attested as 0 bytes, its connection closed at once", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.socket.terminate();
  await until(() => call.hungUp());
  const back = rigged.page({ exchange: page.exchange, resume: true });
  expect(await back.event("resumed")).toEqual({
    event: "resumed",
    terminal: "t",
    requestBytes: 0,
    ended: true,
  });
});

test("once 0 bytes are attested no WebSocket of that exchange may send", async () => {
  const rigged = await rig();
  const { page } = await rigged.exchange();
  page.socket.terminate();
  await until(() => rigged.bridge.counters().pages === 0);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("resumed");
  back.send("request");
  expect((await back.closed()).code).toBe(4409);
  const again = rigged.page({ exchange: page.exchange });
  expect(await again.event("resumed")).toMatchObject({ requestBytes: 0 });
  again.send("request");
  expect((await again.closed()).code).toBe(4409);
  await settle();
  expect(rigged.terminal.calls.map((call) => call.received().length)).toEqual([0]);
});

test("taking an exchange up cuts the old page off before the bytes are counted", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  // The old page sends before it can know that its exchange was taken up.
  const back = rigged.page({ exchange: page.exchange, resume: true });
  back.socket.once("upgrade", () => page.send("request"));
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 0 });
  expect((await page.closed()).code).toBe(4441);
  await until(() => call.hungUp());
  expect(call.received().length).toBe(0);
});

test("bytes kept for a terminal that is still being reached are dropped when 0 is attested", async () => {
  const socket = new Socket();
  const rigged = await rig({ connect: () => socket });
  const old = rigged.page();
  await new Promise((resolve) => old.socket.once("open", resolve));
  old.send("request");
  await settle();
  const back = rigged.page({ exchange: old.exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 0, ended: true });
  expect(socket.destroyed).toBe(true);
});

test("a page that leaves while the terminal is being reached ends the attempt, attested as 0 bytes", async () => {
  const socket = new Socket();
  const rigged = await rig({ connect: () => socket });
  const page = rigged.page();
  await new Promise((resolve) => page.socket.once("open", resolve));
  page.send("request");
  page.socket.terminate();
  await until(() => socket.destroyed);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 0, ended: true });
});

test("a terminal that was never reached is attested as 0 bytes, with the reason, and the id is then sealed", async () => {
  const rigged = await rig({ connect: () => new Socket() });
  const page = rigged.page();
  await until(() => rigged.bridge.counters().pages === 1);
  rigged.clock.advance(5_000);
  await page.closed();
  const back = rigged.page({ exchange: page.exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 0, ended: true });
  expect((await back.closed()).code).toBe(4504);
  const again = rigged.page({ exchange: page.exchange });
  expect(await again.event("resumed")).toMatchObject({ requestBytes: 0 });
  expect(rigged.bridge.counters().begun).toBe(1);
});

test("another origin that presents the id is answered as if nothing were held", async () => {
  const rigged = await rig({ allowOrigins: ["https://pos.example.com", OTHER] });
  const { exchange } = await abandoned(rigged, "answer");
  const stranger = await rigged.page({ exchange, resume: true, origin: OTHER }).closed();
  const nothing = await rigged.page({ exchange: randomUUID(), resume: true, origin: OTHER }).closed();
  expect(stranger).toEqual(nothing);
  const back = rigged.page({ exchange, resume: true });
  await back.event("resumed");
  await until(() => back.received().length === 6);
  expect(back.received().toString()).toBe("answer");
});

test("an id that one origin used is not begun by another", async () => {
  const rigged = await rig({ allowOrigins: ["https://pos.example.com", OTHER] });
  const { exchange } = await abandoned(rigged, "answer");
  expect(await rigged.page({ exchange, origin: OTHER }).closed()).toEqual({
    code: 4409,
    reason: "exchange-used",
  });
  expect(rigged.terminal.calls).toHaveLength(1);
  expect(await rigged.page({ exchange, resume: true }).event("resumed")).toMatchObject({ requestBytes: 7 });
});

test("an exchange is not there under another terminal's name, nor begun there", async () => {
  const rigged = await rig();
  const { exchange } = await abandoned(rigged);
  const bridge = rigged.bridge;
  expect((await rigged.page({ exchange, resume: true, terminal: "nobody" }).closed()).code).toBe(4404);
  expect(bridge.counters().held).toBe(1);
});

test("an id used on one terminal is neither resumed nor begun on another", async () => {
  const rigged = await rig({
    terminals: { t: "127.0.0.1:1", u: "127.0.0.1:1" },
    connect: () => new Socket(),
  });
  const first = rigged.page({ terminal: "t" });
  await until(() => rigged.bridge.counters().pages === 1);
  const { exchange } = first;
  expect((await rigged.page({ exchange, terminal: "u", resume: true }).closed()).code).toBe(4410);
  expect((await rigged.page({ exchange, terminal: "u" }).closed()).code).toBe(4409);
});

test("a WebSocket that comes back without resume gets the answer but may not send the request again", async () => {
  const rigged = await rig();
  const { exchange } = await abandoned(rigged, "answer");
  const back = rigged.page({ exchange });
  await back.event("resumed");
  await until(() => back.received().length === 6);
  back.send("request");
  expect((await back.closed()).code).toBe(4409);
  await settle();
  expect(rigged.terminal.calls.map((call) => call.received().toString())).toEqual(["request"]);
  expect(rigged.bridge.counters().held).toBe(1);
});

test("a resumed page may go on with a dialogue that had begun", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "\x05");
  const back = rigged.page({ exchange, resume: true });
  await back.event("resumed");
  back.send("\x06");
  await until(() => call.received().length === 8);
  expect(call.received().toString()).toBe("request\x06");
});

test("an exchange that broke is given with what came, and with the code of its end", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged, "half an ans");
  call.socket.resetAndDestroy();
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  const back = rigged.page({ exchange, resume: true });
  expect((await back.closed()).code).toBe(4520);
  expect(back.received().toString()).toBe("half an ans");
});

test("a page that comes back after the terminal hung up without an answer is told so", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged);
  call.socket.end();
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 7, ended: true });
  expect(await back.closed()).toEqual({ code: 4522, reason: "hung-up" });
});

test("a held exchange is forgotten at the end of its time, and not before", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged);
  call.socket.end("answer");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  rigged.clock.advance(HOLD_MS - 1);
  expect(rigged.bridge.counters().held).toBe(1);
  rigged.clock.advance(1);
  expect(rigged.bridge.counters().held).toBe(0);
  expect((await rigged.page({ exchange, resume: true }).closed()).code).toBe(4410);
});

test("an exchange that was forgotten is not begun a second time under its id", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged);
  call.socket.end("answer");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  rigged.clock.advance(HOLD_MS);
  expect((await rigged.page({ exchange }).closed()).code).toBe(4409);
  expect(rigged.terminal.calls).toHaveLength(1);
});

test("an exchange that never reached its terminal may be begun again even once it was forgotten", async () => {
  const rigged = await rig({ connect: () => new Socket() });
  const page = rigged.page();
  await until(() => rigged.bridge.counters().pages === 1);
  rigged.clock.advance(5_000);
  await page.closed();
  rigged.clock.advance(HOLD_MS);
  const again = rigged.page({ exchange: page.exchange });
  await until(() => rigged.bridge.counters().begun === 2);
  again.socket.terminate();
});

test("a terminal that stays silent for the idle time after the page left ends the exchange, which stays held", async () => {
  const rigged = await rig();
  const { exchange, call } = await abandoned(rigged);
  rigged.clock.advance(600_000);
  await until(() => call.hungUp());
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 7, ended: true });
  expect((await back.closed()).code).toBe(4521);
});

test("a frozen page, which still answers pings, loses its exchange to the next one", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.socket.send('{"heartbeat":1}');
  await page.event("heartbeat");
  page.send("request");
  await until(() => call.received().length === 7);
  for (let waited = 0; waited < 90_000; waited += 10_000) {
    rigged.clock.advance(10_000);
    await settle(10);
  }
  expect((await page.closed()).code).toBe(4440);
  call.socket.end("answer");
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("answer");
});

test("a page that never sends heartbeats is not held to them", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  for (let waited = 0; waited < 300_000; waited += 10_000) {
    rigged.clock.advance(10_000);
    await settle(10);
  }
  expect(page.socket.readyState).toBe(page.socket.OPEN);
});

test("a page whose path is dead, pings unanswered, counts as gone", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.pause();
  rigged.clock.advance(60_000);
  await until(() => rigged.bridge.counters().held === 1);
  expect(rigged.bridge.counters().closed).toEqual({ "heartbeat-lost": 1 });
});
