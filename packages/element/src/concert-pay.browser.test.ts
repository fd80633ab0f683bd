import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import {
  ConcertError,
  memoryJournal,
  type Connector,
  type HistoryLostEntry,
  type LineSettings,
  type Outcome,
  type Phase,
} from "@concert-pay/core";
import { simulatedConnector } from "@concert-pay/simulator/page";
import "./define.ts";
import type { ConcertPay } from "./concert-pay.ts";
import type { SettledDetail } from "./controller.ts";
import {
  APPROVED,
  DECLINED,
  FakeTerminal,
  NO_EVIDENCE,
  UNKNOWN,
  failedOutcome,
  unsettled,
} from "./testing/fake-terminal.ts";

interface Mounted {
  readonly element: ConcertPay;
  readonly terminal: FakeTerminal;
  /** Text of what is on the screen. */
  readonly text: () => string;
  readonly button: (name: string | RegExp) => ReturnType<typeof page.getByRole>;
}

async function mount(
  attributes: Record<string, string> = {},
  terminal = new FakeTerminal(),
  children = "",
): Promise<Mounted> {
  const element = document.createElement("concert-pay");
  for (const [name, value] of Object.entries({ amount: "12.50", lang: "en", ...attributes }))
    element.setAttribute(name, value);
  element.terminal = terminal;
  element.innerHTML = children;
  document.body.append(element);
  await expect.poll(() => element.state.name).not.toBe("starting");
  await element.updateComplete;
  return {
    element,
    terminal,
    text: () => element.shadowRoot?.querySelector(".panel")?.textContent?.replace(/\s+/g, " ").trim() ?? "",
    button: (name) => page.getByRole("button", { name }),
  };
}

async function pressed({ button, terminal }: Mounted): Promise<NonNullable<FakeTerminal["waiting"]>> {
  await button("Pay €12.50").click();
  await expect.poll(() => terminal.waiting).toBeDefined();
  return terminal.waiting as NonNullable<FakeTerminal["waiting"]>;
}

function focused(element: ConcertPay): string {
  const active = element.shadowRoot?.activeElement;
  return `${active?.className ?? active?.tagName ?? "nothing"}: ${active?.textContent?.trim() ?? ""}`;
}

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("lang");
});

