/**
 * Behaviours of a terminal on a serial line, V2 over TCP included; over bare TCP these terminals simply approve.
 * @module
 */
import type { Behaviour } from "../model/behaviour.ts";
import type { LineFault } from "./line-fault.ts";

const faulty = (name: string, summary: string, line: LineFault): Behaviour => ({
  name,
  summary: `line: ${summary}`,
  charges: true,
  answer: { status: "10", card: "contact" },
  line,
});

/** What a register sends before it gives up (protocol.md 7.5). */
const ENQ_TRIES = 3;
const FRAME_TRIES = 4;

export const LINE_BEHAVIOURS: readonly Behaviour[] = [
  faulty("no-ack", "three ENQ stay unanswered, the request never comes", {
    deafToEnq: ENQ_TRIES,
    blocks: true,
  }),
  faulty("late-ack", "the first ENQ stays unanswered", { deafToEnq: 1 }),
  faulty("nak", "the request's frame is answered NAK twice", { spoilRequests: 2 }),
  faulty("nak-always", "every frame of the request is answered NAK", {
    spoilRequests: FRAME_TRIES,
    blocks: true,
  }),
  faulty("lost-ack", "the ACK of the request's frame is lost", { loseAck: true }),
  faulty("collision", "ENQ meets ENQ, and the answer of the payment before is delivered", {
    collision: true,
    blocks: true,
  }),
  faulty("bad-lrc", "the answer's frame comes once with a wrong LRC", { badLrc: 1 }),
  faulty("bad-lrc-always", "the answer's frame always has a wrong LRC", { badLrc: FRAME_TRIES }),
  faulty("missing-eot", "no EOT after the answer", { loseEot: true }),
  faulty("repeated-frame", "the answer's frame comes twice", { repeatFrame: true }),
  faulty("silent-after-enq", "the terminal bids for the line and then says nothing", {
    silentAfterEnq: true,
  }),
  faulty("idle-bids", "three ENQ-EOT before the answer", { idleBids: 3 }),
  faulty("noise", "bytes of no meaning before everything the terminal sends", { noise: [0x00, 0xff, 0x7f] }),
  faulty("slow-line", "bytes leave as at 9600 7E1", { baudRate: 9_600 }),
  {
    ...faulty("answer-after-minutes", "the answer comes two and a half minutes after the card", {}),
    lateMs: 150_000,
  },
];
