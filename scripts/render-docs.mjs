// The documents that are printed from the code's own tables. `npm run docs` writes them; a test compares them.

/** @param {typeof import("@concert-pay/core")} core */
export function renderDocs({ describeLine, DICTIONARY, renderTransitionTable, PROFILES }) {
  return {
    "docs/serial-link.md": [
      "# The serial link",
      "",
      "The half-duplex dialogue of protocol.md section 7 as `SerialLink` runs it, printed from its own table by",
      "`npm run docs`. The same table serves the register and the terminal; where they differ the rule says so.",
      "",
      renderTransitionTable().trimEnd(),
      "",
    ].join("\n"),
    "docs/tags.md": [
      "# Tags",
      "",
      "Every tag of Concert V3 that public material mentions, printed from the codec's dictionary by `npm run docs`.",
      "Encoding refuses what breaks a row; decoding warns. Sources are the keys of protocol.md section 0.1.",
      "",
      "| Tag | Meaning | Sens | From | Bytes | Characters | Values | Note | Sources |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ...Object.values(DICTIONARY).map(tagRow),
      "",
    ].join("\n"),
    "docs/profiles.md": [
      "# Terminal families",
      "",
      "The profiles of `@concert-pay/core`, printed from their data by `npm run docs`. Choose one with `profile`; what is",
      "not known about a family is left as in `generic`.",
      "",
      "_Line_ is how a serial line is opened unless `openTerminal({ line })`, the connector or the element's attribute",
      "`line` says otherwise. A family cannot say it for certain: over USB (CDC-ACM), where parity is not carried, 8N1",
      "works; the same terminal on a true RS232 cable is 7E1, at the speed set in its menu (protocol.md 7.1). `probe()` finds",
      "out.",
      "",
      "| Profile | Terminals | Dialect | CZ | Line | Tickets (CK) | Recovery | Setting the terminal up | Evidence |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ...PROFILES.map((profile) => profileRow(profile, describeLine(profile.line))),
      "",
    ].join("\n"),
  };
}

function tagRow({ name, meaning, direction, length: [min, max], alphabet, values, note, sources }) {
  return row([
    `\`${name}\``,
    meaning.en,
    meaning.fr,
    direction,
    min === max ? `${min}` : `${min} to ${max}`,
    alphabet,
    values === undefined
      ? ""
      : Object.entries(values)
          .map(([code, { en }]) => `${code} ${en}`)
          .join("; "),
    note ?? "",
    sources.join(", "),
  ]);
}

function profileRow({ name, label, dialect, ipFraming, version, tickets, recovery, setup, evidence }, line) {
  return row([
    `\`${name}\``,
    label,
    `${dialect}${ipFraming === "serial" ? ", framed over IP too" : ""}`,
    dialect === "v3" ? version : "",
    line,
    tickets.join(", "),
    recovery.join(", "),
    setup ?? "",
    evidence.join("; "),
  ]);
}

const row = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
