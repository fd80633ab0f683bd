import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebJournal } from "../../packages/web-journal/src/index.ts";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { openEntry } from "./web-journal-kill/entries.ts";
import { servePage, type PageServer } from "./web-journal-kill/page-server.ts";

let folder: string;
let server: PageServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "concert-database-"));
  await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("web-journal-database", import.meta.url)),
    resolve: { conditions: ["@concert-pay/source", "module", "browser", "production"] },
    build: { outDir: join(folder, "page"), target: "es2022" },
  });
  server = await servePage(join(folder, "page"), () => undefined);
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts the browser on the profile, and ends it in good order. */
async function inBrowser<T>(profile: string, use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium() ?? "",
    args: chromiumFlags,
  });
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    await page.waitForFunction(() => "journal" in globalThis);
    return await use(page);
  } finally {
    await browser.close();
  }
}

async function record(page: Page, key: string): Promise<void> {
  await page.evaluate(
    (entry) => (globalThis as unknown as { journal: WebJournal }).journal.record(entry),
    openEntry(key, 1),
  );
}

function state(
  page: Page,
): Promise<{ keys: readonly string[]; findings: readonly string[]; store: string | undefined }> {
  return page.evaluate(async () => {
    const { journal } = globalThis as unknown as { journal: WebJournal };
    const entries = await journal.entries();
    return {
      keys: entries.map((entry) =>
        entry.kind === "history-lost" ? `${entry.kind} ${entry.reason} ${entry.state}` : entry.key,
      ),
      findings: journal.findings.map((finding) => finding.kind),
      store: journal.store,
    };
  });
}

/** What a kill leaves when it comes between the two writes that Chromium makes for one entry of its database log. */
async function tearDatabaseLog(profile: string): Promise<void> {
  const databases = join(profile, "Default", "IndexedDB");
  const [database = ""] = (await readdir(databases)).filter((name) => name.endsWith(".leveldb"));
  const logs = (await readdir(join(databases, database))).filter((name) => name.endsWith(".log"));
  await appendFile(join(databases, database, logs.sort().at(-1) ?? ""), Buffer.from("c217ad2ce80101", "hex"));
}

test.each([
  ["the mark in localStorage tells", false],
  ["only the browser's own word tells", true],
])("blocks when the browser has deleted the whole database after a kill; %s", async (_, forgetMark) => {
  const profile = join(folder, `profile-${forgetMark}`);
  await inBrowser(profile, (page) => record(page, "open-1"));
  await tearDatabaseLog(profile);
  // The browser reads past the torn end and writes behind it ...
  await inBrowser(profile, async (page) => {
    expect(await state(page)).toMatchObject({ keys: ["open-1"], store: "indexeddb" });
    await record(page, "open-2");
    if (forgetMark) await page.evaluate(() => localStorage.clear());
  });
  // ... so that at the next start it finds the database damaged, and deletes it.
  const lost = { keys: ["history-lost wiped unknown"], store: "indexeddb" };
  await inBrowser(profile, async (page) => {
    expect(await state(page)).toEqual({ ...lost, findings: ["fallback", "wiped"] });
  });
  await inBrowser(profile, async (page) => {
    expect(await state(page)).toEqual({ ...lost, findings: ["fallback"] });
  });
});
