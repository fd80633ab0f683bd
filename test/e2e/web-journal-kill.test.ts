import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium, findQuickChromium } from "../../scripts/chromium.mjs";
import {
  numberedEntry,
  openEntry,
  type Acknowledged,
  type Found,
  type Orders,
} from "./web-journal-kill/entries.ts";
import { killAllBrowsers, startBrowser } from "./web-journal-kill/killable-browser.ts";
import { servePage, type PageServer } from "./web-journal-kill/page-server.ts";

const KILLS = Number(process.env["CONCERT_KILLS"] ?? 25);
/** What each lane runs: the whole browser, and the quick one. */
const PROGRAMS = [findChromium(), findQuickChromium()];

/** One profile, killed again and again, and what is known of its journal. */
class Lane {
  /** The newest amount acknowledged under each key. */
  readonly acknowledged = new Map<string, number>();
  readonly profile: string;
  readonly program: string | undefined;
  readonly times: number[] = [];
  readonly findings: string[] = [];
  rounds = 0;
  kills = 0;
  next = 1;
  onOpening: () => void = () => undefined;
  onFound: (found: Found) => void = () => undefined;
  onAcknowledged: () => void = () => undefined;

  constructor(profile: string, program: string | undefined) {
    this.profile = profile;
    this.program = program;
  }

  found(found: Found): Orders {
    this.findings.push(...found.findings.map((finding) => finding.kind));
    this.next = Math.max(
      this.next,
      ...found.entries.map((entry) => (entry.kind === "payment" ? entry.amount + 1 : 0)),
    );
    this.onFound(found);
    return { openKey: `left-open-${this.rounds}`, next: this.next };
  }

  wrote({ key, amount, tookMs }: Acknowledged): void {
    this.acknowledged.set(key, Math.max(amount, this.acknowledged.get(key) ?? 0));
    this.next = Math.max(this.next, amount + 1);
    this.times.push(tookMs);
    this.onAcknowledged();
  }

  /** Every acknowledged record is there, or a later one of its key; and nothing that was never written. */
  check({ entries, store }: Found, acknowledged: ReadonlyMap<string, number> = this.acknowledged): void {
    expect(store).toBe("file-system");
    for (const entry of entries) {
      if (entry.kind !== "payment") throw new Error(`the journal says that it lost something: ${entry.key}`);
      const written = entry.key.startsWith("left-open")
        ? openEntry(entry.key, entry.amount)
        : numberedEntry(entry.amount);
      expect(entry).toEqual(written);
    }
    const amounts = new Map(entries.map((entry) => [entry.key, entry.kind === "payment" ? entry.amount : 0]));
    for (const [key, amount] of acknowledged) expect(amounts.get(key) ?? -1).toBeGreaterThanOrEqual(amount);
  }
}

let folder: string;
let server: PageServer;
let lanes: readonly Lane[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "concert-journal-"));
  await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("web-journal-kill", import.meta.url)),
    resolve: { conditions: ["@concert-pay/source", "module", "browser", "production"] },
    build: { outDir: join(folder, "page"), target: "es2022" },
  });
  lanes = PROGRAMS.map((program, index) => new Lane(join(folder, `profile-${index}`), program));
  server = await servePage(join(folder, "page"), (page, path, body) => {
    const lane = lanes[Number(page.get("lane"))] as Lane;
    if (path === "/acknowledged") return lane.wrote(body as Acknowledged);
    // What a killed page has said last may be read after its successor has begun.
    if (Number(page.get("round")) !== lane.rounds) return undefined;
    return path === "/found" ? lane.found(body as Found) : lane.onOpening();
  });
});

afterAll(async () => {
  await killAllBrowsers();
  await server?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Begins a round; the address of its page. */
function nextPage(lane: Lane): string {
  lane.rounds += 1;
  return `${server.origin}/?lane=${lanes.indexOf(lane)}&round=${lane.rounds}`;
}

/** Starts the browser, checks what survived, lets it write, kills it at no particular moment. */
async function round(lane: Lane): Promise<void> {
  const url = nextPage(lane);
  // While the journal is made, and now and then while it is opened; otherwise after some records.
  const whileOpening = lane.rounds === 1 || Math.random() < 0.2;
  let records = 1 + Math.floor(Math.random() * 24);
  let found: Found | undefined;
  const opening = new Promise<void>((resolve) => (lane.onOpening = resolve));
  const before = new Map(lane.acknowledged);
  lane.onFound = (what) => (found = what);
  const enough = new Promise<void>((resolve) => {
    lane.onAcknowledged = () => {
      records -= 1;
      if (records === 0) resolve();
    };
  });
  const browser = startBrowser(lane.profile, url, lane);
  try {
    await (whileOpening ? opening : enough);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * (whileOpening ? 60 : 15)));
  } finally {
    await browser.kill();
    lane.kills += 1;
  }
  if (!whileOpening) expect(found).toBeDefined();
  if (found !== undefined) lane.check(found, before);
}

/** What the last kill has left. */
async function lastLook(lane: Lane): Promise<void> {
  const found = new Promise<Found>((resolve) => (lane.onFound = resolve));
  const browser = startBrowser(lane.profile, nextPage(lane), lane);
  try {
    lane.check(await found);
  } finally {
    await browser.kill();
  }
}

test(
  `keeps every acknowledged record, and every open payment open, over ${KILLS} kills of a browser that writes (CONCERT_KILLS sets how many)`,
  { timeout: 30_000 + KILLS * 5_000 },
  async () => {
    let failed = false;
    let left = KILLS;
    const results = await Promise.allSettled(
      lanes.map(async (lane) => {
        try {
          // Whichever is free takes the next; each has some.
          while (left > 0 && !failed) {
            left -= 1;
            await round(lane);
          }
          await lastLook(lane);
        } catch (error) {
          failed = true;
          throw error;
        }
      }),
    );
    for (const result of results) if (result.status === "rejected") throw result.reason;
    const times = lanes.flatMap((lane) => lane.times).sort((a, b) => a - b);
    expect(lanes.reduce((sum, lane) => sum + lane.kills, 0)).toBe(KILLS);
    for (const { kills } of lanes) expect(kills).toBeGreaterThan(0);
    expect(times.length).toBeGreaterThan(KILLS);
    console.info(
      `${lanes.map(({ kills }) => kills).join(" and ")} kills, ${times.length} acknowledged records kept, ` +
        `a record took ${times[times.length >> 1]?.toFixed(1)} ms (median); findings: ${countOf(lanes.flatMap((lane) => lane.findings))}`,
    );
  },
);

function countOf(kinds: readonly string[]): string {
  return (
    [...new Set(kinds)].map((kind) => `${kinds.filter((one) => one === kind).length} ${kind}`).join(", ") ||
    "none"
  );
}
