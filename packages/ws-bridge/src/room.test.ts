import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import type { RawPage } from "./testing/raw-page.ts";
import { rig, type Rig } from "./testing/rig.ts";

/** Every way to leave but the one that says "done". */
const leaves: readonly (readonly [string, (page: RawPage) => void])[] = [
  ["close() without a code, 1005", ({ socket }) => socket.close()],
  ["a connection that breaks, 1006", ({ socket }) => socket.terminate()],
  ["1001, as a reload", ({ socket }) => socket.close(1001)],
  ["3000, its own code", ({ socket }) => socket.close(3000)],
  ["4001, keep the answer", ({ socket }) => socket.close(4001)],
];

/** One exchange of a page that has read its answer; the terminal hangs up after it, or keeps its socket open. */
async function answered(rigged: Rig, terminal: "hangs-up" | "stays"): Promise<RawPage> {
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  call.socket.write("answer");
  await until(() => page.size() === 6);
  if (terminal === "hangs-up") {
    call.socket.end();
    await page.event("ended");
  }
  return page;
}

/** An exchange whose page is gone before any answer came. */
async function unanswered(rigged: Rig) {
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  const { held } = rigged.bridge.counters();
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === held + 1);
  return { exchange: page.exchange, call };
}

async function gone({ bridge }: Rig): Promise<void> {
  await until(() => bridge.counters().pages === 0);
}

test("carries as many pages as the limit and refuses the next with 4429", async () => {
  const { exchange, page, bridge } = await rig({ limits: { connections: 2 } });
  const first = await exchange();
  await exchange();
  expect(await page().closed()).toEqual({ code: 4429, reason: "full" });
  first.page.socket.close(1000);
  await until(() => bridge.counters().pages === 1);
  await exchange();
});

