import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startControl, type Control } from "./control.ts";
import { startSimulator, type Simulator } from "./simulator.ts";
import { debit, exchange } from "./testing/plain-register.ts";

let simulator: Simulator;
let control: Control;
beforeEach(async () => {
  simulator = await startSimulator({ port: 0 });
  control = await startControl(simulator, 0);
});
afterEach(async () => {
  await control.stop();
  await simulator.stop();
});

async function call(
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<readonly [number, unknown]> {
  const [method = "GET", path = "/"] = route.split(" ");
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${control.port}${path}`, { method, headers, ...sent });
  return [response.status, await response.json()];
}

describe("the HTTP control", () => {
  it("tells the ledger and the requests, with card numbers masked", async () => {
    await exchange(simulator.port, debit("1250", { CF: "4970101234561234" }));
    expect(await call("GET /ledger")).toMatchObject([
      200,
      [{ amount: 1_250, reference: "497010******1234" }],
    ]);
    expect(await call("GET /requests")).toMatchObject([
      200,
      [{ fate: "charged", reference: "497010******1234" }],
    ]);
    expect(await call("GET /screen")).toMatchObject([200, { name: "result" }]);
  });

  it("scripts behaviours and presses keys", async () => {
    expect(await call("POST /script", ["refuse"])).toEqual([200, { scripted: 1 }]);
    expect(await call("POST /behaviour", "forbidden")).toEqual([200, { behaviour: "forbidden" }]);
    const heard = [
      await exchange(simulator.port, debit("1250")),
      await exchange(simulator.port, debit("1250")),
    ];
    expect(heard.map(({ bytes }) => /AF002(\d\d)/.exec(Buffer.from(bytes).toString())?.[1])).toEqual([
      "04",
      "05",
    ]);
    expect(await call("POST /key", "tap")).toEqual([200, { taken: false }]);
  });

  it("restarts and reboots the terminal", async () => {
    expect(await call("POST /restart", { port: 0, whitelist: ["192.0.2.1"] })).toEqual([
      200,
      { port: simulator.port },
    ]);
    expect((await exchange(simulator.port, debit("1250"))).closed).toBe(true);
    expect(await call("POST /reboot")).toEqual([200, { port: simulator.port }]);
    expect(simulator.ledger).toEqual([]);
  });

  it.each([
    ["POST /script", "refuse", 400],
    ["POST /script", ["no such"], 400],
    ["POST /key", "green", 400],
    ["POST /restart", { port: -1 }, 400],
    ["POST /restart", 5, 400],
    ["POST /restart", null, 400],
    ["POST /restart", [], 400],
    ["POST /restart", { prot: 8_889 }, 400],
    ["POST /script", "x".repeat(70_000), 400],
    ["GET /nothing", undefined, 404],
    ["POST /ledger", [], 404],
  ])("answers %s %j with %i", async (route, body, status) => {
    const [answered, { error }] = (await call(route, body)) as [number, { error: string }];
    expect(answered).toBe(status);
    expect(error).not.toBe("");
  });

  it("does nothing for a web page", async () => {
    expect((await call("POST /script", ["refuse"], { origin: "https://example.com" }))[0]).toBe(403);
    expect(simulator.model.upcoming.name).toBe("approve");
  });
});
