/**
 * What happens around an element while it is in a page: the page is looked at again, its language changes, a serial
 * port is plugged in.
 * @module
 */
import { onSerialPortsChanged, serialSupport } from "@concert-pay/web-serial";
import { watchLanguage } from "./page-language.ts";

export interface PageHooks {
  /** The page is in front again. */
  readonly seen: () => void;
  readonly language: () => void;
  readonly ports: () => void;
}

export class PageWatch {
  readonly #hooks: PageHooks;
  #ends: readonly (() => void)[] = [];
  #endPorts: (() => void) | undefined;

  constructor(hooks: PageHooks) {
    this.#hooks = hooks;
  }

  start(element: Element): void {
    const { ownerDocument: page } = element;
    const seen = (): void => {
      if (page.visibilityState === "visible") this.#hooks.seen();
    };
    page.addEventListener("visibilitychange", seen);
    this.#ends = [
      () => page.removeEventListener("visibilitychange", seen),
      watchLanguage(element, this.#hooks.language),
    ];
  }

  /** Only where a serial port is wanted: any use of the API keeps the page from the back-forward cache. */
  watchPorts(isWanted: boolean): void {
    this.#endPorts?.();
    this.#endPorts =
      isWanted && serialSupport().supported ? onSerialPortsChanged(this.#hooks.ports) : undefined;
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.watchPorts(false);
  }
}
