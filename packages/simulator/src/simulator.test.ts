import { afterEach, describe, expect, it } from "vitest";
import { decodeMessage } from "@concert-pay/core";
import { REBOOT_AFTER_MS } from "./attachment.ts";
import { REQUEST_QUIET_MS } from "./links.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
import { answered, debit, exchange, PlainRegister, waiting } from "./testing/plain-register.ts";
import { service } from "./testing/requests.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

const started: Simulator[] = [];
afterEach(async () => {
  for (const simulator of started.splice(0)) await simulator.stop();
});

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ port: 0, ...options });
  started.push(simulator);
  return simulator;
}

const status = (register: PlainRegister): string | undefined => decodeMessage(register.bytes).get("AE");

describe("a terminal over TCP", () => {
  it("charges what it approves, and echoes the request", async () => {
    const { port, ledger, requests } = await start();
    const { bytes } = await exchange(port, debit("1250", { CF: "sale 7" }));
    const answer = decodeMessage(bytes);
    expect(answer.warnings).toEqual([]);
    expect(["CA", "CB", "CD", "CE", "AE", "CF"].map((name) => answer.get(name))).toEqual([
      "01",
      "1250",
      "0",
      "978",
      "10",
      "sale 7",
    ]);
    expect(ledger).toMatchObject([{ action: "debit", amount: 1_250, reference: "sale 7", request: 0 }]);
    expect(requests).toMatchObject([{ fate: "charged", answer: "sent", behaviour: "approve" }]);
  });

  it("takes a request that comes byte by byte", async () => {
    const simulator = await start({ requestQuietMs: 200 });
    const register = await PlainRegister.connect(simulator.port);
    for (const byte of debit("1250")) await register.send(Uint8Array.of(byte));
    await register.until(answered);
    expect([status(register), simulator.ledger.length]).toEqual(["10", 1]);
    register.destroy();
  });

  it("answers a register that has closed its side, then closes too", async () => {
    const simulator = await start();
    const register = await PlainRegister.connect(simulator.port);
    await register.send(debit("1250"));
    register.end();
    await register.until(() => false);
    expect([status(register), register.reset]).toEqual(["10", false]);
  });

  it("goes on with a payment whose register has gone, and charges it", async () => {
    const simulator = await start({ behaviour: "interactive" });
    const register = await PlainRegister.connect(simulator.port);
    const expected = new Promise<void>((resolve) => {
      simulator.onScreen(({ name }) => name === "card-expected" && resolve());
    });
    await register.send(debit("1250"));
    await expected;
    register.destroy();
    // A round trip of another register, so that the terminal has seen the first one go.
    await exchange(simulator.port, service("I"));
    expect(simulator.tap()).toBe(true);
    expect(simulator.ledger).toHaveLength(1);
    expect(simulator.requests[0]).toMatchObject({ fate: "charged" });
  });

  it("takes one request after the other on one socket", async () => {
    const simulator = await start();
    const register = await PlainRegister.connect(simulator.port);
    await register.send(debit("1250"));
    await register.until(answered);
    const { length } = register.bytes;
    await register.send(service("I"));
    await register.until((bytes) => answered(bytes.subarray(length)));
    expect(decodeMessage(register.bytes.subarray(length)).get("CD")).toBe("I");
    register.destroy();
  });

  it("answers bytes that are no message with AF=09", async () => {
    const simulator = await start();
    const { bytes } = await exchange(simulator.port, Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    expect(decodeMessage(bytes).get("AF")).toBe("09");
    expect(simulator.ledger).toEqual([]);
  });

  it("refuses a second payment while a customer is at the terminal", async () => {
    const simulator = await start({ behaviour: "interactive" });
    const first = await PlainRegister.connect(simulator.port);
    const expected = new Promise<void>((resolve) => {
      simulator.onScreen(({ name }) => name === "card-expected" && resolve());
    });
    await first.send(debit("1250"));
    await expected;
    expect(status(await exchange(simulator.port, debit("700")))).toBe("01");
    expect(status(await exchange(simulator.port, service("I")))).toBe("10");
    simulator.insert();
    await first.until(answered);
    expect([status(first), simulator.ledger.map(({ amount }) => amount)]).toEqual(["10", [1_250]]);
    first.destroy();
  });

  it("prints one line for each event, with card numbers masked", async () => {
    const lines: string[] = [];
    const simulator = await start({ behaviour: "whole-card-number", log: (line) => lines.push(line) });
    await exchange(simulator.port, debit("1250", { CF: "4970101234561234" }));
    expect(lines.filter((line) => / [<>] /.test(line))).toHaveLength(2);
    expect(lines.join("\n")).not.toMatch(/\d{13}/);
    expect(lines).toContain("screen: result, debit of 1250 (978), charged");
  });
});

describe("the service", () => {
  it("drops registers that are not on its whitelist", async () => {
    const simulator = await start({ whitelist: ["192.0.2.1"] });
    const register = await exchange(simulator.port, debit("1250"));
    expect([register.bytes.length, register.closed]).toEqual([0, true]);
    await simulator.restart({ whitelist: ["127.0.0.1"] });
    expect(status(await exchange(simulator.port, debit("1250")))).toBe("10");
    expect(simulator.ledger).toHaveLength(1);
  });

  it("cuts open connections without notice when its settings change, and the payment goes on", async () => {
    const simulator = await start({ behaviour: "interactive" });
    const register = await PlainRegister.connect(simulator.port);
    const expected = new Promise<void>((resolve) => {
      simulator.onScreen(({ name }) => name === "card-expected" && resolve());
    });
    await register.send(debit("1250"));
    await expected;
    await simulator.restart({ whitelist: ["127.0.0.1"] });
    await register.until(() => false);
    expect([register.bytes.length, register.reset]).toEqual([0, true]);
    expect(simulator.tap()).toBe(true);
    expect(simulator.requests).toMatchObject([{ fate: "charged", answer: "undelivered" }]);
    expect(status(await exchange(simulator.port, service("I")))).toBe("10");
  });

  it("listens on another port after a change of port", async () => {
    const simulator = await start();
    const before = simulator.port;
    await simulator.restart({ port: 0 });
    expect(simulator.port).not.toBe(before);
    expect(status(await exchange(simulator.port, service("I")))).toBe("10");
    await expect(PlainRegister.connect(before)).rejects.toThrow("ECONNREFUSED");
  });

  it("reboots a moment after it has answered CD=R", async () => {
    const clock = new VirtualClock();
    const simulator = await start({ clock });
    const register = await PlainRegister.connect(simulator.port);
    await register.send(service("R"));
    await waiting(clock);
    await clock.advance(REQUEST_QUIET_MS);
    await register.until(answered);
    expect([status(register), register.closed]).toEqual(["10", false]);
    await clock.advance(REBOOT_AFTER_MS);
    await register.until(() => false);
    expect(register.reset).toBe(true);
  });

  it("stays where it was when the port it is to move to is taken", async () => {
    const [one, other] = [await start(), await start()];
    const { port } = one;
    await expect(one.restart({ port: other.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect(one.port).toBe(port);
    expect(status(await exchange(port, service("I")))).toBe("10");
  });

  it("keeps its whitelist when the port it is to move to is taken", async () => {
    const [one, other] = [await start(), await start()];
    const change = { port: other.port, whitelist: ["192.0.2.1"] };
    await expect(one.restart(change)).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect(status(await exchange(one.port, service("I")))).toBe("10");
    await one.restart();
    expect(status(await exchange(one.port, service("I")))).toBe("10");
  });

  it.each([[["shop"]], ["127.0.0.1"]])("refuses the whitelist %j", async (whitelist) => {
    const wrong = { whitelist: whitelist as readonly string[] };
    await expect(startSimulator({ port: 0, ...wrong })).rejects.toMatchObject({ field: "whitelist" });
    await expect((await start()).restart(wrong)).rejects.toMatchObject({ field: "whitelist" });
  });

  it("says which port is taken", async () => {
    const { port } = await start();
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
  });

  it.each([-1, 65_536, 1.5])("refuses the port %s", async (port) => {
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: "BAD_REQUEST", field: "port" });
  });

  it("speaks V2 as the serial dialogue inside the socket", async () => {
    const simulator = await start({ dialect: "v2-e" });
    const register = await PlainRegister.connect(simulator.port);
    await register.send(Uint8Array.of(0x05));
    await register.until(({ length }) => length > 0);
    expect([...register.bytes]).toEqual([0x06]);
    await register.send(Uint8Array.of(0x04));
    register.destroy();
  });
});
