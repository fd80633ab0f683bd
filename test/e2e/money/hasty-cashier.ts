/**
 * A cashier who sells without end and presses whatever the register offers: one look and one press at a time.
 * @module
 */
import type { Page } from "playwright";

/** What the cashier has seen or done. `reference`: of the sale. */
export type Seen =
  | { readonly what: "nothing new" }
  | { readonly what: "basket filled" | "pay pressed" | "not paid"; readonly reference: string }
  /** An open payment was shown, and the terminal asked about it. */
  | { readonly what: "unsettled"; readonly reference: string }
  | { readonly what: "a person is asked"; readonly reference: string }
  /** The receipt was there; on to the next sale. */
  | { readonly what: "paid"; readonly reference: string };

export async function lookAndPress(page: Page): Promise<Seen> {
  return page.evaluate((): Seen => {
    const element = document.querySelector("concert-pay");
    const next = document.querySelector<HTMLButtonElement>(".next-sale");
    const reference = element?.getAttribute("reference") ?? "";
    const press = (part: string): boolean => {
      const button = element?.shadowRoot?.querySelector<HTMLButtonElement>(`[part~=${part}]:enabled`);
      button?.click();
      return button != null;
    };
    if (next !== null) {
      next.click();
      return { what: "paid", reference };
    }
    switch (element?.state.name) {
      case "idle":
      case "error":
        if (press("pay")) return { what: "pay pressed", reference };
        document.querySelector<HTMLButtonElement>("[data-article=coffee]:enabled")?.click();
        return { what: "basket filled", reference };
      case "done":
        if (press("pay")) return { what: "pay pressed", reference };
        return press("next") ? { what: "not paid", reference } : { what: "nothing new" };
      case "blocked":
        if (element.state.step === "found" && press("check"))
          return { what: "unsettled", reference: element.state.entry.reference ?? "" };
        return element.state.step === "asking"
          ? { what: "a person is asked", reference }
          : { what: "nothing new" };
      case "history-lost":
        return { what: "a person is asked", reference };
      default:
        return { what: "nothing new" };
    }
  });
}
