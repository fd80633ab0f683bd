/**
 * Entry of the page: registers the elements it is made of.
 * @module
 */
import "@concert-pay/element/define";
import { RegisterPage } from "./register-page.ts";

customElements.define("demo-register", RegisterPage);
