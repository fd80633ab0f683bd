/**
 * Words for the codes that terminals and registers exchange, in French and English (protocol.md 2.4, 3, 4 and 6).
 * @module
 */
import type { Names } from "./dictionary/definition.ts";

export type { Names } from "./dictionary/definition.ts";

/** CD: actions (protocol.md 3). 5, 6 and 7 differ between sources. */
export const ACTIONS: Readonly<Record<string, Names>> = {
  "0": { fr: "Débit (achat)", en: "Debit (purchase)" },
  "1": { fr: "Crédit (remboursement)", en: "Credit (refund)" },
  "2": { fr: "Annulation d'un débit", en: "Cancellation of a debit" },
  "3": { fr: "Duplicata", en: "Duplicate" },
  "4": { fr: "Préautorisation", en: "Pre-authorisation" },
  "5": { fr: "Réautorisation ou clôture de lot", en: "Re-authorisation or batch close" },
  "6": { fr: "Paiement de service", en: "Service payment" },
  "7": { fr: "Débit différé", en: "Deferred debit" },
  B: { fr: "Télécollecte", en: "Telecollection" },
  C: { fr: "État CTMS", en: "CTMS status" },
  I: { fr: "Identification", en: "Identification" },
  P: { fr: "Impression", en: "Print" },
  R: { fr: "Redémarrage", en: "Reboot" },
  T: { fr: "État d'une transaction", en: "Transaction status" },
};

/** AE: status of the action (protocol.md 4.1). */
export const STATUSES: Readonly<Record<string, Names>> = {
  "01": { fr: "Non effectué", en: "Not done" },
  "10": { fr: "Effectué", en: "Done" },
  "11": { fr: "Demande prise en compte", en: "Request taken into account" },
};

/** CI: how the card was read (protocol.md 2.3). */
export const READINGS: Readonly<Record<string, Names>> = {
  "0": { fr: "Indifférent", en: "Any" },
  "1": { fr: "Puce (contact)", en: "Chip (contact)" },
  "2": { fr: "Sans contact", en: "Contactless" },
  "3": { fr: "Piste magnétique", en: "Magnetic stripe" },
  "4": { fr: "Saisie manuelle", en: "Manual entry" },
};

/** CC: payment applications (protocol.md 2.4). The list is open: a terminal may use others. */
export const APPLICATIONS: Readonly<Record<string, Names>> = {
  "000": { fr: "Indifférent ou autre", en: "Any or other" },
  "001": { fr: "CB contact", en: "CB contact" },
  "002": { fr: "American Express contact", en: "American Express contact" },
  "003": { fr: "CB Enseigne", en: "CB Enseigne (store card)" },
  "004": { fr: "Cetelem", en: "Cetelem" },
  "005": { fr: "Cofinoga", en: "Cofinoga" },
  "006": { fr: "Diners Club", en: "Diners Club" },
  "007": { fr: "Pass", en: "Pass" },
  "008": { fr: "Franfinance", en: "Franfinance" },
  "009": { fr: "JCB", en: "JCB" },
  "00A": { fr: "Banque Accord", en: "Banque Accord" },
  "00B": { fr: "CB sans contact", en: "CB contactless" },
  "00C": { fr: "Chèque", en: "Cheque" },
  "00D": { fr: "American Express sans contact", en: "American Express contactless" },
  "00E": { fr: "Conecs contact (ou CMCIC-Pay TPE)", en: "Conecs contact (or CMCIC-Pay TPE)" },
  "00F": { fr: "DCC", en: "DCC (currency conversion)" },
  "00G": { fr: "QuickPass", en: "QuickPass" },
  "00I": { fr: "CPEI", en: "CPEI" },
  "00S": { fr: "Sofinco", en: "Sofinco" },
  "00U": { fr: "UnionPay (UPI, CUP)", en: "UnionPay (UPI, CUP)" },
  "101": { fr: "CB vente à distance saisie", en: "CB remote sale, keyed" },
  "10E": { fr: "Conecs sans contact", en: "Conecs contactless" },
  "201": { fr: "Quasi-cash", en: "Quasi-cash" },
  "301": { fr: "PLBS (location de biens et services)", en: "PLBS (rental of goods and services)" },
  "30F": { fr: "PLBS avec DCC", en: "PLBS with DCC" },
  "401": { fr: "Optalion", en: "Optalion" },
  "501": { fr: "Espèces au guichet", en: "Cash at a branch" },
  "601": { fr: "PNF (paiement en plusieurs fois)", en: "PNF (payment in instalments)" },
  "602": { fr: "P3F (paiement en trois fois)", en: "P3F (payment in three instalments)" },
  "603": { fr: "Optalion", en: "Optalion" },
  "604": { fr: "Préautorisation CM", en: "CM pre-authorisation" },
  "605": { fr: "PRCME", en: "PRCME" },
  "607": { fr: "Paiement par QR code", en: "QR payment" },
  "608": { fr: "TOP3-3XCB", en: "TOP3-3XCB" },
  "609": { fr: "PNF-HPS", en: "PNF-HPS" },
  "701": { fr: "PPFCA", en: "PPFCA" },
};

