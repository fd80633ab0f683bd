/**
 * Asks the bridge how many exchanges it holds for pages of this origin: whoever has lost all memory of its payments
 * learns that there were some.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import { parseEvent } from "../wire.ts";
import { closedByBridge, refusedToConstruct } from "./failures.ts";
import { offeredProtocols, type ClientSettings, type WebSocketLike } from "./options.ts";

/** Rejects with a `ConcertError` where the bridge does not say. */
export async function askHeld(settings: ClientSettings): Promise<number> {
  const { clock, openWithinMs } = settings;
  let socket: WebSocketLike | undefined;
  let cancel = (): void => {};
  try {
    return await new Promise<number>((resolve, reject) => {
      const asked = (socket = ask(settings));
      const unanswered = (): void =>
        reject(new ConcertError("UNREACHABLE", "the bridge could not be asked", { reason: "no-answer" }));
      cancel = clock.setTimer(clock.now() + openWithinMs, unanswered);
      asked.addEventListener("message", ({ data }: { data: unknown }) => {
        const event = typeof data === "string" ? parseEvent(data) : undefined;
        if (event?.event === "held") resolve(event.exchanges);
      });
      asked.addEventListener("error", unanswered);
      asked.addEventListener("close", ({ code, reason }: { code: number; reason: string }) =>
        reject(closedByBridge(code, reason, true)),
      );
    });
  } finally {
    cancel();
    try {
      socket?.close();
    } catch {
      // Some runtimes refuse to close a socket that is still connecting in vain.
    }
  }
}

function ask(settings: ClientSettings): WebSocketLike {
  try {
    if (settings.WebSocket === undefined) throw new TypeError("no WebSocket in this runtime");
    return new settings.WebSocket(`${settings.url}?held=1`, offeredProtocols(settings));
  } catch (cause) {
    throw refusedToConstruct(cause, settings.url);
  }
}
