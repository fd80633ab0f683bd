import fc from "fast-check";
import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import { rig } from "./testing/rig.ts";

test("says connected, with the terminal's name, once TCP is up", async () => {
  const { exchange } = await rig();
  const { page } = await exchange();
  expect(page.events).toEqual([{ event: "connected", terminal: "t" }]);
  expect(page.socket.protocol).toBe("concert-pay.v1");
});

test("carries a request whole and an answer in pieces, then closes with 1000 after the terminal hung up", async () => {
  const { exchange, clock } = await rig();
  const { page, call } = await exchange();
  page.send("CZ0040320CD0010");
  await until(() => call.received().length === 15);
  expect(call.received().toString()).toBe("CZ0040320CD0010");
  call.socket.write("CZ00403");
  await until(() => page.received().length === 7);
  call.socket.end("20AE00210");
  await page.event("ended");
  clock.advance(1_000);
  expect(await page.closed()).toEqual({ code: 1000, reason: "ended" });
  expect(page.received().toString()).toBe("CZ0040320AE00210");
});

test("carries every byte value unchanged, both ways, however it is cut", async () => {
  const { exchange } = await rig({}, ({ socket }) => void socket.pipe(socket));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      async (pieces) => {
        const { page } = await exchange();
        for (const piece of pieces) page.socket.send(piece);
        const sent = Buffer.concat(pieces);
        await until(() => page.received().length >= sent.length);
        expect(page.received().equals(sent)).toBe(true);
        page.socket.close(1000);
        await page.closed();
      },
    ),
    { numRuns: 25 },
  );
});

test("carries an answer that comes minutes later", async () => {
  const { exchange, clock } = await rig();
  const { page, call } = await exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  for (let seconds = 0; seconds < 180; seconds += 10) {
    clock.advance(10_000);
    await settle(5);
  }
  call.socket.write("late answer");
  await until(() => page.received().length === 11);
  expect(page.received().toString()).toBe("late answer");
});

test("keeps bytes sent before connected and passes them on as one write", async () => {
  const { page, terminal } = await rig();
  const opened = page();
  await new Promise((resolve) => opened.socket.once("open", resolve));
  opened.send("early ");
  opened.send("bird");
  const call = await terminal.call(0);
  await until(() => call.received().length === 10);
  expect(call.received().toString()).toBe("early bird");
});

test("answers heartbeats and keeps them from the terminal", async () => {
  const { exchange } = await rig();
  const { page, call } = await exchange();
  page.socket.send('{"heartbeat":7}');
  expect(await page.event("heartbeat")).toEqual({ event: "heartbeat", heartbeat: 7 });
  expect(call.received().length).toBe(0);
});

test("hangs up on the terminal when the page is done", async () => {
  const { exchange } = await rig();
  const { page, call } = await exchange();
  page.send("request");
  call.socket.write("answer");
  await until(() => page.received().length === 6);
  page.socket.close(1000);
  await until(() => call.hungUp());
  expect(call.received().toString()).toBe("request");
});

test("runs exchanges side by side, each on its own connection", async () => {
  const { exchange, bridge } = await rig();
  const first = await exchange();
  const second = await exchange();
  first.page.send("one");
  second.page.send("two");
  await until(() => first.call.received().length === 3 && second.call.received().length === 3);
  expect([first.call.received().toString(), second.call.received().toString()]).toEqual(["one", "two"]);
  expect(bridge.counters()).toMatchObject({
    pages: 2,
    terminalConnections: 2,
    begun: 2,
    bytesToTerminals: 6,
  });
});

test("a connection the terminal resets closes with 4520", async () => {
  const { exchange } = await rig();
  const { page, call } = await exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  call.socket.resetAndDestroy();
  expect(await page.closed()).toEqual({ code: 4520, reason: "terminal-reset: ECONNRESET" });
});

test("a terminal that hangs up without a byte of an answer closes with 4522, not with 1000", async () => {
  const { exchange } = await rig();
  const { page, call } = await exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  call.socket.end();
  expect(await page.closed()).toEqual({ code: 4522, reason: "hung-up" });
  expect(page.events).toEqual([{ event: "connected", terminal: "t" }]);
});

test("the bytes of the serial dialogue, ENQ, ACK, NAK and EOT, are no answer", async () => {
  const { exchange } = await rig();
  const { page, call } = await exchange();
  page.send("\x05");
  call.socket.write("\x06");
  await until(() => page.size() === 1);
  page.send("\x02request\x03-\x04");
  call.socket.end("\x15\x06\x05\x04");
  expect((await page.closed()).code).toBe(4522);
  expect(page.received().toString("latin1")).toBe("\x06\x15\x06\x05\x04");
});

test("logs one masked line per event, never payload bytes nor a whole exchange id", async () => {
  const { exchange, log } = await rig();
  const { page, call } = await exchange();
  page.send("AA0164974123412341234");
  call.socket.write("4974123412341234");
  await until(() => page.received().length === 16);
  page.socket.close(1000);
  await until(() => log.some((line) => line.includes("page left")));
  expect(log.slice(1)).toEqual([
    `t ${page.exchange.slice(0, 8)}: connected`,
    `t ${page.exchange.slice(0, 8)}: page left, code 1000`,
  ]);
});
