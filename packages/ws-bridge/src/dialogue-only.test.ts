/** Pages that pass on nothing but ENQ, ACK, NAK and EOT: a presence test, or a page that died before its request. */
import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import type { RawPage } from "./testing/raw-page.ts";
import { rig, type Rig } from "./testing/rig.ts";

const ENQ = "\x05";
const ACK = "\x06";
const NAK = "\x15";
const EOT = "\x04";

const leaves: readonly (readonly [string, (page: RawPage) => void])[] = [
  ["1000", ({ socket }) => socket.close(1000)],
  ["4001", ({ socket }) => socket.close(4001)],
  ["a connection that breaks", ({ socket }) => socket.terminate()],
];

/** A page that asked whether anyone is there, and heard that someone is. */
async function present(rigged: Rig) {
  const { page, call } = await rigged.exchange();
  page.send(ENQ);
  await until(() => call.size() === 1);
  call.socket.write(ACK);
  await until(() => page.size() === 1);
  page.send(EOT);
  await until(() => call.size() === 2);
  return { page, call };
}

test.each(leaves)("a presence test left by %s gives the terminal free at once", async (_, leave) => {
  const rigged = await rig();
  const { page, call } = await present(rigged);
  leave(page);
  await until(() => call.hungUp());
  expect(rigged.bridge.counters()).toMatchObject({ pages: 0, terminalConnections: 0, held: 0, unread: 0 });
  expect(rigged.bridge.midway()).toBe(0);
  const asking = rigged.page({ path: "/terminals/t?held=1" });
  expect(await asking.event("held")).toMatchObject({ exchanges: 0 });
});

test("its bytes were sent, and a page that comes back is told so, and of no orderly end", async () => {
  const rigged = await rig();
  const { page, call } = await present(rigged);
  page.socket.close(4001);
  await until(() => call.hungUp());
  const back = rigged.page({ exchange: page.exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 2, ended: true });
  expect((await back.closed()).code).toBe(4521);
  expect(back.received().toString()).toBe(ACK);
});

test("while its page is there it is not told as an answer to come, and still waited for", async () => {
  const rigged = await rig();
  await present(rigged);
  const asking = rigged.page({ path: "/terminals/t?held=1" });
  expect(await asking.event("held")).toMatchObject({ exchanges: 0 });
  expect(rigged.bridge.midway()).toBe(1);
});

test("presence tests never fill what is held", async () => {
  const rigged = await rig({ limits: { held: 1, connectionsPerTerminal: 1, remembered: 2 } });
  for (let count = 0; count < 5; count += 1) {
    const { page, call } = await present(rigged);
    page.socket.terminate();
    await until(() => call.hungUp());
  }
  expect(rigged.bridge.counters()).toMatchObject({ begun: 5, closed: {} });
});

test("a request among the dialogue is waited for, whole or not", async () => {
  const rigged = await rig();
  const { page, call } = await rigged.exchange();
  page.send(ENQ + NAK);
  page.send("\x02");
  await until(() => call.size() === 3);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  await settle();
  expect(call.hungUp()).toBe(false);
  expect(rigged.bridge.midway()).toBe(1);
});

test("an answer that a terminal gives unasked is held all the same", async () => {
  const rigged = await rig();
  const { page, call } = await present(rigged);
  call.socket.write("first half, ");
  await until(() => page.size() === 1 + 12);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  call.socket.end("second half");
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe(`${ACK}first half, second half`);
});
