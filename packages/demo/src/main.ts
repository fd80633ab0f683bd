/**
 * Entry of the page: registers the elements it is made of, once the sale under way has been found.
 * @module
 */
import "@concert-pay/element/define";
import { newId, RegisterPage } from "./register-page.ts";
import { firstSale, openSaleStore } from "./sale-store.ts";

const store = await openSaleStore(indexedDB);
const kept = await store.load();
const sale = kept ?? firstSale(newId());
if (kept === undefined) await store.save(sale);

customElements.define(
  "demo-register",
  class extends RegisterPage {
    constructor() {
      super(store, sale);
    }
  },
);
