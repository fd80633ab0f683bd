/**
 * The language of the page around an element: the nearest `lang`, through shadow trees, else the browser's.
 * @module
 */
import { langOf, type Lang } from "./texts.ts";

export function languageAround(element: Element): Lang {
  for (let node: Node | null = element; node !== null; node = node.parentNode ?? hostOf(node)) {
    const lang = node instanceof Element ? node.getAttribute("lang") : null;
    if (lang !== null && lang !== "") return langOf(lang);
  }
  return langOf(element.ownerDocument.defaultView?.navigator.language);
}

function hostOf(node: Node): Element | null {
  return node instanceof ShadowRoot ? node.host : null;
}

/** Calls back when the language of anything around the element may have changed. Returns what ends it. */
export function watchLanguage(element: Element, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  for (let host: Element | null = element; host !== null;) {
    const root = host.getRootNode();
    observer.observe(root, { attributes: true, attributeFilter: ["lang"], subtree: true });
    host = hostOf(root);
  }
  return () => observer.disconnect();
}

/** A time of the journal in words: `"24 novembre à 14:05:07"`. */
export function timeFormatter(lang: Lang): (iso: string) => string {
  const format = new Intl.DateTimeFormat(lang === "fr" ? "fr-FR" : "en-GB", {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (iso) => format.format(new Date(iso));
}
