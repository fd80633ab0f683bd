import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { servePage, type PageServer } from "./web-journal-kill/page-server.ts";

let folder: string;
let server: PageServer;
let browser: Browser;
let tabs: BrowserContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "concert-lease-"));
  await build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("web-journal-lease", import.meta.url)),
    resolve: { conditions: ["@concert-pay/source", "module", "browser", "production"] },
    build: { outDir: folder, target: "es2022" },
  });
  server = await servePage(folder, () => undefined);
  browser = await chromium.launch({
    executablePath: findChromium() ?? "",
    args: chromiumFlags,
    // Playwright turns the cache off that one of the tests is about.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  tabs = await browser.newContext();
});

afterEach(() => tabs.close());

async function openTab(holder: string): Promise<Page> {
  const page = await tabs.newPage();
  await page.goto(`${server.origin}/?holder=${holder}`);
  return page;
}

function take(page: Page): Promise<string> {
  return page.evaluate(() => (globalThis as unknown as { take: () => Promise<string> }).take());
}

test("of two tabs one has the terminal, and the other is told which", async () => {
  const [front, back] = [await openTab("front"), await openTab("back")];
  const results = await Promise.all([take(front), take(back)]);
  expect([
    ["held", "front"],
    ["back", "held"],
  ]).toContainEqual(results);
});

test("a tab takes over as soon as the other is closed, reloaded or has crashed", async () => {
  const waiting = await openTab("waiting");
  const endings: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    closed: (page) => page.close(),
    reloaded: (page) => page.reload(),
    crashed: async (page) => {
      const crashed = page.waitForEvent("crash");
      page.goto("chrome://crash").catch(() => undefined);
      await crashed;
    },
  };
  for (const [name, end] of Object.entries(endings)) {
    const other = await openTab(name);
    expect(await take(other)).toBe("held");
    expect(await take(waiting)).toBe(name);
    await end(other);
    expect(await take(waiting)).toBe("held");
    await waiting.reload();
  }
});

test("a reloaded page has its terminal again at once", async () => {
  const page = await openTab("till");
  for (let reload = 0; reload < 5; reload += 1) {
    expect(await take(page)).toBe("held");
    await page.reload();
  }
});

test("a page in the back-forward cache blocks nobody, and knows when it is back that it has to ask again", async () => {
  const page = await openTab("cached");
  expect(await take(page)).toBe("held");
  await page.goto(`${server.origin}/?holder=successor`);
  expect(await take(page)).toBe("held");
  await page.goBack({ waitUntil: "commit" });
  // The title was set by script: had the page been loaded anew, it would be another.
  await expect.poll(() => page.title()).toBe("lost");
  expect(await take(page)).toBe("held");
});

test("a page back from the back-forward cache is told who has its terminal now", async () => {
  const page = await openTab("cached");
  expect(await take(page)).toBe("held");
  await page.goto(`${server.origin}/?holder=successor`);
  const other = await openTab("other");
  expect(await take(other)).toBe("held");
  await page.goBack({ waitUntil: "commit" });
  await expect.poll(() => page.title()).toBe("lost");
  expect(await take(page)).toBe("other");
});
