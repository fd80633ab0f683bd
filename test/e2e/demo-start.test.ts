import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { launchChromium, newProfile, openTill, PAY } from "./demo-support.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Takes a port, unless someone has it already: taken it is in both cases. */
async function take(port: number): Promise<void> {
  const server: Server = createServer();
  const done = new Promise<void>((resolve) => {
    server.once("error", () => resolve());
    server.listen(port, "127.0.0.1", () => resolve());
  });
  await done;
  onTestFinished(() => void server.close());
}

async function firstLine(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  throw new Error(`no ${String(pattern)} in: ${text}`);
}

/** Children of a process, by the kernel's word. */
function childrenOf(pid: number): readonly string[] {
  return readdirSync("/proc").filter((entry) => {
    try {
      return (
        /^\d+$/.test(entry) &&
        readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(pid)
      );
    } catch {
      return false;
    }
  });
}

it("npm start serves a register that pays, names the ports it had to change, and leaves nothing behind", async () => {
  await take(8888);
  await take(8765);
  // As from a shell: without what Vitest tells its own children.
  const { VITEST: _, NODE_ENV: __, ...env } = process.env;
  const start = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void start.kill("SIGKILL"));
  const printed = await firstLine(start, /Ctrl-C/);
  expect(printed).toMatch(/Port 8888 is taken: the simulated terminal uses \d+ instead/);
  expect(printed).toMatch(/Port 8765 is taken: the bridge uses \d+ instead/);
  const address = /Open (\S+)/.exec(printed)?.[1] ?? "";

  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const till = await openTill(await newProfile(browser), `${address}&lang=fr`);
  await till.press(PAY);
  await till.says("Paiement accepté");

  expect(childrenOf(process.pid)).toContain(String(start.pid));
  const orphans = childrenOf(start.pid ?? 0);
  start.kill("SIGINT");
  expect(await once(start, "exit")).toEqual([0, null]);
  for (const pid of orphans) expect(() => process.kill(Number(pid), 0)).toThrow();
  await expect(fetch(address)).rejects.toThrow();
});
