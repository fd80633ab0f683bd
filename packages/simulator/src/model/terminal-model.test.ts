import { describe, expect, it } from "vitest";
import { decodeMessage, decodeTicket, encodeTicket, encodeMessage, type Message } from "@concert-pay/core";
import { debit, message, service } from "../testing/requests.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Delivery } from "./delivery.ts";
import { TerminalModel, type TerminalModelOptions } from "./terminal-model.ts";

/** A terminal whose answers are caught as they leave. */
function terminal(options: Partial<TerminalModelOptions> = {}): {
  model: TerminalModel;
  clock: VirtualClock;
  ask: (request: Uint8Array, connection?: number) => void;
  answers: Message[];
  deliveries: Delivery[];
} {
  const clock = new VirtualClock();
  const model = new TerminalModel({ clock, ...options });
  const answers: Message[] = [];
  const deliveries: Delivery[] = [];
  const deliver = (delivery: Delivery): void => {
    deliveries.push(delivery);
    answers.push(...delivery.messages.map(decodeMessage));
    delivery.settled?.(true);
  };
  const ask = (request: Uint8Array, connection = 0): void =>
    model.receive("v3", request, { connection, deliver });
  return { model, clock, ask, answers, deliveries };
}

const tags = (answer: Message | undefined, ...names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => answer?.get(name));

describe("what a request must have", () => {
  it.each(["CZ", "CJ", "CA", "CB", "CD", "CE"])("is not charged and answered AF=09 without %s", (name) => {
    const { model, ask, answers } = terminal();
    ask(debit("1250", { [name]: undefined }));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "09"]);
    expect(model.ledger).toEqual([]);
    expect(model.requests).toMatchObject([{ fate: "malformed", answer: "sent" }]);
  });

  it.each([
    ["an amount of nothing", { CB: "00" }],
    ["an amount that is no number", { CB: "12.50" }],
    ["13 digits", { CB: "1234567890123" }],
    ["a currency in letters", { CE: "EUR" }],
    ["a register in letters", { CA: "A1" }],
  ])("is not charged with %s", (_, more) => {
    const { model, ask, answers } = terminal();
    ask(debit("1250", more));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "09"]);
    expect(model.ledger).toEqual([]);
  });

  it("takes two requests run together for a malformed one", () => {
    const { model, ask, answers } = terminal();
    ask(Uint8Array.from([...debit("1250"), ...debit("1250")]));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "09"]);
    expect(model.ledger).toEqual([]);
  });

  it.each(["4", "8", "B", "Z"])("answers AF=12 to the action %s", (action) => {
    const { ask, answers, model } = terminal();
    ask(debit("1250", { CD: action }));
    ask(service(action));
    for (const answer of answers) expect(tags(answer, "AE", "AF")).toEqual(["01", "12"]);
    expect(answers).toHaveLength(2);
    expect(model.ledger).toEqual([]);
  });

  it("answers AF=13 to a currency it does not have", () => {
    const { ask, answers, model } = terminal({ currencies: ["EUR", "953"] });
    ask(debit("1250", { CE: "840" }));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "13"]);
    ask(debit("1250", { CE: "953" }));
    expect(model.ledger).toMatchObject([{ currency: "953" }]);
  });
});

describe("money", () => {
  it("names debit, credit and cancellation in the ledger, with when and for whom", () => {
    const { model, ask } = terminal();
    for (const action of ["0", "1", "2"]) ask(debit("0500", { CD: action, CA: "07", CF: `sale ${action}` }));
    const common = { at: 0, amount: 500, currency: "978", register: "07" };
    expect(model.ledger).toEqual([
      { ...common, action: "debit", reference: "sale 0", request: 0, authorisation: "100001" },
      { ...common, action: "credit", reference: "sale 1", request: 1, authorisation: "100002" },
      { ...common, action: "reversal", reference: "sale 2", request: 2, authorisation: "100003" },
    ]);
  });

  it("uses its script once, then its standing behaviour", () => {
    const { model, ask, answers } = terminal({ behaviours: ["refuse", "abandoned"], behaviour: "forbidden" });
    for (let count = 0; count < 3; count += 1) ask(debit("1250"));
    model.script(["approve"]);
    model.setBehaviour("entry-timeout");
    for (let count = 0; count < 2; count += 1) ask(debit("1250"));
    expect(answers.map((answer) => answer.get("AF"))).toEqual(["04", "06", "05", undefined, "08"]);
    expect(model.ledger).toHaveLength(1);
  });

  it("refuses a behaviour it does not know, and names those it does", () => {
    const { model } = terminal();
    expect(() => model.script(["aprove"])).toThrow(/behaviour must be one of approve, /);
    expect(() => model.script([{ name: "late", lateMs: -1 }])).toThrow(
      /behaviour.lateMs must be milliseconds/,
    );
  });
});