describe("<concert-pay>", () => {
  it("pays with the keyboard alone and tells every step to a screen reader", async () => {
    const mounted = await mount({ reference: "T7", tickets: "", "payment-key": "sale-7" });
    const { element, terminal } = mounted;
    const phases: Phase[] = [];
    const results: Outcome[] = [];
    document.body.addEventListener("concert-phase", (event) => phases.push(event.detail), { once: false });
    document.body.addEventListener("concert-result", (event) => results.push(event.detail), { once: true });
    await userEvent.tab();
    expect(focused(element)).toContain("Pay €12.50");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => terminal.waiting).toBeDefined();
    await expect
      .element(page.getByRole("status").filter({ hasText: "Calling the terminal" }))
      .toBeInTheDocument();
    terminal.waiting?.phase("card-expected");
    await expect
      .element(page.getByRole("status").filter({ hasText: "red key on the terminal" }))
      .toBeInTheDocument();
    terminal.waiting?.answer(APPROVED);
    await expect
      .element(page.getByRole("status").filter({ hasText: "Payment approved" }))
      .toBeInTheDocument();
    expect(terminal.payments).toMatchObject([{ reference: "T7", tickets: true, key: "sale-7" }]);
    expect([phases, results]).toEqual([["card-expected"], [APPROVED]]);
  });

  it("opens the serial line as its attribute says, and says what is wrong with that", async () => {
    const opened: (LineSettings | undefined)[] = [];
    const connector: Connector = {
      carrier: "serial",
      id: "test:line",
      resumable: false,
      open: async ({ line }) => {
        opened.push(line);
        throw new ConcertError("UNREACHABLE", "unplugged", { reason: "unplugged" });
      },
    };
    const element = document.createElement("concert-pay");
    for (const [name, value] of Object.entries({ amount: "12.50", lang: "en", serial: "", line: "9600" }))
      element.setAttribute(name, value);
    element.journal = memoryJournal();
    document.body.append(element);
    const explained = page.getByRole("alert").filter({ hasText: "correct the field “line”" });
    await expect.element(explained).toBeInTheDocument();
    await expect.element(page.getByText('1200 to 115200 and a form, such as "9600-7E1"')).toBeInTheDocument();
    element.connector = connector;
    element.setAttribute("line", "115200-8N1");
    await page.getByRole("button", { name: "Pay €12.50" }).click();
    await expect
      .poll(() => opened)
      .toEqual([{ baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 }]);
  });

  it("moves the focus to what came of a decision, however long that takes to be written down", async () => {
    const terminal = new FakeTerminal();
    terminal.entries = [unsettled()];
    let write = (): void => {};
    const written = new Promise<void>((resolve) => (write = resolve));
    const settled = terminal.settle.bind(terminal);
    terminal.settle = async (key, decision) => {
      await written;
      return settled(key, decision);
    };
    const { element, button } = await mount({ cashier: "Ada" }, terminal);
    await button("Check with the terminal").click();
    await expect.poll(() => terminal.waiting).toBeDefined();
    terminal.waiting?.answer(UNKNOWN);
    const answer = button(/shows it refused/);
    await expect.element(answer).toBeEnabled();
    (answer.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => focused(element)).toContain("headline");
    write();
    await expect.poll(() => element.state.name).toBe("settled");
    await expect.poll(() => focused(element)).toContain("headline");
  });

  it("moves the focus to what happened, so that a second Enter presses nothing", async () => {
    const mounted = await mount();
    const waiting = await pressed(mounted);
    expect(focused(mounted.element)).toContain("headline");
    await userEvent.keyboard("{Enter}");
    waiting.answer(DECLINED);
    await expect.poll(mounted.text).toContain("Payment declined");
    await userEvent.keyboard("{Enter}");
    expect(mounted.terminal.payments).toHaveLength(1);
  });

  it("leaves the focus of the page alone when the state changes by itself", async () => {
    const mounted = await mount();
    const outside = document.body.appendChild(document.createElement("input"));
    outside.focus();
    void mounted.element.pay();
    await expect.poll(mounted.text).toContain("Calling");
    expect(document.activeElement).toBe(outside);
  });

  it("resolves pay() with the outcome, and with undefined when nothing was sent", async () => {
    const { element, terminal } = await mount();
    const errors: ConcertError[] = [];
    element.addEventListener("concert-error", ({ detail }) => errors.push(detail));
    const paid = element.pay();
    await expect.poll(() => terminal.waiting).toBeDefined();
    terminal.waiting?.reject(new ConcertError("UNREACHABLE", "down", { reason: "bridge-not-running" }));
    expect(await paid).toBeUndefined();
    element.amount = "1.505";
    expect(await element.pay()).toBeUndefined();
    expect(errors).toMatchObject([{ code: "UNREACHABLE" }, { code: "BAD_REQUEST", field: "amount" }]);
  });

  it("shows an error as an alert with its way out, and Pay is simply back", async () => {
    const mounted = await mount();
    const waiting = await pressed(mounted);
    waiting.reject(new ConcertError("UNREACHABLE", "down", { reason: "bridge-not-running" }));
    await expect.element(page.getByRole("alert").filter({ hasText: "concert-bridge" })).toBeInTheDocument();
    await expect.element(page.getByRole("alert").filter({ hasText: "Nothing was sent" })).toBeInTheDocument();
    await expect.element(mounted.button("Pay €12.50")).toBeEnabled();
  });

  it("records a wish to cancel and asks for the red key", async () => {
    const mounted = await mount();
    const waiting = await pressed(mounted);
    waiting.phase("card-expected");
    await mounted.button("Cancel").click();
    await expect.poll(mounted.text).toContain("only the terminal can cancel");
    expect(mounted.terminal.cancelRequests).toBe(1);
    waiting.answer(APPROVED);
    await expect.poll(mounted.text).toContain("Payment approved");
  });

  it("asks before the page is left only while a payment runs", async () => {
    const mounted = await mount();
    const leave = (): boolean => dispatchEvent(new Event("beforeunload", { cancelable: true }));
    expect(leave()).toBe(true);
    const waiting = await pressed(mounted);
    expect(leave()).toBe(false);
    waiting.answer(APPROVED);
    await expect.poll(mounted.text).toContain("approved");
    expect(leave()).toBe(true);
  });

  it("goes back to Pay when the sale changes", async () => {
    const mounted = await mount();
    const waiting = await pressed(mounted);
    waiting.answer(APPROVED);
    await expect.poll(mounted.text).toContain("Payment approved");
    mounted.element.amount = "3";
    await expect.element(mounted.button("Pay €3.00")).toBeEnabled();
  });

  it("charges once when the page's own button is pressed twice, and again after next() or for another sale", async () => {
    const { element, terminal } = await mount();
    const pay = async (): Promise<Outcome | undefined> => {
      const paid = element.pay();
      await expect.poll(() => terminal.waiting).toBeDefined();
      terminal.waiting?.answer(APPROVED);
      terminal.waiting = undefined;
      return paid;
    };
    expect(await pay()).toBe(APPROVED);
    expect(await element.pay()).toBeUndefined();
    expect(terminal.payments).toHaveLength(1);
    void element.next();
    expect(await pay()).toBe(APPROVED);
    element.amount = "3";
    expect(await pay()).toBe(APPROVED);
    expect(terminal.payments).toHaveLength(3);
  });

  it("has nothing to press without an amount, and names a wrong one", async () => {
    const mounted = await mount({ amount: "0" });
    await expect.element(mounted.button("Pay")).toBeDisabled();
    mounted.element.amount = "twelve";
    await expect.poll(mounted.text).toContain("“amount”");
  });

  it("lets the cashier go on after an unclear failure only once they have looked", async () => {
    const mounted = await mount({ register: "03" });
    const waiting = await pressed(mounted);
    waiting.answer(failedOutcome({ checkTerminal: true }));
    await expect
      .element(page.getByRole("alert").filter({ hasText: "Look at the terminal" }))
      .toBeInTheDocument();
    expect(page.getByRole("button").elements()).toHaveLength(2);
    await mounted.button(/I have looked/).click();
    await expect.element(mounted.button("Pay €12.50")).toBeEnabled();
    expect(mounted.terminal.settlements).toMatchObject([{ outcome: "failed", by: "register 03" }]);
  });

  it("takes the word of who sees the payment on the terminal, with a name", async () => {
    const mounted = await mount({ cashier: "" });
    const decisions: SettledDetail[] = [];
    mounted.element.addEventListener("concert-settled", ({ detail }) => decisions.push(detail));
    const waiting = await pressed(mounted);
    waiting.answer(failedOutcome({ checkTerminal: true }));
    await mounted.button("The terminal shows the payment").click();
    expect(mounted.terminal.settlements).toEqual([]);
    await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
    await mounted.button("The terminal shows the payment").click();
    await expect.poll(mounted.text).toContain("Decided by Ada");
    expect(decisions).toMatchObject([{ decision: "approved", by: "Ada", entry: { key: "sale-1" } }]);
  });
});

