import { describe, expect, it } from "vitest";
import { currencyByCode } from "./currencies.ts";
import { DICTIONARY, tagDefinition } from "./dictionary.ts";
import * as names from "./names.ts";

/** Every tag that protocol.md section 2 describes; TI, LB and ZZ are named there as not to be relied on. */
const TAGS_OF_SECTION_2 = [
  ..."AA AB AC AD AE AF AG AH AI AK AL AM AN AP AQ".split(" "),
  ..."BA BB BF BH BI".split(" "),
  ..."CA CB CC CD CE CF CG CH CI CJ CK CZ".split(" "),
  ..."ID IM OD ZT".split(" "),
];

describe("DICTIONARY", () => {
  it("has every tag of protocol.md section 2 once, in alphabetical order", () => {
    expect(DICTIONARY.map((tag) => tag.name)).toEqual(TAGS_OF_SECTION_2);
  });

  it.each(DICTIONARY)("$name is complete and consistent", (tag) => {
    const [min, max] = tag.length;
    expect(tag.meaning.fr).not.toBe("");
    expect(tag.meaning.en).not.toBe("");
    expect(tag.sources.length).toBeGreaterThan(0);
    expect(min).toBeGreaterThanOrEqual(1);
    expect(max).toBeLessThanOrEqual(999);
    expect(min).toBeLessThanOrEqual(max);
    for (const value of Object.keys(tag.values ?? {})) expect(value).toHaveLength(min);
    if (tag.values !== undefined) expect([min, max]).toEqual([Math.min(min, 4), min]);
    if (tag.name.startsWith("A")) expect(tag.direction).toBe("terminal");
    if (tag.name.startsWith("B")) expect(tag.direction).toBe("register");
    expect(tag.alphabet === "tags").toBe(tag.name.startsWith("Z"));
  });

  it.each([
    ["AA", [1, 64]],
    ["AF", [2, 50]],
    ["AK", [1, 900]],
    ["BI", [6, 256]],
    ["CB", [2, 12]],
    ["CF", [1, 99]],
    ["CJ", [12, 12]],
    ["CZ", [4, 4]],
  ])("%s is %j bytes long", (name, length) => {
    expect(tagDefinition(name)?.length).toEqual(length);
  });

  it("knows nothing of other tags", () => {
    expect(tagDefinition("ZZ")).toBeUndefined();
    expect(tagDefinition("toString")).toBeUndefined();
  });
});

describe("names", () => {
  it("has the applications of protocol.md 2.4", () => {
    expect(Object.keys(names.APPLICATIONS).toSorted()).toEqual(
      "000 001 002 003 004 005 006 007 008 009 00A 00B 00C 00D 00E 00F 00G 00I 00S 00U 101 10E 201 301 30F 401 501 601 602 603 604 605 607 608 609 701"
        .split(" ")
        .toSorted(),
    );
    expect(names.applicationNames("00C")).toEqual({ fr: "Chèque", en: "Cheque" });
  });

  it("says what each reason means for the money, as protocol.md 4.2 has it", () => {
    const money = Object.entries(names.REASONS).map(([code, reason]) => [code, reason.money]);
    expect(Object.fromEntries(money)).toEqual({
      "00": "check",
      "01": "follows-status",
      "02": "check",
      "03": "follows-status",
      "04": "not-charged",
      "05": "not-charged",
      "06": "not-charged",
      "07": "check",
      "08": "not-charged",
      "09": "not-charged",
      "10": "not-charged",
      "11": "not-charged",
      "12": "not-charged",
      "13": "not-charged",
    });
  });

  it("reads only the first two characters of a long AF", () => {
    expect(names.afReason("04148HOLDER INVALID             ")?.en).toBe("Refused");
    expect(names.afReason("4")).toBeUndefined();
  });

  it("names actions, readings and statuses, and nothing else", () => {
    expect(names.actionNames("I")?.en).toBe("Identification");
    expect(names.readingNames("2")?.fr).toBe("Sans contact");
    expect(names.statusNames("11")?.en).toBe("Request taken into account");
    for (const unknown of ["", "8", "constructor", "__proto__"])
      expect(names.actionNames(unknown)).toBeUndefined();
  });

  it("takes CK apart and puts it together again", () => {
    expect(names.ticketKind("100")).toEqual({ byRegister: true, recipient: "customer", format: "text" });
    expect(names.ticketKind("121")).toEqual({ byRegister: true, recipient: "both", format: "html" });
    for (const ck of Object.keys(tagDefinition("CK")!.values!))
      expect(names.ticketKindCode(names.ticketKind(ck)!)).toBe(ck);
    for (const ck of ["", "10", "130", "200", "102", "1000", "1 0"])
      expect(names.ticketKind(ck)).toBeUndefined();
  });
});

describe("currencyByCode", () => {
  it.each([
    ["EUR", "978", 2],
    ["XPF", "953", 0],
    ["USD", "840", 2],
    ["TND", "788", 3],
    ["CLF", "990", 4],
    ["CHF", "756", 2],
  ])("finds %s by letters and by digits %s, with %i decimals", (letters, digits, decimals) => {
    expect(currencyByCode(letters)).toMatchObject({ letters, digits, decimals });
    expect(currencyByCode(digits)).toBe(currencyByCode(letters));
  });

  it("does not know what nobody can pay in, old currencies, nor other spellings", () => {
    for (const code of ["XXX", "XAU", "999", "FRF", "250", "eur", "Eur", "", " 978"])
      expect(currencyByCode(code)).toBeUndefined();
  });
});
