/**
 * A shop's browser: its profile outlives it, and it can be killed as a power switch would and started again.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "playwright";
import { expect } from "vitest";
import { PATIENCE_MS } from "../demo-support.ts";
import { startBrowser, type KillableBrowser } from "../web-journal-kill/killable-browser.ts";

/** Chromium writes here where it listens; what a killed one has written is stale. */
const LISTENS_AT = "DevToolsActivePort";

/** To be driven, and to take a click before the first frame is painted: a program is quicker than a cashier. */
const DRIVEN = [
  "--remote-debugging-port=0",
  "--allow-pre-commit-input",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

export class ShopBrowser {
  readonly #profile = mkdtempSync(join(tmpdir(), "concert-shop-"));
  readonly #program: string | undefined;
  #browser: KillableBrowser | undefined;
  #context: BrowserContext | undefined;

  /** @param program default: the whole Chromium */
  constructor(program?: string) {
    this.#program = program;
  }

  /** The running browser, or a new one on the same profile. */
  async start(): Promise<BrowserContext> {
    this.#context ??= await this.#start();
    return this.#context;
  }

  /** SIGKILL to all of its processes. */
  async kill(): Promise<void> {
    this.#context = undefined;
    await this.#browser?.kill();
    this.#browser = undefined;
  }

  /** The browser goes on. */
  async closePages(): Promise<void> {
    await Promise.all((this.#context?.pages() ?? []).map((page) => page.close()));
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(): Promise<BrowserContext> {
    const file = join(this.#profile, LISTENS_AT);
    rmSync(file, { force: true });
    this.#browser = startBrowser(this.#profile, "about:blank", { program: this.#program, flags: DRIVEN });
    const lines = (): readonly string[] => {
      try {
        return readFileSync(file, "utf8").split("\n");
      } catch {
        return [];
      }
    };
    await expect.poll(() => lines()[1]).toMatch(/^\/devtools/);
    const [port, path] = lines();
    const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`);
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("the browser has no context");
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }
}
