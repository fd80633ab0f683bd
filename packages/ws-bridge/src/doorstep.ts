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
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // As measured with a page behind a prompt: it notices nothing when the connection ends without a word.
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" || !socket.writable) return void socket.destroy();
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  });
  for (const event of ["request", "upgrade"])
    server.on(event, ({ socket }: IncomingMessage) => waiting.delete(socket));
}
