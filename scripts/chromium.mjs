// Where Chromium is, and how tests start it. Playwright's own download is never used.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const PLACES = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/bin",
  "/snap/bin",
  "/Applications/Google Chrome.app/Contents/MacOS",
  "/Applications/Chromium.app/Contents/MacOS",
];

/** Path of an installed Chromium or Chrome, `undefined` when there is none. `CHROMIUM_PATH` wins. */
export function findChromium() {
  return find([...NAMES, "Google Chrome", "Chromium"]);
}

/**
 * The same engine without the browser's own windows around it, where Debian's package of it is there: it needs less than
 * half of the time. It has no serial ports.
 */
export function findQuickChromium() {
  return find(["chromium-headless-shell"]) ?? findChromium();
}

function find(names) {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted) return existsSync(wanted) ? wanted : undefined;
  for (const place of PLACES)
    for (const name of names) {
      const path = join(place, name);
      if (place && existsSync(path)) return path;
    }
  return undefined;
}

/** Quiet, without a network of its own, and able to run as root in a container. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
