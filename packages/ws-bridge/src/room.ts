/**
 * What gives way when a limit is reached, so that a new exchange may begin. An answer that reached no page never does,
 * nor one that may still come.
 * @module
 */
import type { Settings } from "./config.ts";
import type { Exchange, Worth } from "./exchange.ts";

/** In this order, the oldest of each first. */
const GIVES_WAY: readonly Worth[] = ["nothing", "relayed", "silence", "unwanted"];

/** True when an exchange with that terminal may begin, if need be after others were forgotten. */
export function makeRoom(all: () => readonly Exchange[], terminal: string, settings: Settings): boolean {
  const { connections, connectionsPerTerminal, held, remembered } = settings.limits;
  const matching = (matches: (exchange: Exchange) => boolean): readonly Exchange[] => all().filter(matches);
  const running = matching((exchange) => exchange.running && exchange.terminal === terminal);
  hangUpUnwanted(running);
  const using = running.filter((exchange) => exchange.running);
  return (
    matching(({ attached }) => attached).length < connections &&
    (using.length < connectionsPerTerminal || freeConnection(using, settings)) &&
    thin(
      held,
      matching((exchange) => exchange.held),
    ) &&
    thin(remembered, all())
  );
}

/** True when fewer than `limit` are left. */
function thin(limit: number, exchanges: readonly Exchange[]): boolean {
  return exchanges.length < limit || forget(exchanges);
}

function forget(exchanges: readonly Exchange[]): boolean {
  for (const worth of GIVES_WAY) {
    const oldest = exchanges.find((exchange) => exchange.worth === worth);
    if (oldest === undefined) continue;
    oldest.discard();
    return true;
  }
  return false;
}

/** Many terminals serve one connection at a time: they would not hear the new exchange for one that is done. */
function hangUpUnwanted(exchanges: readonly Exchange[]): void {
  for (const exchange of exchanges)
    // Of a terminal that is not read there is more to come: half an answer would look whole.
    if (exchange.worth === "unwanted" && !exchange.paused.terminal) exchange.leave();
}

/** The connection of an answer is no longer needed when it has come; that of a question, while money may move, is. */
function freeConnection(exchanges: readonly Exchange[], { clock, limits }: Settings): boolean {
  const alone = exchanges
    .filter(({ attached }) => !attached)
    .sort((one, other) => one.quietSince - other.quietSince);
  const answered = alone.find((exchange) => exchange.answered);
  if (answered !== undefined) {
    answered.leave();
    return true;
  }
  const [quietest] = alone;
  if (quietest === undefined || clock.now() - quietest.quietSince < limits.unansweredMs) return false;
  quietest.giveUp();
  return true;
}
