/**
 * Why a WebSocket did not open or did not stay, as an error the till can act on. Browsers show a page the same bare
 * failure for almost everything; what follows is how the cases are told apart.
 * @module
 */
import { ConcertError, type ConcertErrorCode } from "@concert-pay/core";
import { closeCode, type CloseName } from "../close-codes.ts";
import { isLoopback } from "../loopback.ts";
import type { ClientSettings } from "./options.ts";

/** Longest wait for `/health`, in milliseconds: a browser that is asking the person keeps the request waiting. */
const PROBE_MS = 2_000;

/** Closes that mean something else than `PORT_LOST` while the connection is being opened. */
const WHILE_OPENING: { readonly [name in CloseName]?: ConcertErrorCode } = {
  "bad-request": "NOT_SUPPORTED",
  "token-refused": "NOT_ALLOWED",
  "origin-refused": "NOT_ALLOWED",
  "host-refused": "NOT_ALLOWED",
  "unknown-terminal": "UNREACHABLE",
  full: "UNREACHABLE",
  "terminal-unreachable": "UNREACHABLE",
  "connect-timeout": "UNREACHABLE",
  stopping: "UNREACHABLE",
  "nothing-held": "UNREACHABLE",
  "answer-not-held": "UNREACHABLE",
  "exchange-used": "WRONG_STATE",
};

/** The bridge closed with a reason of its own. `opening`: before the terminal was reached. */
export function closedByBridge(code: number, reason: string, opening: boolean): ConcertError {
  const row = closeCode(code);
  if (row === undefined)
    return new ConcertError("PORT_LOST", `the connection to the bridge was lost (code ${code})`, {
      closeCode: code,
      reason: "connection-lost",
    });
  const error = (opening ? WHILE_OPENING[row.name] : undefined) ?? "PORT_LOST";
  return new ConcertError(error, `${row.meaning} (code ${code}, ${reason === "" ? row.name : reason})`, {
    closeCode: code,
    reason: row.name,
  });
}

/** What the WebSocket constructor threw. */
export function refusedToConstruct(cause: unknown, url: string): ConcertError {
  const mixed = (cause as { name?: unknown } | undefined)?.name === "SecurityError";
  if (mixed)
    return new ConcertError(
      "NOT_ALLOWED",
      `an https page may not open ${url}: use a literal address such as 127.0.0.1, localhost, or wss://`,
      { reason: "mixed-content", cause },
    );
  return new ConcertError(
    "NOT_SUPPORTED",
    `this runtime does not open ${url}; where it has no WebSocket (Node 20), give one, such as that of the package ws`,
    {
      reason: "no-websocket",
      cause,
    },
  );
}

/** An `error` event that no `close` event follows: the page's own policy stopped it. */
export function blockedByPolicy(url: string): ConcertError {
  return new ConcertError(
    "NOT_ALLOWED",
    `the page's Content-Security-Policy lacks connect-src ${new URL(url).origin}`,
    {
      reason: "csp",
    },
  );
}

/** The state of the browser's permission for the bridge's address; `undefined` where it cannot be told. */
export async function permissionState(settings: ClientSettings): Promise<string | undefined> {
  const name = isLoopback(new URL(settings.url).hostname) ? "loopback-network" : "local-network";
  try {
    return (await settings.permissions?.query({ name: name as never }))?.state;
  } catch {
    // Browsers without local network access do not know the name.
    return undefined;
  }
}

export function promptShowing(): ConcertError {
  return new ConcertError(
    "NOT_ALLOWED",
    "the browser is asking whether this page may reach devices on this computer or network: allow it, then try again",
    { reason: "prompt-showing" },
  );
}

/**
 * The connection ended before the bridge said a word (1006). One probe by `fetch`, which unlike WebSockets is not
 * slowed down after failures: a bridge that answers /health was reached and refused; one that does not is either not
 * running, or kept from us by the browser.
 */
export async function failedToOpen(settings: ClientSettings): Promise<ConcertError> {
  const { url } = settings;
  if (await answersHealth(settings))
    return new ConcertError(
      "NOT_ALLOWED",
      `the program at ${new URL(url).host} runs but refused the connection`,
      {
        reason: "refused",
      },
    );
  if ((await permissionState(settings)) === "denied")
    return new ConcertError(
      "NOT_ALLOWED",
      `the browser does not let this page reach ${new URL(url).host}: allow access to the local network for this page ` +
        "(if it is allowed, check that concert-bridge runs)",
      { reason: "permission-denied" },
    );
  return new ConcertError(
    "UNREACHABLE",
    `no bridge answers at ${new URL(url).host}: check that concert-bridge runs, and the page's access to the local network`,
    { reason: "bridge-not-running" },
  );
}

async function answersHealth({ url, fetch, clock }: ClientSettings): Promise<boolean> {
  if (fetch === undefined) return false;
  const health = new URL("/health", url.replace(/^ws/, "http")).href;
  let cancel = (): void => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.setTimer(clock.now() + PROBE_MS, () => resolve(false));
  });
  const probe = fetch(health, { mode: "no-cors", cache: "no-store" }).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([probe, late]);
  } finally {
    cancel();
  }
}
