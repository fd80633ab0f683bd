/**
 * Every word the element shows, in French and English. `{name}` is replaced by a value.
 * @module
 */

/** The languages the element speaks. */
export type Lang = "fr" | "en";

export const LANGS: readonly Lang[] = ["fr", "en"];

/** One text in all languages: a language forgotten is a compile error. */
export type Text = Readonly<Record<Lang, string>>;

const TEXTS = {
  pay: { fr: "Payer {amount}", en: "Pay {amount}" },
  payNothing: { fr: "Payer", en: "Pay" },
  cancel: { fr: "Annuler", en: "Cancel" },
  next: { fr: "Paiement suivant", en: "Next payment" },
  goOn: { fr: "Continuer", en: "Continue" },
  connect: { fr: "Connecter le terminal", en: "Connect the terminal" },
  check: { fr: "Vérifier auprès du terminal", en: "Check with the terminal" },
  checkAgain: { fr: "Vérifier à nouveau", en: "Check again" },
  looked: {
    fr: "J’ai regardé : le terminal n’affiche aucun paiement",
    en: "I have looked: the terminal shows no payment",
  },

  starting: { fr: "Un instant…", en: "One moment…" },
  startingDetail: {
    fr: "Recherche de paiements restés sans réponse.",
    en: "Looking for payments left without an answer.",
  },
  ready: { fr: "Prêt", en: "Ready" },
  readyDetail: {
    fr: "La carte se présente sur le terminal, après appui sur Payer.",
    en: "The card goes to the terminal, once Pay is pressed.",
  },
  noAmount: { fr: "En attente d’un montant", en: "Waiting for an amount" },

  connectTitle: { fr: "Terminal à connecter", en: "Terminal not connected" },
  connectDetail: {
    fr: "Appuyez sur Connecter, puis choisissez le port du terminal dans la liste du navigateur. C’est à faire une seule fois.",
    en: "Press Connect, then pick the terminal’s port in the browser’s list. This is needed once only.",
  },
  picking: { fr: "Choisissez le port du terminal", en: "Pick the terminal’s port" },
  pickingDetail: {
    fr: "dans la liste ouverte par le navigateur.",
    en: "in the list the browser has opened.",
  },

  calling: { fr: "Appel du terminal…", en: "Calling the terminal…" },
  callingDetail: { fr: "Ne présentez pas encore la carte.", en: "Do not present the card yet." },
  cardExpected: { fr: "Présentez la carte", en: "Present the card" },
  cardExpectedDetail: {
    fr: "sur le terminal. Pour annuler : touche rouge du terminal.",
    en: "on the terminal. To cancel, press the red key on the terminal.",
  },
  redKey: { fr: "Touche rouge du terminal", en: "Press the red key" },
  cancelAsked: {
    fr: "Annulation notée. Appuyez sur la touche rouge du terminal : lui seul peut annuler. S’il accepte le paiement entre-temps, le paiement compte.",
    en: "Cancellation noted. Press the red key on the terminal: only the terminal can cancel. If it approves the payment meanwhile, the payment counts.",
  },
  answered: { fr: "Réponse reçue…", en: "Answer received…" },
  answeredDetail: { fr: "Enregistrement du résultat.", en: "Writing down the result." },

  approved: { fr: "Paiement accepté", en: "Payment approved" },
  approvedPartial: { fr: "Paiement partiel accepté", en: "Part of the payment approved" },
  partialDetail: {
    fr: "{charged} payés sur {amount}. Reste à payer : {rest}.",
    en: "{charged} of {amount} paid. Still to pay: {rest}.",
  },
  authorisation: { fr: "Autorisation {code}", en: "Authorisation {code}" },
  declined: { fr: "Paiement refusé", en: "Payment declined" },
  abandoned: { fr: "Paiement abandonné", en: "Payment abandoned" },
  failed: { fr: "Paiement non effectué", en: "Payment not done" },
  notCharged: { fr: "Le client n’est pas débité.", en: "The customer is not charged." },
  busy: {
    fr: "Le terminal a répondu aussitôt : il était sans doute occupé par une autre opération. Terminez-la ou annulez-la sur le terminal.",
    en: "The terminal answered at once: it was probably busy with something else. Finish or cancel that on the terminal.",
  },
  lookFirst: { fr: "Regardez le terminal", en: "Look at the terminal" },
  lookFirstDetail: {
    fr: "Il dit « non effectué » sans raison claire. Regardez s’il affiche ou imprime un paiement de {amount}, puis répondez. En cas de doute, n’encaissez pas à nouveau : appelez le responsable.",
    en: "It says “not done” without a clear reason. See whether it shows or prints a payment of {amount}, then answer. If in doubt, do not charge again: call the manager.",
  },
  lookShowsPayment: {
    fr: "Le terminal affiche le paiement",
    en: "The terminal shows the payment",
  },
  lookWhoNeeded: {
    fr: "Nécessaire si le terminal affiche le paiement.",
    en: "Needed if the terminal shows the payment.",
  },
  byRegister: { fr: "caisse {number}", en: "register {number}" },
  unrecorded: {
    fr: "Attention : ce résultat n’a pas pu être écrit dans le journal de la caisse. Notez-le.",
    en: "Careful: this result could not be written to the register’s journal. Make a note of it.",
  },
  settledApproved: { fr: "Noté : paiement accepté", en: "Noted: payment approved" },
  settledFailed: { fr: "Noté : rien n’a été payé", en: "Noted: nothing was paid" },
  settledBy: {
    fr: "Décidé par {who}, d’après le terminal.",
    en: "Decided by {who}, after looking at the terminal.",
  },

  contradicted: { fr: "Le terminal dit autre chose", en: "The terminal says otherwise" },
  contradictedPaid: {
    fr: "Il annonce maintenant que ce paiement est accepté. N’encaissez pas à nouveau ; si c’est déjà fait, remboursez le client.",
    en: "It tells now that this payment is approved. Do not charge again; if that is done already, refund the customer.",
  },
  contradictedUnpaid: {
    fr: "Il annonce maintenant que ce paiement n’a pas été fait. Vérifiez son journal avec le responsable.",
    en: "It tells now that this payment was not made. Check its journal with the manager.",
  },
  notedPaid: { fr: "{who} avait noté : accepté.", en: "{who} had noted: approved." },
  wasNotedPaid: { fr: "C’était noté : accepté.", en: "It was noted: approved." },
  wasNotedUnpaid: { fr: "C’était noté : rien n’a été payé.", en: "It was noted: nothing was paid." },
  notedUnpaid: { fr: "{who} avait noté : rien n’a été payé.", en: "{who} had noted: nothing was paid." },

  blocked: { fr: "Paiement à vérifier", en: "Payment to be checked" },
  blockedRefund: { fr: "Remboursement à vérifier", en: "Refund to be checked" },
  blockedReversal: { fr: "Annulation à vérifier", en: "Reversal to be checked" },
  blockedDetail: {
    fr: "On ne sait pas si ce paiement a été débité. N’encaissez pas à nouveau avant de l’avoir vérifié.",
    en: "It is not known whether this payment was charged. Do not charge again before it is checked.",
  },
  blockedAcknowledged: {
    fr: "Le terminal a seulement pris la demande en compte : ce n’est pas un paiement.",
    en: "The terminal only took the request into account: that is not a payment.",
  },
  blockedWhen: { fr: "Demandé le {when}.", en: "Asked for on {when}." },
  blockedReference: { fr: "Référence {reference}.", en: "Reference {reference}." },
  checking: { fr: "Vérification en cours…", en: "Checking…" },
  checkingDetail: {
    fr: "Le terminal est interrogé. Aucun montant ne lui est envoyé.",
    en: "The terminal is being asked. No amount is sent to it.",
  },
  stillUnknown: { fr: "Que montre le terminal ?", en: "What does the terminal show?" },
  stillUnknownDetail: {
    fr: "Il n’a pas pu répondre lui-même. Allez voir :",
    en: "It could not tell by itself. Go and look:",
  },
  lookScreen: {
    fr: "S’il attend encore une carte : touche rouge, puis attendez qu’il soit au repos.",
    en: "If it still waits for a card, press its red key and wait until it is idle.",
  },
  lookTicket: {
    fr: "Dans son menu, demandez un duplicata ou le journal des opérations.",
    en: "In its menu, ask for a duplicate or for the journal of transactions.",
  },
  lookFor: {
    fr: "Cherchez {amount}, le {when} ou juste après.",
    en: "Look for {amount}, on {when} or shortly after.",
  },
  lookForCard: {
    fr: "En cas de doute, ne choisissez pas : appelez le responsable.",
    en: "If in doubt, do not choose: call the manager.",
  },
  duplicateTicket: {
    fr: "Dernier ticket du terminal. Comparez le montant et l’heure : il peut être celui d’un autre paiement.",
    en: "The terminal’s last ticket. Compare amount and time: it may be that of another payment.",
  },
  who: { fr: "Votre nom", en: "Your name" },
  whoNeeded: {
    fr: "Écrivez votre nom : il est noté avec la décision.",
    en: "Write your name: it is noted with the decision.",
  },
  shownApproved: { fr: "Le terminal l’affiche accepté", en: "The terminal shows it approved" },
  shownRefused: {
    fr: "Le terminal l’affiche refusé, ou rien",
    en: "The terminal shows it refused, or nothing",
  },
  settling: { fr: "Enregistrement…", en: "Writing it down…" },

  historyLost: { fr: "Journal de la caisse perdu", en: "The register’s journal was lost" },
  historyLostDetail: {
    fr: "Le navigateur a perdu une partie du journal des paiements. Un paiement fait auparavant peut manquer.",
    en: "The browser lost part of the payment journal. A payment made earlier may be missing from it.",
  },
  historyStepJournal: {
    fr: "Sur le terminal, affichez ou imprimez le journal des opérations du jour.",
    en: "On the terminal, show or print the journal of today’s transactions.",
  },
  historyStepCompare: {
    fr: "Comparez-le avec les tickets de la caisse. Une opération en trop est un paiement déjà débité.",
    en: "Compare it with the register’s receipts. A transaction too many is a payment already charged.",
  },
  historyStepRedo: {
    fr: "N’encaissez pas à nouveau ce que le terminal montre comme accepté.",
    en: "Do not charge again what the terminal shows as approved.",
  },
  historyChecked: { fr: "J’ai vérifié le journal du terminal", en: "I have checked the terminal’s journal" },

  nothingSent: {
    fr: "Rien n’a été envoyé : le client n’est pas débité.",
    en: "Nothing was sent: the customer is not charged.",
  },
  nothingSentNow: {
    fr: "Cette fois, rien n’a été envoyé au terminal.",
    en: "This time nothing was sent to the terminal.",
  },
  unreadDetail: {
    fr: "Un paiement fait auparavant n’est peut-être pas encore vérifié : n’encaissez pas autrement avant de l’avoir vu.",
    en: "A payment made earlier may still have to be checked: do not take the money otherwise before that is seen.",
  },
  lookAgain: { fr: "Regarder à nouveau", en: "Look again" },
  outUnsettled: {
    fr: "Un paiement est encore à vérifier, peut-être sur un autre terminal : vérifiez-le d’abord.",
    en: "A payment still has to be checked, perhaps on another terminal: check it first.",
  },
  unavailable: { fr: "Paiement par carte indisponible", en: "Card payment unavailable" },
  error: { fr: "Le terminal n’a pas été joint", en: "The terminal was not reached" },
  errorBadRequest: { fr: "Demande impossible", en: "Request not possible" },
  errorWrongState: { fr: "Pas maintenant", en: "Not now" },
  errorJournal: { fr: "Journal de la caisse indisponible", en: "The register’s journal is unavailable" },
  errorNotAllowed: { fr: "Accès refusé", en: "Access refused" },
  technical: { fr: "Détail technique", en: "Technical detail" },

  outBadRequest: {
    fr: "La caisse doit corriger le champ « {field} ».",
    en: "The register has to correct the field “{field}”.",
  },
  outHeld: {
    fr: "Le terminal est utilisé par : {holder}. Terminez là-bas, puis fermez cette fenêtre-là.",
    en: "The terminal is in use by: {holder}. Finish there, then close that window.",
  },
  outHeldHere: {
    fr: "Un autre bouton de paiement de cette page utilise ce terminal avec d’autres réglages. Payez avec celui-là.",
    en: "Another payment button on this page uses this terminal with other settings. Pay with that one.",
  },
  outWrongState: {
    fr: "Une autre opération est en cours. Attendez sa fin.",
    en: "Something else is under way. Wait for its end.",
  },
  outNoAnswer: {
    fr: "Le terminal ne répond pas. Vérifiez qu’il est allumé, à l’écran de repos, et relié par le bon câble.",
    en: "The terminal does not answer. Check that it is on, idle, and connected by the right cable.",
  },
  outRefused: {
    fr: "Le terminal refuse la liaison. Vérifiez dans son menu la liaison caisse et la version Concert.",
    en: "The terminal refuses the link. Check the register link and the Concert version in its menu.",
  },
  outCollision: {
    fr: "Le terminal avait encore une réponse à donner pour un paiement précédent : elle est enregistrée. Il est prêt maintenant.",
    en: "The terminal still had an answer to an earlier payment: it was written down. It is ready now.",
  },
  outLost: {
    fr: "La liaison est coupée. Rebranchez le câble ou attendez le retour du réseau.",
    en: "The connection was cut. Plug the cable in again, or wait until the network is back.",
  },
  outUnreachable: {
    fr: "Vérifiez que le terminal est allumé et relié, et l’adresse indiquée à la caisse.",
    en: "Check that the terminal is on and connected, and the address given to the register.",
  },
  outBridgeDown: {
    fr: "Le programme « concert-bridge » ne tourne pas sur ce poste : démarrez-le. Si le navigateur demande l’accès au réseau local, autorisez-le.",
    en: "The program “concert-bridge” is not running on this computer: start it. If the browser asks for access to the local network, allow it.",
  },
  outUnknownTerminal: {
    fr: "Le pont ne connaît pas ce terminal : vérifiez le nom à la fin de l’adresse.",
    en: "The bridge does not know this terminal: check the name at the end of the address.",
  },
  outTerminalDown: {
    fr: "Le pont tourne, mais le terminal ne répond pas : est-il allumé, sur le réseau, avec l’option caisse sur IP ?",
    en: "The bridge is running, but the terminal does not answer: is it on, on the network, with the register option over IP?",
  },
  outBridgeBusy: {
    fr: "Le pont est occupé ou s’arrête. Attendez un instant.",
    en: "The bridge is busy or stopping. Wait a moment.",
  },
  outPortBusy: {
    fr: "Un autre programme ou onglet utilise ce port : fermez-le.",
    en: "Another program or tab is using this port: close it.",
  },
  outUnplugged: { fr: "Rebranchez le câble du terminal.", en: "Plug the terminal’s cable in again." },
  outAmbiguous: {
    fr: "Plusieurs ports identiques : rechargez la page et choisissez celui du terminal.",
    en: "Several identical ports: reload the page and pick the terminal’s.",
  },
  outPermission: {
    fr: "Autorisez l’accès au réseau local pour ce site, dans les réglages du navigateur (icône à gauche de l’adresse).",
    en: "Allow this site access to the local network, in the browser’s settings (icon left of the address).",
  },
  outPrompt: {
    fr: "Le navigateur demande l’accès au réseau local : répondez « Autoriser », puis appuyez sur Payer.",
    en: "The browser is asking for access to the local network: answer “Allow”, then press Pay.",
  },
  outOrigin: {
    fr: "Le pont n’accepte pas cette page : ajoutez son adresse avec --allow-origin.",
    en: "The bridge does not accept this page: add its address with --allow-origin.",
  },
  outToken: { fr: "Le jeton du pont manque ou est faux.", en: "The bridge’s token is missing or wrong." },
  outNotAllowed: {
    fr: "Le navigateur ou le pont refuse l’accès. Vérifiez les réglages de ce site.",
    en: "The browser or the bridge refuses access. Check the settings of this site.",
  },
  outMixedContent: {
    fr: "Une page https ne joint un pont que par une adresse comme ws://127.0.0.1:8765, ou en wss.",
    en: "An https page reaches a bridge only at an address such as ws://127.0.0.1:8765, or over wss.",
  },
  outPolicy: {
    fr: "La page interdit cet accès (Content-Security-Policy ou Permissions-Policy) : à corriger sur le serveur.",
    en: "The page forbids this access (Content-Security-Policy or Permissions-Policy): to be corrected on the server.",
  },
  outInsecure: {
    fr: "La page doit être servie en https, ou depuis localhost.",
    en: "The page has to be served over https, or from localhost.",
  },
  outMissingApi: {
    fr: "Ce navigateur ne sait pas utiliser un port série. Prenez Chrome ou Edge, ou passez par le pont.",
    en: "This browser cannot use serial ports. Take Chrome or Edge, or go through the bridge.",
  },
  outNotSupported: {
    fr: "Ce terminal ou ce navigateur ne sait pas le faire.",
    en: "This terminal or this browser cannot do that.",
  },
  outJournal: {
    fr: "Un paiement n’est commencé que s’il peut être écrit. Quittez la navigation privée, libérez de l’espace disque, rechargez la page.",
    en: "A payment is begun only if it can be written down. Leave private browsing, free some disk space, reload the page.",
  },
  outBadEntry: {
    fr: "Le journal ne peut pas garder « {field} » de ce paiement, par exemple parce que 13 chiffres de suite pourraient être un numéro de carte. La caisse doit le corriger.",
    en: "The journal cannot keep “{field}” of this payment, for example because 13 digits in a row could be a card number. The register has to correct it.",
  },
  outNoTerminal: {
    fr: "Indiquez un terminal : attribut « bridge » ou « serial ».",
    en: "Name a terminal: attribute “bridge” or “serial”.",
  },
  outKeyUsed: {
    fr: "La clé « payment-key » a déjà servi pour le paiement affiché ici : cette fois, rien n’a été envoyé. Une autre demande veut une autre clé, donnée par la caisse.",
    en: "The key “payment-key” was used already, for the payment shown here: this time nothing was sent. Another request needs another key, given by the register.",
  },
  outNotConnected: {
    fr: "Le terminal n’est pas connecté : rebranchez-le, puis répondez.",
    en: "The terminal is not connected: plug it in again, then answer.",
  },
  outOtherTerminal: {
    fr: "Ce paiement a été fait sur un autre terminal : choisissez-le à nouveau pour répondre.",
    en: "That payment was made on another terminal: choose that one again to answer.",
  },
  outReload: { fr: "Rechargez la page.", en: "Reload the page." },
} as const;

export type TextKey = keyof typeof TEXTS;

/** French as it is set: no line begins with a sign that belongs to the word before it, and no quotation is torn. */
export function typeset(text: Text): Text {
  return { ...text, fr: text.fr.replace(/ (?=[:;!?»])/g, "\u00a0").replaceAll("« ", "«\u00a0") };
}

/** The whole table, for tests and for applications that show the same words elsewhere. */
export const ALL_TEXTS: Readonly<Record<TextKey, Text>> = Object.fromEntries(
  Object.entries<Text>(TEXTS).map(([key, text]) => [key, typeset(text)]),
) as Record<TextKey, Text>;

/** The text of that key, its `{placeholders}` filled. A placeholder without value stays visible. */
export function say(lang: Lang, key: TextKey, values: Readonly<Record<string, string>> = {}): string {
  return ALL_TEXTS[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** French for `fr` and its regions; English for everything else. */
export function langOf(tag: string | undefined): Lang {
  return /^fr(?:[-_]|$)/i.test(tag ?? "") ? "fr" : "en";
}
