/**
 * TCP connections on which no HTTP request has come yet. A browser keeps such a one for as long as its permission
 * prompt shows (browser-facts.md 1), a stranger for as long as it likes; neither may keep a page out.
 * @module
 */
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

/** When more than `places` wait, the one that has waited longest is cut off: a page that is let in speaks at once. */
export function keepDoorstepClear(server: Server, places: number): void {
  const waiting = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    const [longest] = waiting;
    if (waiting.size >= places && longest !== undefined) {
      waiting.delete(longest);
      // A page behind a prompt does not notice; it has its own limit, and says that the prompt shows.
      longest.destroy();
    }
    waiting.add(socket);
    socket.once("close", () => waiting.delete(socket));
  });
  for (const event of ["request", "upgrade"])
    server.on(event, ({ socket }: IncomingMessage) => waiting.delete(socket));
}