/**
 * What a reason says about the money, beside AE=01 (protocol.md 4.2): `not-charged`; `follows-status`, so AE
 * decides; `check`, the terminal must be looked at.
 */
export type ReasonMoney = "not-charged" | "follows-status" | "check";

/** One reason. */
export interface ReasonNames extends Names {
  readonly money: ReasonMoney;
}

/** AF: reasons, by their first two characters (protocol.md 4.2 and 4.3). */
export const REASONS: Readonly<Record<string, ReasonNames>> = {
  "00": { fr: "Raison inconnue", en: "Unknown reason", money: "check" },
  "01": { fr: "Transaction autorisée", en: "Transaction authorised", money: "follows-status" },
  "02": { fr: "Appel phonie", en: "Voice referral: call the centre", money: "check" },
  "03": { fr: "Forcée", en: "Forced", money: "follows-status" },
  "04": { fr: "Refusée", en: "Refused", money: "not-charged" },
  "05": { fr: "Interdite", en: "Forbidden", money: "not-charged" },
  "06": { fr: "Abandon du porteur", en: "Cardholder gave up", money: "not-charged" },
  "07": { fr: "Non aboutie", en: "Not completed", money: "check" },
  "08": { fr: "Délai de saisie dépassé", en: "Time-out of entry", money: "not-charged" },
  "09": { fr: "Erreur de format du message", en: "Error in the message format", money: "not-charged" },
  "10": { fr: "Erreur de sélection", en: "Selection error", money: "not-charged" },
  "11": { fr: "Abandon de l'opérateur", en: "Operator gave up", money: "not-charged" },
  "12": { fr: "Action inconnue", en: "Unknown action", money: "not-charged" },
  "13": { fr: "Devise non supportée", en: "Currency not supported", money: "not-charged" },
};

/** CK in three positions (protocol.md 6). */
export interface TicketKind {
  /** Position 1: the register handles the tickets; their text comes in ZT. */
  readonly byRegister: boolean;
  /** Position 2. */
  readonly recipient: "customer" | "merchant" | "both";
  /** Position 3, inside base64 either way. */
  readonly format: "text" | "html";
}

const RECIPIENTS = ["customer", "merchant", "both"] as const;

/** Reads CK: `"100"` is the customer's ticket as text. `undefined` where it is not three known positions. */
export function ticketKind(ck: string): TicketKind | undefined {
  const recipient = RECIPIENTS["012".indexOf(ck[1] ?? "none")];
  if (ck.length !== 3 || recipient === undefined || !"01".includes(ck[0]!) || !"01".includes(ck[2]!))
    return undefined;
  return { byRegister: ck[0] === "1", recipient, format: ck[2] === "1" ? "html" : "text" };
}

/** CK of a kind of ticket: the inverse of {@link ticketKind}. */
export function ticketKindCode(kind: TicketKind): string {
  const recipient = String(RECIPIENTS.indexOf(kind.recipient));
  return (kind.byRegister ? "1" : "0") + recipient + (kind.format === "html" ? "1" : "0");
}

/** Name of a payment application: `applicationNames("00C")?.en` is "Cheque". */
export function applicationNames(cc: string): Names | undefined {
  return own(APPLICATIONS, cc);
}

/** Name of an action. */
export function actionNames(cd: string): Names | undefined {
  return own(ACTIONS, cd);
}

/** Name of a way of reading the card. */
export function readingNames(ci: string): Names | undefined {
  return own(READINGS, ci);
}

/** Name of a status. */
export function statusNames(ae: string): Names | undefined {
  return own(STATUSES, ae);
}

/**
 * Reason of a whole AF value, of which only the first two characters count: terminals add bank fields
 * (protocol.md 4.3).
 */
export function afReason(af: string): ReasonNames | undefined {
  return own(REASONS, af.slice(0, 2));
}

/** Own entries only: a code may spell the name of something every object inherits. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
