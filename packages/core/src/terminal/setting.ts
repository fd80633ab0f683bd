/**
 * Options of `openTerminal`, checked once and completed with defaults.
 * @module
 */
import { badRequest } from "../errors.ts";
import { checkLine, type LineSettings } from "../link/line-settings.ts";
import type { Link } from "../link/link.ts";
import { SerialLink } from "../link/serial-link.ts";
import { StreamLink } from "../link/stream-link.ts";
import type { Dialect, Profile } from "../payment/profile.ts";
import { profileOf } from "../payment/profiles.ts";
import { checkRegister, type Asker } from "../payment/request.ts";
import { systemClock, type Clock } from "../ports/clock.ts";
import type { Connector } from "../ports/connector.ts";
import { memoryJournal, type Journal } from "../ports/journal.ts";
import type { Lease } from "../ports/lease.ts";
import { systemRandom, type RandomBytes } from "../ports/random.ts";
import type { CallOptions, TerminalOptions } from "../terminal-types.ts";
import { makeTrace, type Trace } from "../trace.ts";

/** Below this a customer has not had the time to pay, and every sale would end unknown (issue: IP, answer timeout). */
export const SHORTEST_FINANCIAL_WAIT_MS = 60_000;
/** protocol.md 5: response timeout. */
export const DEFAULT_ANSWER_WITHIN_MS = 180_000;
/** protocol.md 5: connect timeout. */
export const DEFAULT_CONNECT_WITHIN_MS = 5_000;

const DIALECTS: readonly Dialect[] = ["v3", "v2-e", "v2-e+"];

/** Everything the parts of a Terminal share. */
export interface Setting extends Asker {
  readonly connector: Connector;
  readonly line: LineSettings;
  readonly journal: Journal;
  readonly lease: Lease | undefined;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly answerWithinMs: number;
  readonly connectWithinMs: number;
  readonly trace: Trace;
}

/** @throws ConcertError `BAD_REQUEST` naming the option */
export function settingOf(options: TerminalOptions): Setting {
  if (typeof options !== "object" || options === null) throw badRequest("options", "an object", options);
  const { connector, register } = options;
  checkConnector(connector);
  checkRegister(register);
  const profile = profileOf(options.profile);
  const dialect = options.dialect ?? profile.dialect;
  if (!DIALECTS.includes(dialect)) throw badRequest("dialect", `one of ${DIALECTS.join(", ")}`, dialect);
  const clock = options.clock ?? systemClock();
  return {
    connector,
    line: lineOf(options, profile),
    register,
    profile,
    dialect,
    clock,
    journal: options.journal ?? memoryJournal(),
    lease: options.lease,
    random: options.random ?? systemRandom,
    answerWithinMs: financialWait(options.answerWithinMs ?? DEFAULT_ANSWER_WITHIN_MS),
    connectWithinMs: wait("connectWithinMs", options.connectWithinMs ?? DEFAULT_CONNECT_WITHIN_MS, 1),
    trace: makeTrace(() => clock.now(), options.onTrace),
  };
}

/** @throws ConcertError `BAD_REQUEST` naming `connector`, or what of it is at fault */
function checkConnector(connector: Connector): void {
  if (typeof connector?.open !== "function") throw badRequest("connector", "a Connector", connector);
  const { carrier, id } = connector;
  if (carrier !== "ip" && carrier !== "serial")
    throw badRequest("connector.carrier", '"ip" or "serial"', carrier);
  // Journal and lease know the terminal by it: two without a name would be one.
  if (typeof id !== "string" || id === "")
    throw badRequest("connector.id", "a text that names the terminal", id);
}

/** The options of one call. @throws ConcertError `BAD_REQUEST` naming `options` */
export function checkOptions(options: CallOptions | undefined): void {
  if (options !== undefined && (typeof options !== "object" || options === null))
    throw badRequest("options", "an object", options);
}

/** @throws ConcertError `BAD_REQUEST` naming `answerWithinMs` */
export function financialWait(ms: number): number {
  return wait("answerWithinMs", ms, SHORTEST_FINANCIAL_WAIT_MS);
}

/** @throws ConcertError `BAD_REQUEST` naming the field */
export function wait(field: string, ms: number, least: number): number {
  if (typeof ms !== "number" || !(ms >= least) || !Number.isFinite(ms))
    throw badRequest(field, `at least ${least} milliseconds`, ms);
  return ms;
}

/** The serial dialogue, on a line or over a socket. V2 was made for it: over IP too it is framed (protocol.md 8.3). */
export function isFramed({
  connector,
  dialect,
  profile,
}: Pick<Setting, "connector" | "dialect" | "profile">): boolean {
  return connector.carrier === "serial" || profile.ipFraming === "serial" || dialect !== "v3";
}

/** What the application said, else what the connector was made for, else what is usual for the terminal. */
function lineOf({ line, connector }: TerminalOptions, profile: Profile): LineSettings {
  if (line !== undefined) return checkLine("line", line);
  if (connector.line !== undefined) return checkLine("connector.line", connector.line);
  return checkLine("profile.line", profile.line);
}

/** The link that carrier and profile ask for: bare over IP, half-duplex on a line, or the latter over a socket. */
export function makeLink(
  setting: Pick<Setting, "connector" | "dialect" | "line" | "profile">,
  { resumed, identification }: { readonly resumed: boolean; readonly identification: boolean },
): Link {
  const { connector, line, profile } = setting;
  if (isFramed(setting))
    return new SerialLink({
      role: "register",
      maskBit7: profile.maskBit7,
      softwareParity: profile.softwareParity,
      resumed,
      ...(connector.carrier === "serial" ? { baudRate: line.baudRate } : {}),
    });
  return new StreamLink({
    quietMs: profile.quietMs,
    endTags: identification ? ["AE", "CZ"] : ["AE"],
    suffix: profile.requestSuffix,
    resumed,
  });
}
