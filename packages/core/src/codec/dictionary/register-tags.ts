/**
 * Tags beginning with B, and the vendors' own: written by the register (protocol.md 2.2 and 2.5).
 * @module
 */
import type { Names, TagDefinition } from "./definition.ts";

const NO_OR_YES: Readonly<Record<string, Names>> = {
  "0": { fr: "Non", en: "No" },
  "1": { fr: "Oui", en: "Yes" },
};

export const REGISTER_TAGS: readonly TagDefinition[] = [
  {
    name: "BA",
    meaning: { fr: "Délai de réponse", en: "Response delay" },
    direction: "register",
    length: [1, 1],
    alphabet: "digits",
    values: {
      "0": { fr: "Réponse en fin de transaction", en: "Answer at the end of the transaction" },
      "1": { fr: "Réponse immédiate", en: "Immediate answer" },
    },
    note: "After 1 the first answer never means paid.",
    sources: ["AK", "CP", "PX-V3"],
  },
  {
    name: "BB",
    meaning: { fr: "Forcer une demande d'autorisation", en: "Force an authorisation request" },
    direction: "register",
    length: [1, 1],
    alphabet: "digits",
    values: NO_OR_YES,
    sources: ["HP", "FD"],
  },
  {
    name: "BF",
    meaning: { fr: "Paiement partiel accepté", en: "Accept a partial payment" },
    direction: "register",
    length: [1, 1],
    alphabet: "digits",
    values: NO_OR_YES,
    note: "Makes newer Ingenico software fail when sent at all (protocol.md 10).",
    sources: ["OCA-0", "OCA", "FD"],
  },
  {
    name: "BH",
    meaning: { fr: "Téléphone mobile du client", en: "Customer mobile number" },
    direction: "register",
    length: [8, 20],
    alphabet: "text",
    note: "Said to be fixed at 20 by PX-V3; variable by HP and in a sample.",
    sources: ["HP", "PX-V3", "FD"],
  },
  {
    name: "BI",
    meaning: { fr: "Courriel du client", en: "Customer e-mail" },
    direction: "register",
    length: [6, 256],
    alphabet: "text",
    note: "Said to be fixed at 256 by PX-V3; variable by HP and in a sample.",
    sources: ["HP", "PX-V3", "FD"],
  },
  {
    name: "IM",
    meaning: { fr: "Identifiant du débit à créditer (PayXpert)", en: "Debit id for a credit (PayXpert)" },
    direction: "register",
    length: [1, 999],
    alphabet: "text",
    note: "The ID received on the debit.",
    sources: ["PX-V3"],
  },
  {
    name: "OD",
    meaning: { fr: "Données de commande (Fidecoin)", en: "Order data (Fidecoin)" },
    direction: "register",
    length: [1, 900],
    alphabet: "base64",
    note: "JSON in base64.",
    sources: ["FD"],
  },
];
