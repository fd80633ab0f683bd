/**
 * The terminal families we know, as data. What is not known about a family is left as in `generic`.
 * @module
 */
import { badRequest } from "../errors.ts";
import { LINE_8N1 } from "../link/line-settings.ts";
import type { Profile } from "./profile.ts";

/**
 * What every field-tested source agrees on: V3, CZ 0300 as in every vendor's sample but one (protocol.md 12.5), no
 * BF (10.1), one digit-padded amount, 250 ms of silence at the end of an answer (5). The line is set as over USB, which
 * is what a page meets; a true RS232 cable is 7E1 for the same terminals, so no family can say (7.1).
 */
export const GENERIC: Profile = {
  name: "generic",
  label: "Concert V3",
  version: "0300",
  dialect: "v3",
  ipFraming: "stream",
  neverSend: ["BF"],
  tickets: ["100", "110", "120", "101", "111", "121"],
  quietMs: 250,
  successReasons: ["01", "03"],
  recovery: [],
  requestSuffix: "",
  line: LINE_8N1,
  maskBit7: true,
  softwareParity: false,
  evidence: ["protocol.md 5, 10.1, 11, 12.5; line: over USB, on an RS232 cable 9600 7E1 (7.1)"],
};

const V2: Profile = {
  ...GENERIC,
  name: "generic-v2",
  label: "Concert V2 E+",
  dialect: "v2-e+",
  tickets: [],
  evidence: ["protocol.md 8"],
};

/** All profiles. The first is the default. */
export const PROFILES: readonly Profile[] = [
  GENERIC,
  {
    ...GENERIC,
    name: "payxpress",
    label: "PayXpress (Castles, Sunmi)",
    version: "0320",
    recovery: ["status", "duplicate"],
    evidence: ["PayXpert, Concert V3: CZ 0320 in every example; CD=T and CD=3 (protocol.md 3)"],
  },
  {
    ...GENERIC,
    name: "ingenico-tetra",
    label: "Ingenico Desk/5000, Move/5000, AXIUM",
    tickets: [],
    setup: "Concert, Version 3, IP, port 8888; the configuration slip prints PROTOCOL: ConcertV3 IP",
    evidence: [
      "akretion/caisse-ap-ip; OCA l10n-france issues 645 to 648 (BF), 668 to 672 (no CB after the red key)",
    ],
  },
  {
    ...GENERIC,
    name: "nepting",
    label: "Nepting (AXIUM DX8000, PAX Q25)",
    tickets: ["100"],
    // 800 ms is what a web shop's Nepting settings wait (protocol.md 5, end of response).
    quietMs: 800,
    setup: "Functional parameters > Register > Register protocol: Concert, Version 3, IP",
    line: { ...LINE_8N1, baudRate: 115_200 },
    evidence: [
      "HiPay, Local API for Nepting: CK 000 and 100 only (protocol.md 6)",
      "line: PAX Q25 set to 115200 8N1 (protocol.md 7.1); of the others only IP is known",
    ],
  },
  {
    ...GENERIC,
    name: "viva",
    label: "Viva (PAX A910, A920, A80, A35)",
    tickets: ["121"],
    evidence: ["Viva.com, AP Concert Protocol: CK 121, CF of 183 characters"],
  },
  {
    ...GENERIC,
    name: "verifone",
    label: "Verifone",
    tickets: [],
    evidence: ["said to support it, no data per model (protocol.md 9)"],
  },
  V2,
  { ...V2, name: "generic-v2-e", label: "Concert V2 E", dialect: "v2-e" },
  {
    ...V2,
    name: "ingenico-telium",
    label: "Ingenico EFTSmart4S, iCT220, iCT250, iWL220, iWL250",
    setup:
      "F > 0 Telium Manager > 5 Initialisation > 1 Parameters > Cash connection > On > USB or COM1, then reboot",
    evidence: [
      "pyTeliumManager, pypostelium, EPTEmulator (protocol.md 9); E+ needs Telium Manager 37783600",
      "line: 8N1 over USB in both; pyTeliumManager opens a native RS232 port at 9600 7E1 (protocol.md 7.1)",
    ],
  },
  {
    ...V2,
    name: "nepting-v2",
    label: "PAX A920 with Nepting, Concert V2 over IP",
    ipFraming: "serial",
    evidence: ["yuzer release notes, December 2023 (protocol.md 8.3)"],
  },
];

/** A profile as given or by its name; the default where none is given. @throws ConcertError `BAD_REQUEST` naming `profile` */
export function profileOf(profile: Profile | string = GENERIC): Profile {
  return typeof profile === "object" && profile !== null ? profile : findProfile(profile);
}

/** The profile of that name. @throws ConcertError `BAD_REQUEST` naming `profile` */
export function findProfile(name: string): Profile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found === undefined)
    throw badRequest("profile", `one of ${PROFILES.map((profile) => profile.name).join(", ")}`, name);
  return found;
}
