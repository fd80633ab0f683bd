#!/usr/bin/env node
/**
 * `concert-bridge`: the bridge as a program. Exit status 0 after a stop, 1 where it cannot listen, 2 for bad usage.
 * @module
 */
import { readFileSync } from "node:fs";
import { startBridge, type Bridge } from "./bridge.ts";
import { HELP, readArguments } from "./cli-arguments.ts";
import type { BridgeConfig } from "./config.ts";
import { isLoopback } from "./loopback.ts";

// Whoever read the log may be gone (a closed pipe); payments go on without it.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

const command = readArguments(process.argv.slice(2), (path) => readFileSync(path, "utf8"));
switch (command.name) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "usage":
    process.stderr.write(`concert-bridge: ${command.message}\n`);
    process.exitCode = 2;
    break;
  case "run":
    await run(command.config);
}

async function run(config: BridgeConfig): Promise<void> {
  let bridge: Bridge;
  try {
    bridge = await startBridge({ ...config, onLog: (line) => say(line) });
  } catch (error) {
    process.stderr.write(`concert-bridge: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  let asked = 0;
  // One listener for good, there before the first address is said: a signal that comes while listeners change, or
  // before there is one, is lost or kills without a word.
  const stop = (): void => {
    asked += 1;
    if (asked > 1) return void bridge.stop();
    if (bridge.midway() > 0)
      say(`waiting for ${bridge.midway()} payments under way; once more stops at once`);
    else if (bridge.counters().unread > 0)
      say(`waiting for pages to fetch ${bridge.counters().unread} held answers; once more stops at once`);
    void bridge.stop({ waitMs: Infinity });
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  for (const [name, address] of Object.entries(config.terminals))
    say(`${bridge.url}/terminals/${name} -> ${address}`);
  // Journal and lease know a terminal by its name here.
  for (const names of sharing(config.terminals))
    say(`warning: ${names} have one address; a payment open at one does not block the others`);
  // A short token can be guessed by a program on this machine that keeps trying.
  if (config.token !== undefined && config.token.length < 16)
    say("warning: the token has fewer than 16 characters");
  // Origins keep pages out, not programs: those send whatever Origin they like.
  if (config.token === undefined && !isLoopback(bridge.host))
    say(`warning: every program that reaches ${bridge.host} can start payments; set --token-file`);
}

/** Names that share an address, as a list in words. */
function sharing(terminals: BridgeConfig["terminals"]): readonly string[] {
  const named = new Map<string, string[]>();
  for (const [name, address] of Object.entries(terminals))
    named.set(address, [...(named.get(address) ?? []), name]);
  return [...named.values()].filter(({ length }) => length > 1).map((names) => names.join(" and "));
}

function say(line: string): void {
  process.stdout.write(`concert-bridge: ${line}\n`);
}