describe("one thing at a time", () => {
  it("refuses another payment at once without AF, and answers an identification", async () => {
    const { model, clock, ask, answers } = terminal({ delayMs: 10_000 });
    ask(debit("1250"), 0);
    await clock.advance(5_000);
    ask(debit("700"), 1);
    ask(service("I"), 2);
    expect(tags(answers[0], "AE", "AF", "CB")).toEqual(["01", undefined, "700"]);
    expect(tags(answers[1], "AE", "CD")).toEqual(["10", "I"]);
    await clock.advance(5_000);
    expect(tags(answers[2], "AE", "CB")).toEqual(["10", "1250"]);
    expect(model.requests.map(({ fate }) => fate)).toEqual(["charged", "busy", "served"]);
  });

  it("is busy with a sale nobody asked for until that is over", () => {
    const { model, ask, answers } = terminal();
    model.occupy();
    ask(debit("1250"));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", undefined]);
    model.free();
    ask(debit("1250"));
    expect(tags(answers[1], "AE")).toEqual(["10"]);
  });

  it("stays occupied when the result before it leaves the screen", async () => {
    const { model, clock, ask, answers } = terminal();
    ask(debit("1250"));
    model.occupy();
    await clock.advance(60_000);
    ask(debit("700"));
    expect(answers.map((answer) => answer.get("AE"))).toEqual(["10", "01"]);
  });

  it("charges once when someone acts the moment the card is expected", async () => {
    const { model, clock, ask, answers } = terminal({ behaviour: "interactive", processingMs: 500 });
    model.onScreen(({ name }) => name === "card-expected" && model.press("tap"));
    ask(debit("1250"));
    await clock.advance(400_000);
    expect([model.ledger.length, answers.length, model.screen.name]).toEqual([1, 1, "idle"]);
  });

  it("takes the red key while the customer hesitates, whatever the script says", async () => {
    const { model, clock, ask, answers } = terminal({ delayMs: 10_000 });
    ask(debit("1250"));
    await clock.advance(1_000);
    expect(model.press("red")).toBe(true);
    await clock.advance(60_000);
    expect(tags(answers[0], "AE", "AF", "CB")).toEqual(["01", "06", undefined]);
    expect(model.ledger).toEqual([]);
  });

  it("forgets what the customer had not decided when it is rebooted, and charges nothing for it", async () => {
    const { model, clock, ask, answers } = terminal({ delayMs: 10_000 });
    ask(debit("1250"));
    model.reboot();
    await clock.advance(60_000);
    expect([answers, model.ledger, model.busy]).toEqual([[], [], false]);
    expect(model.requests).toMatchObject([{ fate: "lost", answer: "undelivered" }]);
  });
});

describe("actions that move no money", () => {
  it.each(["I", "C"])("answers CD=%s with AE=10", (action) => {
    const { ask, answers, model } = terminal();
    ask(service(action));
    expect(tags(answers[0], "CZ", "CJ", "CA", "CD", "AE")).toEqual([
      "0301",
      "330538600404",
      "01",
      action,
      "10",
    ]);
    expect(model.ledger).toEqual([]);
  });

  it("prints when nobody pays", async () => {
    const { ask, answers, clock } = terminal({ delayMs: 1_000 });
    const ticket = encodeTicket({ recipient: "customer", format: "text", text: "hello" });
    const print = encodeMessage([...decodeMessage(service("P")).tags, ticket]);
    ask(print);
    ask(debit("1250"));
    ask(print);
    await clock.advance(1_000);
    expect(answers.map((answer) => answer.get("AE"))).toEqual(["10", "01", "10"]);
  });

  it.each([
    ["none", []],
    [
      "one that cannot be read",
      [
        {
          name: "ZT",
          value: [
            { name: "CK", value: "000" },
            { name: "AK", value: "@@@" },
          ],
        },
      ],
    ],
  ])("answers AF=09 to a print with %s ticket", (_, tickets) => {
    const { ask, answers } = terminal();
    ask(encodeMessage([...decodeMessage(service("P")).tags, ...tickets], { strict: false }));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "09"]);
  });

  it("restarts its service after it answered CD=R, but not in mid-payment", () => {
    const { ask, answers, deliveries } = terminal({ delayMs: 1_000 });
    ask(service("R"));
    ask(debit("1250"));
    ask(service("R"));
    expect(answers.map((answer) => answer.get("AE"))).toEqual(["10", "01"]);
    expect(deliveries.map(({ restart }) => restart)).toEqual([true, false]);
  });

  it("gives the last ticket again", () => {
    const { ask, answers } = terminal();
    ask(service("3"));
    ask(debit("1250"));
    ask(service("3", { CK: "120" }));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "10"]);
    const tickets = answers[2]?.all("ZT").map(decodeTicket) ?? [];
    expect(tickets.map(({ recipient }) => recipient)).toEqual(["customer", "merchant"]);
    expect(tickets[0]?.text).toContain("12.50 EUR");
  });

  it("tells what became of a transaction by its reference, however badly it had answered", () => {
    const { ask, answers } = terminal({ behaviours: ["charge-then-silence", "refuse", "garbage"] });
    const transactions = [
      ["1250", "sale 1"],
      ["700", "sale 2"],
    ] as const;
    for (const [amount, reference] of transactions) ask(debit(amount, { CF: reference }));
    answers.length = 0;
    ask(service("T", { CH: "sale 1" }));
    ask(service("T", { CH: "sale 2" }));
    ask(service("T", { CH: "sale 9" }));
    ask(service("T"));
    expect(answers.map((answer) => tags(answer, "AE", "AF", "CB", "CD", "CF", "CH"))).toEqual([
      ["10", undefined, "1250", "0", "sale 1", "sale 1"],
      ["01", "04", "700", "0", "sale 2", "sale 2"],
      ["01", "10", undefined, "T", undefined, "sale 9"],
      ["01", "04", "700", "0", "sale 2", undefined],
    ]);
  });

  it("says AE=11 of a transaction the customer has not decided", () => {
    const { ask, answers } = terminal({ delayMs: 1_000 });
    ask(debit("1250", { CF: "sale 1" }));
    ask(service("T", { CH: "sale 1" }));
    expect(tags(answers[0], "AE", "CH")).toEqual(["11", "sale 1"]);
  });

  it("needs CZ, CJ, CA and CD, but no amount", () => {
    const { ask, answers } = terminal();
    ask(message({ CZ: "0300", CA: "01", CD: "I" }));
    expect(tags(answers[0], "AE", "AF")).toEqual(["01", "09"]);
  });
});
