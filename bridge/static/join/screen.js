/**
 * Which of its views the page shows. Worst first.
 *
 * @typedef {import("./words.js").Why} Why
 * @typedef {{view: "door", busy: boolean} | {view: "notice", why: Why} | {view: "room"}} Screen
 */

/** Why a link is dead; another word of the bridge means that it is unknown. */
const DEAD = new Set(["barred", "no_audience", "seat_taken", "refused"]);

/**
 * @param {object} facts
 * @param {{state: string, gone: string, room?: {server: string} | undefined}} facts.bridge
 * @param {{step: string, why: Why, wasInside: boolean}} facts.visit
 * @param {boolean} facts.tooOld
 * @returns {Screen}
 */
export function screen({ bridge, visit, tooOld }) {
  if (tooOld) return { view: "notice", why: "old_browser" };
  if (visit.step === "inside") return { view: "room" };
  if (visit.step === "out") return { view: "notice", why: visit.why };
  if (bridge.gone)
    return { view: "notice", why: DEAD.has(bridge.gone) ? /** @type {Why} */ (bridge.gone) : "token_needed" };
  if (visit.step === "coming") {
    if (visit.why === "joining" && !visit.wasInside) return { view: "door", busy: true };
    return { view: "notice", why: visit.why };
  }
  if (!bridge.room) return { view: "notice", why: bridge.state === "away" ? "bridge_away" : "hello" };
  if (bridge.room.server === "rehearsal") return { view: "notice", why: "rehearsal" };
  return { view: "door", busy: false };
}
