/**
 * Verdicts in words, French and English. Nothing here decides anything.
 * @module
 */
import { afReason } from "../codec/names.ts";
import { unreachable } from "../errors.ts";
import { maskCardNumbers } from "../mask.ts";
import type { Doubt, Reason } from "./outcome.ts";

/** What exactly raised a doubt, for the bracket behind it. */
export interface Detail {
  readonly fr: string;
  readonly en: string;
}

/** What reads the same in both languages: tags and figures. */
export function plainDetail(text: string): Detail {
  return { fr: text, en: text };
}

/** AF in words; V2 and answers without AF have no reason, and none is invented. */
export function reasonOf(code: string | undefined): Reason {
  const known = code === undefined ? undefined : afReason(code);
  if (known !== undefined) return { code, fr: known.fr, en: known.en };
  if (code === undefined) return { code, fr: "aucun motif donné", en: "no reason given" };
  return { code, fr: `motif ${code} inconnu`, en: `unknown reason ${code}` };
}

/** Why the outcome is unknown, in words. */
export function doubtReason(doubt: Doubt, detail?: Detail): Reason {
  const [fr, en] = doubtWords(doubt);
  const tail = (text: string | undefined): string =>
    text === undefined ? "" : ` (${maskCardNumbers(text)})`;
  return { code: undefined, fr: fr + tail(detail?.fr), en: en + tail(detail?.en) };
}

function doubtWords(doubt: Doubt): readonly [fr: string, en: string] {
  switch (doubt) {
    case "silence":
      return ["le terminal n'a pas répondu à temps", "the terminal did not answer in time"];
    case "cut":
      return ["la réponse du terminal est incomplète", "the terminal's answer is incomplete"];
    case "closed":
      return ["le terminal a raccroché sans répondre", "the terminal hung up without an answer"];
    case "lost":
      return ["la liaison avec le terminal a été perdue", "the connection to the terminal was lost"];
    case "malformed":
      return ["la réponse du terminal est illisible", "the terminal's answer cannot be read"];
    case "oversize":
      return ["la réponse du terminal est trop longue", "the terminal's answer is too long"];
    case "contradiction":
      return [
        "la réponse du terminal se contredit",
        "the terminal's answer contradicts itself or the request",
      ];
    case "status":
      return ["l'état répondu par le terminal est inconnu", "the terminal's answer has no known status"];
    case "unacknowledged":
      return ["le terminal n'a pas confirmé la demande", "the terminal did not acknowledge the request"];
    case "restarted":
      return ["la caisse a redémarré pendant le paiement", "the register was restarted during the payment"];
    default:
      return unreachable(doubt);
  }
}
