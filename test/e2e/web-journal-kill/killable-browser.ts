/**
 * A browser that can be killed as a power switch would, all of its processes at once.
 * @module
 */
import { spawn } from "node:child_process";
import { chromiumFlags, findChromium } from "../../../scripts/chromium.mjs";

export interface KillableBrowser {
  /** SIGKILL to the whole process group; resolves when the browser process is gone. */
  kill(): Promise<void>;
}

/** Starts Chromium on a profile that outlives it. */
export function startBrowser(profile: string, url: string): KillableBrowser {
  const flags = [
    "--headless",
    "--no-default-browser-check",
    "--disable-breakpad",
    `--user-data-dir=${profile}`,
  ];
  // Detached: a process group of its own.
  const browser = spawn(findChromium() ?? "chromium", [...chromiumFlags, ...flags, url], {
    detached: true,
    stdio: "ignore",
  });
  const gone = new Promise<void>((resolve) => browser.once("close", () => resolve()));
  return {
    kill() {
      try {
        process.kill(-(browser.pid as number), "SIGKILL");
      } catch {
        // It is gone already; what it has left behind is what counts.
      }
      return gone;
    },
  };
}