test("makes as many connections to one terminal as the limit, those kept for pages that left included", async () => {
  const rigged = await rig({ limits: { connectionsPerTerminal: 1 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  await until(() => call.received().length === 7);
  page.socket.terminate();
  await until(() => rigged.bridge.counters().held === 1);
  expect((await rigged.page().closed()).code).toBe(4429);
  call.socket.end("answer");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  await rigged.exchange();
  expect(rigged.bridge.counters().held).toBe(1);
});

test.each([
  ["at the limit", 1],
  ["before it: many terminals serve one connection at a time", 8],
])("a question closed with 1000 gives its connection to the next exchange, %s", async (_, limit) => {
  const rigged = await rig({ limits: { connectionsPerTerminal: limit } });
  const { page, call } = await rigged.exchange();
  page.send("identify");
  await until(() => call.received().length === 8);
  page.socket.close(1000);
  await until(() => rigged.bridge.counters().held === 1);
  await rigged.exchange();
  await until(() => call.hungUp());
  expect(rigged.bridge.counters().terminalConnections).toBe(1);
  call.socket.end("late");
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("late");
});

test("a request that was not closed with 1000 is left alone by the next exchange", async () => {
  const rigged = await rig();
  const { call } = await unanswered(rigged);
  await rigged.exchange();
  await settle();
  expect(call.hungUp()).toBe(false);
});

test("holds as many unread answers as the limit, then begins nothing rather than forget one", async () => {
  const rigged = await rig({ limits: { held: 2 } });
  const ids: string[] = [];
  for (let index = 0; index < 2; index += 1) {
    const { page, call } = await rigged.exchange();
    ids.push(page.exchange);
    page.send("request");
    await until(() => call.received().length === 7);
    page.socket.terminate();
    await until(() => rigged.bridge.counters().held === index + 1);
  }
  expect((await rigged.page().closed()).code).toBe(4429);
  for (const exchange of ids) await rigged.page({ exchange, resume: true }).event("resumed");
});

test("answers that were all passed on make room for the next exchange", async () => {
  const rigged = await rig({ limits: { held: 2 } });
  for (let index = 0; index < 5; index += 1) {
    const { page, call } = await rigged.exchange();
    page.send("request");
    call.socket.end("answer");
    await page.event("ended");
    rigged.clock.advance(1_000);
    expect((await page.closed()).code).toBe(1000);
  }
  expect(rigged.bridge.counters()).toMatchObject({ begun: 5, held: 2 });
});

test("remembers as many ids as the limit", async () => {
  const rigged = await rig({ limits: { remembered: 2 } });
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const { page } = await rigged.exchange();
    ids.push(page.exchange);
    page.socket.close(1000);
    await until(() => rigged.bridge.counters().pages === 0);
  }
  const codes = await Promise.all(
    ids.map(
      async (exchange) =>
        (
          await rigged
            .page({ exchange, resume: true })
            .event("resumed")
            .catch(() => undefined)
        )?.["requestBytes"],
    ),
  );
  expect(codes).toEqual([undefined, 0, 0]);
});

test("an id is free again once as many others as the limit came after it", async () => {
  const { exchange, page, bridge } = await rig({ limits: { remembered: 2 } });
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const { page: opened, call } = await exchange();
    ids.push(opened.exchange);
    opened.send("request");
    call.socket.end("answer");
    await opened.event("ended");
    opened.socket.close(1000);
    await until(() => bridge.counters().pages === 0);
  }
  const [first, second, third] = ids;
  expect((await page({ exchange: second ?? "" }).closed()).code).toBe(4409);
  expect((await page({ exchange: third ?? "" }).closed()).code).toBe(4409);
  await exchange({ exchange: first ?? "" });
});

test.each(leaves)(
  "pages that leave by %s do not use a terminal up that keeps its sockets open",
  async (_, leave) => {
    const rigged = await rig();
    const first = await answered(rigged, "stays");
    leave(first);
    await gone(rigged);
    for (let count = 1; count < 20; count += 1) {
      leave(await answered(rigged, "stays"));
      await gone(rigged);
    }
    expect(rigged.bridge.counters()).toMatchObject({ begun: 20, closed: {} });
    const back = rigged.page({ exchange: first.exchange, resume: true });
    await back.event("resumed");
    await until(() => back.size() === 6);
    expect(back.received().toString()).toBe("answer");
  },
);

test.each(leaves)("pages that leave by %s do not fill what is held", async (_, leave) => {
  const rigged = await rig({ limits: { held: 3 } });
  for (let count = 0; count < 10; count += 1) {
    leave(await answered(rigged, "hangs-up"));
    await gone(rigged);
  }
  expect(rigged.bridge.counters()).toMatchObject({ begun: 10, held: 3, closed: {} });
});

test("pages that break a rule do not fill what is held, frozen ones do not lose what they have not read", async () => {
  const rigged = await rig({ limits: { held: 2 } });
  for (let count = 0; count < 4; count += 1) {
    (await answered(rigged, "hangs-up")).socket.send("no JSON object");
    await gone(rigged);
  }
  expect(rigged.bridge.counters()).toMatchObject({ begun: 4, held: 2, closed: { "not-understood": 4 } });
  for (let count = 0; count < 2; count += 1) {
    const page = await answered(rigged, "stays");
    page.socket.send('{"heartbeat":1}');
    await page.event("heartbeat");
    for (let waited = 0; waited < 90_000; waited += 10_000) {
      rigged.clock.advance(10_000);
      await settle(10);
    }
    expect((await page.closed()).code).toBe(4440);
    rigged.clock.advance(6_000);
  }
  expect(await rigged.page().closed()).toEqual({ code: 4429, reason: "full" });
});

test("an answer that nobody has read outlives any number of those that were read", async () => {
  const rigged = await rig({ limits: { held: 2 } });
  const { exchange, call } = await unanswered(rigged);
  for (let count = 0; count < 5; count += 1) {
    (await answered(rigged, "hangs-up")).socket.close();
    await gone(rigged);
  }
  call.socket.end("late answer");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  for (let count = 0; count < 5; count += 1) {
    (await answered(rigged, "hangs-up")).socket.close();
    await gone(rigged);
  }
  const back = rigged.page({ exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("late answer");
});

test("an answer goes on past the moment its connection was needed, and is held whole", async () => {
  const rigged = await rig({ limits: { connectionsPerTerminal: 1 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write("first half, ");
  await until(() => page.size() === 12);
  page.socket.terminate();
  await gone(rigged);
  await rigged.exchange();
  await until(() => call.hungUp());
  call.socket.end("second half");
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("first half, second half");
});

test("half an answer is never forgotten for room, though its page was sent all that had come", async () => {
  const rigged = await rig({ limits: { held: 1 } });
  const { page, call } = await rigged.exchange();
  page.send("request");
  call.socket.write("first half, ");
  await until(() => page.size() === 12);
  page.socket.terminate();
  await gone(rigged);
  expect((await rigged.page().closed()).code).toBe(4429);
  call.socket.end("second half");
  await until(() => rigged.bridge.counters().terminalConnections === 0);
  const back = rigged.page({ exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("first half, second half");
  // Now it has all come, and was all sent: one page that never says 1000 does not keep the others out.
  back.socket.terminate();
  await gone(rigged);
  await rigged.exchange();
});

test("of two answers the one that has been quiet for longer gives its connection", async () => {
  const rigged = await rig({ limits: { connectionsPerTerminal: 2 } });
  const older = await unanswered(rigged);
  const younger = await unanswered(rigged);
  younger.call.socket.write("answer");
  await until(() => younger.call.socket.writableLength === 0);
  await settle();
  rigged.clock.advance(2_000);
  older.call.socket.write("answer");
  await settle();
  await rigged.exchange();
  await until(() => younger.call.hungUp());
  expect(older.call.hungUp()).toBe(false);
});

test("silent exchanges without a page keep the terminal while money may move, and not a minute longer", async () => {
  const rigged = await rig();
  const oldest = await unanswered(rigged);
  rigged.clock.advance(1_000);
  const others = [];
  for (let count = 1; count < 8; count += 1) others.push(await unanswered(rigged));
  expect(await rigged.page().closed()).toEqual({ code: 4429, reason: "full" });
  rigged.clock.advance(238_999);
  expect(await rigged.page().closed()).toEqual({ code: 4429, reason: "full" });
  rigged.clock.advance(1);
  await rigged.exchange();
  await until(() => oldest.call.hungUp());
  expect(others.some(({ call }) => call.hungUp())).toBe(false);
  const back = rigged.page({ exchange: oldest.exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 7, ended: true });
  expect((await back.closed()).code).toBe(4521);
});

test("exchanges that ended without an answer are forgotten before nothing new is begun", async () => {
  const rigged = await rig({ limits: { held: 2 } });
  for (let count = 0; count < 4; count += 1) {
    const { call } = await unanswered(rigged);
    call.socket.resetAndDestroy();
    await until(() => rigged.bridge.counters().terminalConnections === 0);
  }
  expect(rigged.bridge.counters()).toMatchObject({ begun: 4, held: 2 });
});
