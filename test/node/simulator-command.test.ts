/** The built command, as a person calls it. `npm test` builds first. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, connect, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const CLI = fileURLToPath(new URL("../../packages/simulator/dist/cli.js", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => (out += String(text)));
  child.stderr.on("data", (text) => (err += String(text)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

test("--help lists every behaviour and exits 0", async () => {
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  for (const word of ["--port", "--serial", "--dialect", "approve", "silence", "charge-then-hang-up"])
    expect(out).toContain(word);
});

for (const [title, args, word] of [
  ["an unknown option", ["--prot", "1"], "--prot"],
  ["an unknown behaviour", ["--behaviour", "aprove"], "aprove"],
  ["a port that is no number", ["--port", "x"], "port"],
  ["an unknown dialect", ["--dialect", "v4"], "v4"],
] as const)
  test(`${title} exits 2 with one line that says what to change`, async () => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toContain(word);
  });

test("a port in use exits 1 with one plain line", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, err } = await run("--port", String(port));
  server.close();
  expect(code).toBe(1);
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(err).toContain(String(port));
});

test("answers a debit over TCP, and stops on SIGTERM", async () => {
  const child = spawn(process.execPath, [CLI, "--port", "0", "--delay", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (text) => (out += String(text)));
  await expect.poll(() => /127\.0\.0\.1:(\d+)/.exec(out)?.[1]).toBeDefined();
  const socket = connect(Number(/127\.0\.0\.1:(\d+)/.exec(out)?.[1]), "127.0.0.1");
  socket.write("CZ0040300CJ012247300123456CA00201CB0042500CD0010CE003978");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString("latin1")).toMatch(/AE00210/);
  socket.destroy();
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(0);
});
