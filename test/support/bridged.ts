/** A terminal behind a real bridge, as a page reaches it. */
import type { Connector } from "@concert-pay/core";
import { startBridge, type Bridge } from "@concert-pay/ws-bridge";
import { webSocketConnector } from "@concert-pay/ws-bridge/client";
import { WebSocket } from "ws";

const ORIGIN = "https://pos.example.com";

/** Node's WebSockets have no origin of their own: this one says the page's. */
class PageSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: ORIGIN });
  }
}

export async function bridged(address: string): Promise<{ connector: Connector; bridge: Bridge }> {
  const bridge = await startBridge({
    terminals: { t: address },
    allowOrigins: [ORIGIN],
    listen: "127.0.0.1:0",
  });
  const connector = webSocketConnector({ url: `${bridge.url}/terminals/t`, WebSocket: PageSocket as never });
  return { connector, bridge };
}
