/**
 * Registers `<concert-pay>`. The only file of this package with a side effect.
 * @module
 */
import { ConcertPay } from "./concert-pay.ts";

if (customElements.get("concert-pay") === undefined) customElements.define("concert-pay", ConcertPay);

export { ConcertPay } from "./concert-pay.ts";
// What makes `event.detail` typed for who imports this file alone.
export type { ConcertPayEventMap } from "./events.ts";
