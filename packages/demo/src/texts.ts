/**
 * The register's own words.
 * @module
 */
import { typeset, type Lang, type Text } from "@concert-pay/element";

const TEXTS = {
  title: { fr: "Caisse de démonstration", en: "Demonstration register" },
  articles: { fr: "Articles", en: "Articles" },
  sale: { fr: "Vente", en: "Sale" },
  empty: { fr: "Touchez un article pour commencer.", en: "Touch an article to begin." },
  total: { fr: "Total", en: "Total" },
  less: { fr: "Un de moins : {article}", en: "One less: {article}" },
  more: { fr: "Un de plus : {article}", en: "One more: {article}" },
  remove: { fr: "Retirer : {article}", en: "Remove: {article}" },
  nextSale: { fr: "Vente suivante", en: "Next sale" },
  receipt: { fr: "Ticket de caisse", en: "Receipt" },
  cardTicket: { fr: "TICKET CARTE", en: "CARD TICKET" },
  thanks: { fr: "Merci de votre visite", en: "Thank you" },
  paidByCard: { fr: "Carte bancaire", en: "Paid by card" },
  authorisation: { fr: "Autorisation", en: "Authorisation" },
  checkedBy: { fr: "Vérifié par", en: "Checked by" },
  leftToPay: { fr: "Reste à payer", en: "Still to pay" },
  toRefund: { fr: "À rembourser", en: "To refund" },
  chargedTwice: {
    fr: "La carte a été débitée plusieurs fois pour cette vente : remboursez {amount}.",
    en: "The card was charged more than once for this sale: refund {amount}.",
  },
  paidMeanwhile: {
    fr: "Une tentative précédente de cette vente vient d’être acceptée : {amount}. Annulez celle-ci sur le terminal (touche rouge).",
    en: "An earlier attempt at this sale has just been approved: {amount}. Cancel this one on the terminal (red key).",
  },
  language: { fr: "Langue", en: "Language" },
  theme: { fr: "Apparence", en: "Look" },
  auto: { fr: "Auto", en: "Auto" },
  light: { fr: "Clair", en: "Light" },
  dark: { fr: "Sombre", en: "Dark" },
  terminal: { fr: "Terminal", en: "Terminal" },
  page: { fr: "Dans la page", en: "In the page" },
  bridge: { fr: "Par le pont (IP)", en: "Bridge (IP)" },
  serial: { fr: "Port série (USB, RS232)", en: "Serial port (USB, RS232)" },
  pageHelp: {
    fr: "Un terminal simulé dans cette page : ni pont, ni câble. Appuyez sur Payer, puis jouez le client.",
    en: "A terminal simulated in this page: no bridge, no cable. Press Pay, then play the customer.",
  },
  bridgeHelp: {
    fr: "Le programme concert-bridge relie cette page au terminal sur le réseau.",
    en: "The program concert-bridge connects this page with the terminal on the network.",
  },
  serialHelp: {
    fr: "Un terminal relié à cet ordinateur, directement depuis Chrome ou Edge.",
    en: "A terminal plugged into this computer, straight from Chrome or Edge.",
  },
  bridgeUrl: { fr: "Adresse du pont", en: "Address of the bridge" },
  profile: { fr: "Modèle de terminal", en: "Kind of terminal" },
  simulated: { fr: "Terminal simulé", en: "Simulated terminal" },
  behaviour: { fr: "Au prochain paiement", en: "At the next payment" },
  screenIdle: { fr: "En attente de la caisse", en: "Waiting for the register" },
  screenCard: { fr: "Présentez votre carte", en: "Present your card" },
  screenProcessing: { fr: "Demande d’autorisation…", en: "Asking the bank…" },
  screenCharged: { fr: "Paiement accepté", en: "Payment approved" },
  screenNotCharged: { fr: "Paiement non effectué", en: "Payment not made" },
  screenOccupied: { fr: "Terminal occupé", en: "Terminal busy" },
  tap: { fr: "Carte sans contact", en: "Tap the card" },
  insert: { fr: "Insérer la carte", en: "Insert the card" },
  red: { fr: "Touche rouge", en: "Red key" },
  refuse: { fr: "La banque refuse", en: "The bank refuses" },
  silence: { fr: "Panne, rien débité", en: "Goes dead, not charged" },
  "charge-then-silence": { fr: "Débit, puis panne", en: "Charged, then goes dead" },
} as const;

export type RegisterText = keyof typeof TEXTS;

export const REGISTER_TEXTS: Readonly<Record<RegisterText, Text>> = Object.fromEntries(
  Object.entries<Text>(TEXTS).map(([key, text]) => [key, typeset(text)]),
) as Record<RegisterText, Text>;

export function words(lang: Lang, key: RegisterText, values: Readonly<Record<string, string>> = {}): string {
  return REGISTER_TEXTS[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** What the simulated terminal can be told to do, with the words for it. */
export const BEHAVIOURS: readonly { readonly name: string; readonly label: Text }[] = [
  {
    name: "interactive",
    label: { fr: "Vous jouez le client (boutons)", en: "You play the customer (buttons)" },
  },
  { name: "approve", label: { fr: "Accepté", en: "Approved" } },
  { name: "two-tickets", label: { fr: "Accepté, avec tickets", en: "Approved, with tickets" } },
  { name: "refuse", label: { fr: "Refusé par la banque", en: "Refused by the bank" } },
  { name: "red-key", label: { fr: "Abandonné par le client", en: "Given up by the customer" } },
  {
    name: "technical-fault",
    label: { fr: "Non effectué, sans raison claire", en: "Not done, no clear reason" },
  },
  {
    name: "acknowledge",
    label: {
      fr: "Seulement pris en compte (en doute après 3 minutes)",
      en: "Only taken into account (in doubt after 3 minutes)",
    },
  },
  { name: "contradictory-reason", label: { fr: "Réponse contradictoire", en: "Contradictory answer" } },
  { name: "hang-up-without-answer", label: { fr: "Raccroche, rien débité", en: "Hangs up, not charged" } },
  { name: "charge-then-hang-up", label: { fr: "Débite, puis raccroche", en: "Charges, then hangs up" } },
];
