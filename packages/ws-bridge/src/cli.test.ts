import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { until } from "./testing/manual-clock.ts";
import { rawPage } from "./testing/raw-page.ts";
import { tcpTerminal } from "./testing/tcp-terminal.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const ORIGIN = "http://localhost:5173";

beforeAll(() => {
  spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/ws-bridge"], { cwd: root });
}, 120_000);

interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  output(): string;
  errors(): string;
  readonly exit: Promise<number | null>;
}

function run(...argv: string[]): Program {
  const child = spawn(process.execPath, [cli, ...argv]);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, output: () => output, errors: () => errors, exit };
}

async function listening(address: string): Promise<Program & { url: string }> {
  const program = run("--terminal", `t=${address}`, "--allow-origin", ORIGIN, "--listen", "127.0.0.1:0");
  await until(() => / -> /.test(program.output()));
  return { ...program, url: /listening on (ws:\S+)/.exec(program.output())?.[1] ?? "" };
}

test("relays, waits for a payment on the first SIGTERM, and exits 0 when it has ended", async () => {
  const terminal = await tcpTerminal();
  const { url, child, output, exit } = await listening(terminal.address);
  expect(output()).toContain(`${url}/terminals/t -> ${terminal.address}\n`);
  const page = rawPage(url, { origin: ORIGIN });
  await page.event("connected");
  page.send("request");
  const call = await terminal.call(0);
  await until(() => call.received().length === 7);
  child.kill("SIGTERM");
  await until(() => output().includes("waiting for 1 payments under way"));
  call.socket.write("answer");
  await until(() => page.received().length === 6);
  page.socket.close(1000);
  expect(await exit).toBe(0);
  await terminal.stop();
});

test("goes on relaying when nobody reads its log any more", async () => {
  const terminal = await tcpTerminal();
  const { url, child, exit } = await listening(terminal.address);
  child.stdout.destroy();
  const page = rawPage(url, { origin: ORIGIN });
  await page.event("connected");
  page.send("request");
  const call = await terminal.call(0);
  await until(() => call.received().length === 7);
  call.socket.write("answer");
  await until(() => page.received().length === 6);
  page.socket.close(1000);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
  await terminal.stop();
});

test("says that an answer nobody has fetched is waited for, and gives it to the page that comes back", async () => {
  const terminal = await tcpTerminal();
  const { url, child, output, exit } = await listening(terminal.address);
  const page = rawPage(url, { origin: ORIGIN });
  await page.event("connected");
  page.send("request");
  const call = await terminal.call(0);
  await until(() => call.received().length === 7);
  page.socket.terminate();
  await until(() => output().includes("page left"));
  call.socket.end("answer");
  await until(() => output().includes(": ended"));
  child.kill("SIGTERM");
  await until(() => output().includes("waiting for pages to fetch 1 held answers"));
  const back = rawPage(url, { origin: ORIGIN, exchange: page.exchange, resume: true });
  await back.event("ended");
  expect(back.received().toString()).toBe("answer");
  back.socket.close(1000);
  expect(await exit).toBe(0);
  await terminal.stop();
});

test.each([
  ["0.0.0.0", true],
  ["127.0.0.2", false],
])("warns where %s is listened on without a token: %s", async (host, warned) => {
  const args = ["--terminal", "t=h:1", "--allow-origin", ORIGIN, "--listen", `${host}:0`];
  const program = run(...args);
  await until(() => / -> /.test(program.output()));
  program.child.kill("SIGTERM");
  expect(await program.exit).toBe(0);
  expect(program.output().includes(`warning: every program that reaches ${host}`)).toBe(warned);
});

test.each([
  ["h:1", true],
  ["h:2", false],
])("warns where two names have one address: %s", async (other, warned) => {
  const program = run(
    "--terminal",
    "a=h:1",
    "--terminal",
    `b=${other}`,
    "--allow-origin",
    ORIGIN,
    "--listen",
    "127.0.0.1:0",
  );
  await until(() => /b -> /.test(program.output()));
  program.child.kill("SIGTERM");
  expect(await program.exit).toBe(0);
  expect(program.output().includes("warning: a and b have one address")).toBe(warned);
});

test("a second signal stops at once", async () => {
  const terminal = await tcpTerminal();
  const { url, child, output, exit } = await listening(terminal.address);
  const page = rawPage(url, { origin: ORIGIN });
  await page.event("connected");
  page.send("request");
  const call = await terminal.call(0);
  await until(() => call.received().length === 7);
  child.kill("SIGINT");
  await until(() => output().includes("waiting for"));
  child.kill("SIGINT");
  expect((await page.closed()).code).toBe(4523);
  expect(await exit).toBe(0);
  await terminal.stop();
});

test("a port in use is one plain line and exit 1", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const { errors, exit } = run(
    "--terminal",
    "t=h:1",
    "--allow-origin",
    ORIGIN,
    "--listen",
    `127.0.0.1:${port}`,
  );
  expect(await exit).toBe(1);
  expect(errors()).toBe(`concert-bridge: cannot listen on 127.0.0.1:${port}: another program uses it\n`);
  await new Promise((resolve) => taken.close(resolve));
});

test("bad usage is one line and exit 2, help is exit 0", async () => {
  const bad = run("--terminal", "t=h:1");
  expect(await bad.exit).toBe(2);
  expect(bad.errors()).toBe(
    "concert-bridge: --allow-origin must be at least one origin such as https://pos.example.com\n",
  );
  const help = run("--help");
  expect(await help.exit).toBe(0);
  expect(help.output()).toMatch(/^concert-bridge: lets web pages reach card terminals/);
});
