/**
 * Tags beginning with C or Z, and ID: written by either side (protocol.md 2.3 and 2.5).
 * @module
 */
import { ACTIONS, READINGS } from "../names.ts";
import type { TagDefinition } from "./definition.ts";

export const SHARED_TAGS: readonly TagDefinition[] = [
  {
    name: "CA",
    meaning: { fr: "Numéro de caisse", en: "Register number" },
    direction: "both",
    length: [2, 2],
    alphabet: "digits",
    note: "Echoed unchanged. One digit in some PayXpert examples.",
    sources: ["HP", "FD", "AK", "PX-V3"],
  },
  {
    name: "CB",
    meaning: { fr: "Montant en plus petite unité", en: "Amount in the smallest unit" },
    direction: "both",
    length: [2, 12],
    alphabet: "digits",
    note: "From the terminal: really paid, may be lower than asked, may be zero-padded; compare as numbers.",
    sources: ["HP", "PX-V3", "OCA-0"],
  },
  {
    name: "CC",
    meaning: { fr: "Application de paiement", en: "Payment application" },
    direction: "both",
    length: [3, 3],
    alphabet: "alphanumeric",
    note: "The list of applications is open.",
    sources: ["HP", "OCA", "DL"],
  },
  {
    name: "CD",
    meaning: { fr: "Action", en: "Action" },
    direction: "both",
    length: [1, 1],
    alphabet: "alphanumeric",
    values: ACTIONS,
    sources: ["PX-V3", "HP", "FD", "OCA-0"],
  },
  {
    name: "CE",
    meaning: { fr: "Devise (ISO 4217 numérique)", en: "Currency (ISO 4217 numeric)" },
    direction: "both",
    length: [3, 3],
    alphabet: "digits",
    sources: ["HP", "PX-V3", "AK", "OCA"],
  },
  {
    name: "CF",
    meaning: { fr: "Données privées", en: "Private data" },
    direction: "both",
    length: [1, 99],
    alphabet: "text",
    note: "183 characters and the byte 0xA7 have been seen.",
    sources: ["HP", "PX-V3", "VV", "AK", "DL"],
  },
  {
    name: "CG",
    meaning: { fr: "Contrat commerçant", en: "Merchant contract" },
    direction: "terminal",
    length: [1, 10],
    alphabet: "text",
    note: "7 characters by HP, up to 10 by AK.",
    sources: ["HP", "AK", "FD"],
  },
  {
    name: "CH",
    meaning: { fr: "Référence de la transaction", en: "Reference of the transaction" },
    direction: "both",
    length: [1, 99],
    alphabet: "text",
    sources: ["OCA-0", "PX-V3"],
  },
  {
    name: "CI",
    meaning: { fr: "Mode de lecture de la carte", en: "How the card was read" },
    direction: "both",
    length: [1, 1],
    alphabet: "digits",
    values: READINGS,
    sources: ["OCA", "PX-V3", "AK"],
  },
  {
    name: "CJ",
    meaning: { fr: "Identifiant du protocole caisse", en: "Identifier of the register's protocol" },
    direction: "both",
    length: [12, 12],
    alphabet: "alphanumeric",
    note: "Real terminals may answer their own.",
    sources: ["OCA-0", "PX-V3", "HP", "CP"],
  },
  {
    name: "CK",
    meaning: { fr: "Ticket demandé ou nature du ticket", en: "Ticket wanted or ticket kind" },
    direction: "both",
    length: [3, 3],
    alphabet: "digits",
    values: ticketKinds(),
    sources: ["HP", "PX-V3", "FD", "VV"],
  },
  {
    name: "CZ",
    meaning: { fr: "Version du protocole", en: "Protocol version" },
    direction: "both",
    length: [4, 4],
    alphabet: "digits",
    values: {
      "0300": { fr: "Concert 3.00", en: "Concert 3.00" },
      "0301": { fr: "Concert 3.01", en: "Concert 3.01" },
      "0310": { fr: "Concert 3.10", en: "Concert 3.10" },
      "0320": { fr: "Concert 3.20", en: "Concert 3.20" },
    },
    note: "Always first. A terminal may answer another version than asked.",
    sources: ["HP", "FD", "AK", "OCA-0"],
  },
  {
    name: "ID",
    meaning: { fr: "Identifiant de transaction (PayXpert)", en: "Transaction id (PayXpert)" },
    direction: "both",
    length: [1, 999],
    alphabet: "text",
    note: "Returned on a debit, to be given back for a linked credit.",
    sources: ["PX-V3"],
  },
  {
    name: "ZT",
    meaning: { fr: "Ticket", en: "Ticket" },
    direction: "both",
    length: [1, 999],
    alphabet: "tags",
    note: "CK then AK. Alone may be repeated: one for each ticket.",
    sources: ["PX-V3", "HP", "FD"],
  },
];

/** The twelve kinds that three positions allow (protocol.md 6). */
function ticketKinds(): NonNullable<TagDefinition["values"]> {
  const values: Record<string, { fr: string; en: string }> = {};
  const by = {
    "0": { fr: "géré par le terminal", en: "by the terminal" },
    "1": { fr: "géré par la caisse", en: "by the register" },
  };
  const whom = {
    "0": { fr: "Ticket client", en: "Customer's ticket" },
    "1": { fr: "Ticket commerçant", en: "Merchant's ticket" },
    "2": { fr: "Les deux tickets", en: "Both tickets" },
  };
  const form = { "0": { fr: "texte", en: "text" }, "1": { fr: "HTML", en: "HTML" } };
  for (const [one, who] of Object.entries(by))
    for (const [two, recipient] of Object.entries(whom))
      for (const [three, format] of Object.entries(form))
        values[one + two + three] = {
          fr: `${recipient.fr}, ${who.fr}, ${format.fr}`,
          en: `${recipient.en}, ${who.en}, ${format.en}`,
        };
  return values;
}
