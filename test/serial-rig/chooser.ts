/**
 * Answers Chromium's own port picker, headless too: UI DevTools shows the browser's native views as a tree and
 * can send mouse events to them. It promises no stability, so one or two tests use it and no more.
 * @module
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

/** A dialog ignores clicks in its first half second, and each ignored click starts that anew. */
const GUARD_MS = 600;
const OPEN_MS = 2000;
const PICKER = "ChooserBubbleUiViewDelegate";

/** Flags the browser has to be started with. */
export function chooserFlags(port: number): readonly string[] {
  return [`--enable-ui-devtools=${port}`, "--enable-features=ui-debug-tools-enable-synthetic-events"];
}

interface View {
  readonly nodeId: number;
  readonly attributes?: readonly string[];
  readonly children?: readonly View[];
}

interface Picker {
  readonly table: number;
  readonly cancel: number;
  readonly connect: number;
}

/** The hand on the picker. One per browser: UI DevTools serves one client at a time. */
export class PortChooser {
  readonly #views: UiDevTools;

  private constructor(views: UiDevTools) {
    this.#views = views;
  }

  /** Connects before the page asks for a port. */
  static async connect(port: number): Promise<PortChooser> {
    const views = await UiDevTools.connect(port);
    await views.send("DOM.enable");
    const chooser = new PortChooser(views);
    await chooser.#find();
    return chooser;
  }

  /** Picks that row (rows are sorted by device name). `ask` makes the page call `requestPort()`. */
  async accept(ask: () => Promise<unknown>, row = 0): Promise<void> {
    const picker = await this.#shown(ask);
    const until = Date.now() + OPEN_MS;
    while ((await this.#views.property(picker.table, "RowCount")) <= row) {
      if (Date.now() > until) throw new Error(`the port picker has no row ${row}`);
      await sleep(20);
    }
    const height = await this.#views.property(picker.table, "RowHeight");
    await this.#views.click(picker.table, 20, Math.floor((row + 0.5) * height));
    await this.#views.click(picker.connect, 5, 5);
  }

  /** Closes the picker without picking. */
  async cancel(ask: () => Promise<unknown>): Promise<void> {
    await this.#views.click((await this.#shown(ask)).cancel, 5, 5);
  }

  async close(): Promise<void> {
    await this.#views.close();
  }

  /** The first picker of a browser closes by itself in one launch of five: the page is made to ask again. */
  async #shown(ask: () => Promise<unknown>): Promise<Picker> {
    for (let triesLeft = 3; ; triesLeft--) {
      const opened = this.#views.inserted(PICKER, OPEN_MS);
      await ask();
      const picker = (await this.#find()) ?? ((await opened) ? await this.#find() : undefined);
      if (picker !== undefined) {
        await sleep(GUARD_MS);
        return picker;
      }
      if (triesLeft === 1) throw new Error("the port picker did not open");
    }
  }

  /** Reading the tree numbers all its nodes anew, so it is read once per picker and never polled. */
  async #find(): Promise<Picker | undefined> {
    const { root } = (await this.#views.send("DOM.getDocument")) as { root: View };
    const [box] = named(root, PICKER);
    if (box === undefined) return undefined;
    const [table] = named(box, "TableView");
    const [row] = named(box, "DialogClientView::ButtonRowContainer");
    const [cancel, connect] = row === undefined ? [] : named(row, "MdTextButton");
    if (table === undefined || cancel === undefined || connect === undefined) return undefined;
    return { table: table.nodeId, cancel: cancel.nodeId, connect: connect.nodeId };
  }
}

function nameOf(view: View): string | undefined {
  return view.attributes?.[1];
}

function named(view: View, name: string): readonly View[] {
  const below = (view.children ?? []).flatMap((child) => named(child, name));
  return nameOf(view) === name ? [view, ...below] : below;
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: { readonly node: View };
}

interface MatchedStyles {
  readonly matchedCSSRules: readonly {
    readonly rule: { readonly style: { readonly cssProperties: readonly { name: string; value: string }[] } };
  }[];
}

class UiDevTools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;
  #onInserted: (name: string | undefined) => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
      else if (reply.method === "DOM.childNodeInserted" && reply.params)
        this.#onInserted(nameOf(reply.params.node));
    });
  }

  static async connect(port: number): Promise<UiDevTools> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/0`);
    await once(socket, "open");
    return new UiDevTools(socket);
  }

  send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ error, result }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      );
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** True once a view of that name appeared, false when it did not in that time. */
  inserted(name: string, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs);
      this.#onInserted = (one) => {
        if (one !== name) return;
        clearTimeout(timer);
        // Its children follow at once.
        setTimeout(() => resolve(true), 50);
      };
    });
  }

  async property(nodeId: number, name: string): Promise<number> {
    const { matchedCSSRules } = (await this.send("CSS.getMatchedStylesForNode", { nodeId })) as MatchedStyles;
    const properties = matchedCSSRules.flatMap(({ rule }) => rule.style.cssProperties);
    return Number(properties.find((property) => property.name === name)?.value);
  }

  async click(nodeId: number, x: number, y: number): Promise<void> {
    for (const type of ["mousePressed", "mouseReleased"]) {
      const event = { type, button: "left", x, y, wheelDirection: "none" };
      await this.send("DOM.dispatchMouseEvent", { nodeId, event });
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}