describe("an unsettled payment", () => {
  const found = async (attributes: Record<string, string> = {}): Promise<Mounted> => {
    const terminal = new FakeTerminal();
    terminal.entries = [unsettled()];
    return mount(attributes, terminal);
  };

  it("is shown when the element loads, with one button", async () => {
    const { button } = await found();
    await expect
      .element(page.getByRole("alert").filter({ hasText: "Payment to be checked" }))
      .toBeInTheDocument();
    await expect.element(button("Check with the terminal")).toBeEnabled();
    expect(page.getByRole("button").elements()).toHaveLength(1);
  });

  it("leads to a question with a name, the terminal's ticket beside it", async () => {
    const { element, terminal, text, button } = await found({ cashier: "" });
    const decisions: SettledDetail[] = [];
    element.addEventListener("concert-settled", ({ detail }) => decisions.push(detail));
    await button("Check with the terminal").click();
    await expect.poll(text).toContain("No amount is sent");
    const html = "<b>DUPLICATA</b><br>12,50 EUR<img src=x onerror='window.broken = true'>";
    const ticket = { recipient: "customer", format: "html", text: html } as const;
    terminal.waiting?.answer({ ...UNKNOWN, evidence: { ...NO_EVIDENCE, tickets: [ticket] } });
    await expect.poll(text).toContain("DUPLICATA 12,50 EUR");
    await button("The terminal shows it approved").click();
    expect(terminal.settlements).toEqual([]);
    await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
    await userEvent.keyboard("{Enter}");
    expect(terminal.settlements).toEqual([]);
    await button("The terminal shows it approved").click();
    await expect.poll(text).toContain("Decided by Ada");
    expect(terminal.settlements).toEqual([
      { key: "sale-1", outcome: "approved", by: "Ada", exchange: unsettled().exchange },
    ]);
    expect(decisions).toMatchObject([{ decision: "approved", by: "Ada", entry: { key: "sale-1" } }]);
    expect("broken" in window).toBe(false);
    await button("Continue").click();
    await expect.element(button("Pay €12.50")).toBeEnabled();
  });

  it("wants a name and no blanks, in its own words, and remembers it for the next look", async () => {
    const { element, terminal, text, button } = await found({ cashier: "" });
    const look = async (name: string): Promise<void> => {
      await button(name).click();
      await expect.poll(() => terminal.waiting).toBeDefined();
      terminal.waiting?.answer(UNKNOWN);
      terminal.waiting = undefined;
      await expect.poll(text).toContain("Your name");
    };
    await look("Check with the terminal");
    const field = page.getByRole("textbox", { name: "Your name" });
    await field.fill("   ");
    await button("The terminal shows it approved").click();
    const input = element.shadowRoot?.querySelector("input");
    expect(input?.validationMessage).toBe("Write your name: it is noted with the decision.");
    expect(terminal.settlements).toEqual([]);
    await field.fill("Ada");
    expect(input?.validity.valid).toBe(true);
    await look("Check again");
    expect(element.shadowRoot?.querySelector("input")?.value).toBe("Ada");
    // Somebody else at the register.
    element.cashier = "Bob";
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector("input")?.value).toBe("Bob");
  });

  it("is not there any more when the check finds the answer", async () => {
    const { terminal, text, button } = await found();
    await button("Check with the terminal").click();
    await expect.poll(() => terminal.waiting).toBeDefined();
    terminal.waiting?.answer(APPROVED);
    await expect.poll(text).toContain("Payment approved");
  });

  it("includes a lost journal, which a person checks by name", async () => {
    const terminal = new FakeTerminal();
    const lost: HistoryLostEntry = {
      kind: "history-lost",
      key: "l",
      reason: "wiped",
      state: "unknown",
      times: {},
    };
    terminal.entries = [lost];
    const { text, button } = await mount({ cashier: "Ada" }, terminal);
    expect(text()).toContain("journal was lost");
    await button("I have checked the terminal’s journal").click();
    await expect.element(button("Pay €12.50")).toBeEnabled();
    expect(terminal.settlements).toMatchObject([{ key: "l", by: "Ada" }]);
  });
});

