/** The messages measured: made here so that their sizes are exact. */

const element = (name, value) => name + String(value.length).padStart(3, "0") + value;

/** 62 bytes: an ordinary debit. */
const REQUEST = "CZ0040300CJ012012345678901CA00201CB0041590CD0010CE003978BA0010";

/** 176 bytes: an approval with the card's tags. */
const APPROVAL = [
  ["CZ", "0300"],
  ["CJ", "330538600404"],
  ["CA", "01"],
  ["CB", "000000001590"],
  ["CC", "00B"],
  ["CD", "0"],
  ["CE", "978"],
  ["AE", "10"],
  ["AA", "497010######1234"],
  ["AB", "2712"],
  ["AC", "184117"],
  ["AI", "A0000000421010"],
  ["CF", "10100000001234"],
  ["CG", "1999403"],
  ["CI", "2"],
]
  .map(([name, value]) => element(name, value))
  .join("");

/** An approval whose ticket fills it up to `size` bytes. */
function withTicket(size) {
  const head =
    "CZ0040320CJ012323540032810CA00201CB0042500CC00300BCD0010CE003978AC006184117AE00210" +
    element("CF", "2023-05-04-010 custom data") +
    element("CG", "1234567");
  const line = "ICBDQVJURSBCQU5DQUlSRQogICAgICBTQU5TIENPTlRBQ1QKQTAwMDAwMDAwNDEwMTAKTWFzdGVyQ2FyZApM";
  const room = size - head.length - 5 - 8 - 5;
  const base64 = line.repeat(Math.ceil(room / line.length)).slice(0, room);
  return head + element("ZT", element("CK", "100") + element("AK", base64));
}

export const MESSAGES = [
  { name: "request", text: REQUEST, size: 62 },
  { name: "approval", text: APPROVAL, size: 176 },
  { name: "ticket", text: withTicket(500), size: 500 },
  { name: "ticket", text: withTicket(700), size: 700 },
].map(({ name, text, size }) => {
  if (text.length !== size) throw new Error(`${name} has ${text.length} bytes, not ${size}`);
  return { name: `${name}, ${size} bytes`, bytes: new TextEncoder().encode(text) };
});
