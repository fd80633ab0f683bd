/**
 * What a till does with a Terminal, as the documentation tells tills to: ask what is pending, recover it, ask a person
 * where that is not enough, go on with the sales, press Pay again with the same key after an error.
 * @module
 */
import { ConcertError, type JournalEntry } from "@concert-pay/core";
import { keyOf, type Sale } from "./call.ts";
import type { Page } from "./page.ts";
import { askPerhaps } from "./questions.ts";
import type { World } from "./world.ts";

/** Payments tried for one sale before the customer walks out. */
const ATTEMPTS = 2;
/** Presses with one key after rejections. */
const PRESSES = 4;
/** How long a terminal must have been quiet before a person trusts what it shows. */
const LOOK_MS = 15_000;

/** The main page's program, from the start of the page on. */
export async function runTill(world: World, page: Page): Promise<void> {
  const { random } = world;
  await settleAll(world, page);
  for (let sale = world.nextSale(); sale !== undefined; sale = world.nextSale()) {
    await page.sleep(random.between(3_000, 20_000));
    await askPerhaps(world, page, "question asked", random.chance(0.5));
    await sell(world, page, sale);
  }
}

/** A second tab on which someone presses Pay for the sale at hand, or the next one. */
export async function runSecondTab(world: World, page: Page): Promise<void> {
  const { random } = world;
  // It may be a whole till of its own, too.
  if (random.chance(0.3)) return runTill(world, page);
  const sale = world.nextSale();
  for (let tries = random.between(1, 3); sale !== undefined && tries > 0; tries -= 1) {
    await page.press(sale);
    await page.sleep(random.between(0, 30_000));
  }
  await page.terminal.close();
}

async function sell(world: World, page: Page, sale: Sale): Promise<void> {
  const { random } = world;
  for (let presses = 0; presses < PRESSES; presses += 1) {
    const pressed = page.press(sale);
    if (random.chance(0.3)) {
      await page.sleep(random.pick([0, 100, 2_000, 40_000]));
      await askPerhaps(world, page, "question in a payment", false);
    }
    const result = await pressed;
    if (result instanceof ConcertError) {
      if (result.reason === "unsettled") await settleAll(world, page);
      await page.sleep(random.pick([0, 1_000, 10_000]));
      continue;
    }
    if (result.outcome === "unknown" || result.outcome === "acknowledged") {
      if (!world.calm && random.chance(0.3)) await pressImpatiently(world, page, sale);
      await askPerhaps(world, page, "question left open", random.chance(0.7));
      await settleAll(world, page);
      // The register's word is final now: the same key tells it.
      continue;
    }
    if (result.outcome === "approved") break;
    if (sale.attempt + 1 >= ATTEMPTS || random.chance(0.5)) break;
    sale.attempt += 1;
    presses = 0;
    await page.sleep(random.between(3_000, 10_000));
  }
  sale.done = true;
}

/** The next customer's payment while one is unsettled: to be refused. */
async function pressImpatiently(world: World, page: Page, sale: Sale): Promise<void> {
  const next = world.plan.sales.find((other) => other !== sale && !other.done);
  if (next === undefined) return;
  world.tally.faults["impatient till"] += 1;
  const result = await page.press(next);
  // The late answer may have settled the open one just now.
  if (!(result instanceof ConcertError) && result.outcome === "approved") next.done = true;
}

/** Ends every unsettled payment, by the terminal's word or a person's. */
export async function settleAll(world: World, page: Page): Promise<void> {
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const pending = await page.terminal.pending().catch(() => undefined);
    const entry = pending?.[0];
    if (pending !== undefined && entry === undefined) return;
    if (entry !== undefined) await settleOne(world, page, entry);
    await page.sleep(1_000);
  }
}

async function settleOne(world: World, page: Page, entry: JournalEntry): Promise<void> {
  const { random, tally, log, judge } = world;
  const { key } = entry;
  const attempt = entry.kind === "payment" ? { exchange: entry.exchange } : {};
  if (random.chance(0.8)) {
    const { presses } = judge;
    try {
      const outcome = await page.terminal.recover(key, {
        answerWithinMs: random.pick([1_000, 30_000, 120_000]),
      });
      log.note(page.name, () => `recovered ${key}: ${outcome.outcome}`);
      judge.told(key, outcome, presses);
      if (outcome.outcome !== "unknown" && outcome.outcome !== "acknowledged") {
        tally.words[outcome.outcome === "approved" ? "approved on recovery" : "not approved on recovery"] +=
          1;
        return;
      }
    } catch (error) {
      if (!(error instanceof ConcertError)) throw error;
      log.note(page.name, () => `recover ${key} rejected: ${error.message}`);
      return;
    }
  }
  await lookAtTerminal(world, page);
  // Someone may have settled it meanwhile: the late answer, another tab.
  const outcome = judge.charges(key).length > 0 ? "approved" : "failed";
  try {
    await page.terminal.settle(key, { outcome, by: "the manager", ...attempt });
    log.note(page.name, () => `the manager settles ${key}: ${outcome}`);
    judge.settled(key, outcome);
    tally.words[`settled by a person: ${outcome}`] += 1;
  } catch (error) {
    if (!(error instanceof ConcertError)) throw error;
    log.note(page.name, () => `settle ${key} rejected: ${error.message}`);
  }
}

/** Stands in front of the terminal until it has been quiet for a while. */
async function lookAtTerminal(world: World, page: Page): Promise<void> {
  for (let quietMs = 0; quietMs < LOOK_MS; quietMs = world.host.quiet ? quietMs + 3_000 : 0)
    await page.sleep(3_000);
}

/** When all is sold, and nothing goes wrong any more: all is settled, and the terminal can be used, by this page. */
export async function closeOfDay(world: World, page: Page, index: number): Promise<void> {
  await settleAll(world, page);
  await lookAtTerminal(world, page);
  // "Try again" is a fair answer while an old answer is being delivered (protocol.md section 7.6).
  const isDone = await thrice(
    page,
    () => page.terminal.identify(),
    ({ done }) => done,
  );
  if (isDone !== true) world.judge.accuse(`${page.name} gets no identification at the end: ${isDone}`);
  const sale: Sale = {
    index,
    action: "debit",
    amount: 42 * index,
    references: "none",
    attempt: 0,
    done: false,
  };
  const isPaid = await thrice(
    page,
    async () => {
      const result = await page.press(sale);
      if (result instanceof ConcertError) throw result;
      return result;
    },
    () => true,
  );
  const { outcome } = (await page.terminal.recorded(keyOf(sale)).catch(() => undefined)) ?? {};
  if (outcome !== "approved")
    world.judge.accuse(`the last payment of ${page.name} is not approved: ${outcome ?? isPaid}`);
  await page.terminal.close();
}

/** @returns true once it is `good`; after three tries what came of them */
async function thrice<T>(
  page: Page,
  attempt: () => Promise<T>,
  good: (result: T) => boolean,
): Promise<true | string> {
  const tries: string[] = [];
  for (let left = 3; left > 0; left -= 1) {
    try {
      if (good(await attempt())) return true;
      tries.push("not done");
    } catch (error) {
      tries.push(String(error));
    }
    await page.sleep(10_000);
  }
  return tries.join(", ");
}
