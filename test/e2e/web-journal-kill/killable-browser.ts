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

/** Leaves out what this test does not look at: a third of the start is saved. */
const QUICK_START = [
  "--no-default-browser-check",
  "--disable-breakpad",
  "--disable-extensions",
  "--disable-default-apps",
  "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
];

const running = new Set<KillableBrowser>();

/** Ends those that a failed test has left. */
export async function killAllBrowsers(): Promise<void> {
  await Promise.all([...running].map((browser) => browser.kill()));
}

export interface BrowserOptions {
  /** Default: {@link findChromium}. */
  readonly program?: string | undefined;
  readonly flags?: readonly string[];
}

/** Starts Chromium on a profile that outlives it. */
export function startBrowser(
  profile: string,
  url: string,
  { program = findChromium(), flags: more = [] }: BrowserOptions = {},
): KillableBrowser {
  const flags = [...chromiumFlags, ...QUICK_START, "--headless", `--user-data-dir=${profile}`, ...more];
  // Detached: a process group of its own.
  const browser = spawn(program ?? "chromium", [...flags, url], {
    detached: true,
    stdio: "ignore",
  });
  const gone = new Promise<void>((resolve) => browser.once("close", () => resolve()));
  const killable: KillableBrowser = {
    kill() {
      running.delete(killable);
      try {
        process.kill(-(browser.pid as number), "SIGKILL");
      } catch {
        // It is gone already; what it has left behind is what counts.
      }
      return gone;
    },
  };
  running.add(killable);
  return killable;
}
