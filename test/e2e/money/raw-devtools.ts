/**
 * Chromium driven without Playwright, which keeps every page visible and so never lets one be frozen.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { startBrowser, type KillableBrowser } from "../web-journal-kill/killable-browser.ts";

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A browser and its pages, by the DevTools protocol. */
export class RawDevtools {
  readonly #profile: string;
  readonly #browser: KillableBrowser;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #calls = 0;

  private constructor(profile: string, browser: KillableBrowser, socket: WebSocket) {
    this.#profile = profile;
    this.#browser = browser;
    this.#socket = socket;
    socket.on("message", (data) => {
      const reply = JSON.parse(String(data)) as Reply;
      this.#waiting.get(reply.id ?? -1)?.(reply);
    });
  }

  static async start(): Promise<RawDevtools> {
    const profile = mkdtempSync(join(tmpdir(), "concert-raw-"));
    const browser = startBrowser(profile, "about:blank", { flags: ["--remote-debugging-port=0"] });
    const address = (): string | undefined => {
      try {
        const [port, path] = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n");
        return path === undefined ? undefined : `ws://127.0.0.1:${port}${path}`;
      } catch {
        return undefined;
      }
    };
    await expect.poll(address).toBeDefined();
    const socket = new WebSocket(address() ?? "");
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new RawDevtools(profile, browser, socket);
  }

  async open(url: string): Promise<RawPage> {
    const { targetId } = await this.call<{ targetId: string }>("Target.createTarget", { url });
    const { sessionId } = await this.call<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    return new RawPage(this, targetId, sessionId);
  }

  async call<T>(method: string, params: object, sessionId?: string): Promise<T> {
    const id = ++this.#calls;
    const replied = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(
      JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }),
    );
    const { result, error } = await replied;
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  async dispose(): Promise<void> {
    this.#socket.terminate();
    await this.#browser.kill();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class RawPage {
  readonly #devtools: RawDevtools;
  readonly #target: string;
  readonly #session: string;

  constructor(devtools: RawDevtools, target: string, session: string) {
    this.#devtools = devtools;
    this.#target = target;
    this.#session = session;
  }

  /** Brings it to the front; the one that was there is hidden. */
  async show(): Promise<void> {
    await this.#devtools.call("Target.activateTarget", { targetId: this.#target });
  }

  /** Only a hidden page can be frozen. */
  async freeze(): Promise<void> {
    await this.#devtools.call("Page.setWebLifecycleState", { state: "frozen" }, this.#session);
  }

  async thaw(): Promise<void> {
    await this.#devtools.call("Page.setWebLifecycleState", { state: "active" }, this.#session);
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.#devtools.call<{ result: { value: T } }>(
      "Runtime.evaluate",
      { expression, returnByValue: true },
      this.#session,
    );
    return result.value;
  }
}