describe("languages, looks and slots", () => {
  it("speaks the language of the page around it, and changes with it", async () => {
    document.documentElement.lang = "fr";
    const { element, button } = await mount();
    element.removeAttribute("lang");
    await expect.element(button(/Payer 12,50\s€/)).toBeInTheDocument();
    document.documentElement.lang = "en";
    await expect.element(button("Pay €12.50")).toBeInTheDocument();
  });

  it("follows the language of whatever is around it, also from within a shadow tree", async () => {
    const outer = document.body.appendChild(document.createElement("div"));
    const inner = outer.attachShadow({ mode: "open" }).appendChild(document.createElement("p"));
    const { element, text } = await mount();
    element.removeAttribute("lang");
    inner.append(element);
    outer.lang = "fr";
    await expect.poll(text).toContain("Payer 12,50 €");
    inner.lang = "en";
    await expect.poll(text).toContain("Pay €12.50");
    inner.removeAttribute("lang");
    await expect.poll(text).toContain("Payer 12,50 €");
  });

  it("lets the page style its parts", async () => {
    const sheet = document.head.appendChild(document.createElement("style"));
    sheet.textContent =
      "concert-pay::part(button) { text-transform: uppercase } concert-pay::part(amount) { color: rgb(1, 2, 3) }";
    const { element } = await mount();
    const style = (part: string): CSSStyleDeclaration =>
      getComputedStyle(element.shadowRoot?.querySelector(`[part~="${part}"]`) as Element);
    expect(style("button").textTransform).toBe("uppercase");
    expect(style("amount").color).toBe("rgb(1, 2, 3)");
    sheet.remove();
  });

  it("has buttons that a finger hits", async () => {
    const { element } = await mount();
    const box = element.shadowRoot?.querySelector("button")?.getBoundingClientRect();
    expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
  });

  it("stays within a narrow page with a large amount", async () => {
    const narrow = document.body.appendChild(document.createElement("div"));
    narrow.style.width = "222px";
    const { element, text, button } = await mount({ amount: "123456.78", lang: "fr" });
    narrow.append(element);
    const right = (selector: string): number =>
      element.shadowRoot?.querySelector(selector)?.getBoundingClientRect().right ?? NaN;
    expect(text()).toContain("123 456,78 €");
    await expect.element(button(/Payer/)).toBeVisible();
    for (const selector of [".status", ".amount", "button"])
      expect(right(selector), selector).toBeLessThanOrEqual(right(".panel"));
  });

  it("keeps a contrast of 4.5 to 1 in both themes and every tone", async () => {
    for (const theme of ["light", "dark"]) {
      const { element } = await mount({ theme });
      const panel = element.shadowRoot?.querySelector(".panel") as HTMLElement;
      for (const tone of ["calm", "busy", "card", "key", "good", "bad", "warning"]) {
        panel.dataset["tone"] = tone;
        const headline = panel.querySelector(".headline") as Element;
        const line = panel.querySelector(".line") as Element;
        for (const words of [headline, line])
          expect(contrast(words, panel), `${theme} ${tone}`).toBeGreaterThan(4.5);
      }
      const button = panel.querySelector("button") as Element;
      expect(ratio(colour(button, "color"), colour(button, "backgroundColor"))).toBeGreaterThan(4.5);
      element.remove();
    }
  });

  it("pays through a button of the page's own", async () => {
    const { terminal } = await mount({}, undefined, `<button slot="activate">Card, please</button>`);
    await page.getByRole("button", { name: "Card, please" }).click();
    await expect.poll(() => terminal.payments).toHaveLength(1);
  });

  it("gives way to the page's words where this browser cannot reach the terminal", async () => {
    const mounted = await mount({}, undefined, `<p slot="unsupported">Please pay in cash</p>`);
    const waiting = await pressed(mounted);
    await expect.element(page.getByText("Please pay in cash")).not.toBeVisible();
    waiting.reject(new ConcertError("NOT_SUPPORTED", "no WebSocket", { reason: "no-websocket" }));
    await expect.element(page.getByText("Please pay in cash")).toBeVisible();
  });

  it.each([
    [
      { "answer-within": "abc" },
      "answer-within",
      'answer-within must be a number of seconds, at least 60; got "abc"',
    ],
    [{ bridge: "http://127.0.0.1/t" }, "bridge", "bridge must be ws://HOST:PORT/terminals/NAME"],
    [{ register: "1" }, "register", "register must be two digits"],
    [{ "register-identifier": "x" }, "register-identifier", "register-identifier must be 12 digits"],
    [{ profile: "none" }, "profile", "profile must be one of"],
  ])("names the attribute that is wrong: %o", async (attributes, field, message) => {
    const element = document.createElement("concert-pay");
    const errors: ConcertError[] = [];
    element.addEventListener("concert-error", ({ detail }) => errors.push(detail));
    const bridge = "ws://127.0.0.1:8765/terminals/t";
    for (const [name, value] of Object.entries({ lang: "en", amount: "12.50", bridge, ...attributes }))
      element.setAttribute(name, value);
    document.body.append(element);
    await expect.poll(() => element.state.name).toBe("unavailable");
    expect(errors).toMatchObject([{ code: "BAD_REQUEST", field }]);
    expect(errors[0]?.message).toContain(message);
    await expect.element(page.getByRole("alert").filter({ hasText: `“${field}”` })).toBeInTheDocument();
  });

  it("names the attribute of a payment that is wrong", async () => {
    const connector = simulatedConnector({ id: "simulated:attributes" });
    const element = document.createElement("concert-pay");
    const errors: ConcertError[] = [];
    element.addEventListener("concert-error", ({ detail }) => errors.push(detail));
    Object.assign(element, { amount: "1", connector, journal: memoryJournal(), paymentKey: "1234567890123" });
    document.body.append(element);
    await expect.poll(() => element.state.name).toBe("idle");
    expect(await element.pay()).toBeUndefined();
    expect(errors).toMatchObject([{ code: "BAD_REQUEST", field: "payment-key" }]);
  });

  it("says which attribute names a terminal when there is none", async () => {
    const element = document.body.appendChild(document.createElement("concert-pay"));
    element.lang = "en";
    await expect
      .element(page.getByRole("alert").filter({ hasText: "attribute “bridge” or “serial”" }))
      .toBeInTheDocument();
  });
});

type Rgb = readonly [number, number, number, number];

function colour(element: Element, property: "color" | "backgroundColor"): Rgb {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
  canvas.fillStyle = getComputedStyle(element)[property];
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha];
}

/** Of words in the status box, which is transparent where the panel's own colour is behind them. */
function contrast(words: Element, panel: Element): number {
  const box = colour(words.closest(".status") as Element, "backgroundColor");
  return ratio(colour(words, "color"), box[3] === 0 ? colour(panel, "backgroundColor") : box);
}

/** WCAG 2.2, contrast ratio. */
function ratio(first: Rgb, second: Rgb): number {
  const luminance = ([red, green, blue]: Rgb): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low = 0, high = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
