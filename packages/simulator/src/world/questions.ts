/**
 * Questions that move no money, asked at any moment: before and after sales, while a payment runs, and while one is
 * open. What they come to does not matter here; what matters is that they change nothing about money.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import type { Page } from "./page.ts";
import type { Fault } from "./tally.ts";
import type { World } from "./world.ts";

const QUESTIONS = ["identify", "duplicate", "transactionStatus", "print", "ctmsStatus"] as const;

/** Asks now and then. `waits`: goes on only with the answer, or without one after `answerWithinMs`. */
export async function askPerhaps(world: World, page: Page, when: Fault, waits: boolean): Promise<void> {
  const { calm, log, plan, random, tally } = world;
  if (calm || !random.chance(plan.questions)) return;
  const question = random.pick(QUESTIONS);
  const options = { answerWithinMs: random.pick([500, 5_000, 30_000]) };
  tally.faults[when] += 1;
  log.note(page.name, () => `asks ${question}`);
  const asked = ask(page, question, options).then(
    (reply) => log.note(page.name, () => `${question}: ${reply.status ?? ""}`),
    (error: unknown) => {
      if (!(error instanceof ConcertError)) throw error;
      log.note(page.name, () => `${question} rejected: ${error.code}`);
    },
  );
  if (waits) await asked;
  else
    asked.catch((error: unknown) => world.judge.accuse(`a question fails in no known way: ${String(error)}`));
}

function ask(
  { terminal }: Page,
  question: (typeof QUESTIONS)[number],
  options: { readonly answerWithinMs: number },
): ReturnType<Page["terminal"]["identify"]> {
  switch (question) {
    case "print":
      return terminal.print("bonjour", options);
    case "transactionStatus":
      return terminal.transactionStatus({}, options);
    default:
      return terminal[question](options);
  }
}
