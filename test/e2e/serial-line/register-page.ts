/**
 * A cash register in a page, without anything to see: the terminal's known port, and payments over it.
 * @module
 */
import { money, openTerminal, type Dialect, type Terminal } from "../../../packages/core/src/index.ts";
import type { SerialConnector } from "../../../packages/web-serial/src/index.ts";
import { knownPort, noPort } from "./known-port.ts";

declare global {
  interface Window {
    readonly register: Register;
    /** To the test, where the page pays by itself: what it said, and whether anybody had clicked. */
    kioskSaid(outcome: string | undefined, clicked: boolean): Promise<void>;
  }
}

export class Register {
  /** Bytes that came from the terminal. */
  #heard = 0;
  #paying: Promise<string> | undefined;
  #connector: SerialConnector | undefined;
  #terminal: Terminal | undefined;
  #noted: () => void = () => undefined;

  /** Takes the port that is plugged in, without a click. */
  async take(dialect: Dialect): Promise<void> {
    this.#connector = await knownPort({ onConnection: () => this.#noted() });
    this.#heard = 0;
    this.#terminal = openTerminal({
      connector: this.#connector,
      register: { number: "01", identifier: "012345678901" },
      dialect,
      onTrace: ({ kind, text }) => {
        if (kind !== "read") return;
        this.#heard += Number.parseInt(text, 10);
        this.#noted();
      },
    });
  }

  /** Lets go of the port, and waits until it is gone. */
  async release(): Promise<void> {
    await this.#terminal?.close();
    await this.#connector?.dispose();
    await noPort();
  }

  /** Begins a payment; `said` waits for its end. */
  pay(minorUnits: number, key: string): void {
    this.#paying = this.#open.pay({ amount: money(minorUnits, "EUR"), key }).then(
      ({ outcome }) => outcome,
      (error: unknown) => `rejected ${codeOf(error)}`,
    );
  }

  /** The outcome, or `rejected` with the code. */
  async said(): Promise<string | undefined> {
    return this.#paying;
  }

  async identify(): Promise<string> {
    return this.#open.identify().then(({ done }) => (done ? "done" : "not done"), codeOf);
  }

  async recover(key: string): Promise<string> {
    return this.#open.recover(key).then(({ outcome }) => outcome, codeOf);
  }

  /** Keys of the payments that nobody knows the outcome of. */
  async pending(): Promise<readonly string[]> {
    return (await this.#open.pending()).map(({ key }) => key);
  }

  /** A person says of all of them that they failed. */
  async settle(): Promise<void> {
    for (const key of await this.pending())
      await this.#open.settle(key, { outcome: "failed", by: "cashier" });
  }

  /** Waits until so many bytes have come from the terminal in all. */
  async hear(count: number): Promise<void> {
    await this.#until(() => this.#heard >= count);
  }

  /** Waits until the terminal is plugged in, or is not. */
  async connected(connected: boolean): Promise<void> {
    await this.#until(() => this.#connector?.connected === connected);
  }

  get #open(): Terminal {
    if (this.#terminal === undefined) throw new Error("take() comes first");
    return this.#terminal;
  }

  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => (this.#noted = resolve));
  }
}

function codeOf(error: unknown): string {
  return (error as { readonly code?: string }).code ?? String(error);
}

/** A page that nobody touches: from loading to a payment. */
async function payByItself(register: Register): Promise<void> {
  await register.take("v3");
  register.pay(990, "kiosk");
  await window.kioskSaid(await register.said(), navigator.userActivation.hasBeenActive);
}

const register = new Register();
Object.assign(window, { register });
if (location.hash === "#kiosk") void payByItself(register);
