/** @typedef {"grid" | "speaker" | "chat"} Layout */

/**
 * What an address asks for.
 *
 * @typedef {object} Options
 * @property {"camera" | "screen"} show of a seat
 * @property {Layout} layout of a room
 * @property {string} scene which take scene it is, "" none
 * @property {boolean} audio
 * @property {boolean} name
 * @property {boolean} stats
 * @property {number} buffer milliseconds by which all is played later
 * @property {number} hold milliseconds for which a last frame stays
 * @property {string} slate a text or a colour
 * @property {string} background a colour
 * @property {number} fade milliseconds
 */

const HOLD = 3;
/**
 * LiveKit ends each picture with black frames, and says so some 50 ms later: by then they must not have been shown.
 * Measured: without it every fifth guest who left was black while their last picture was held.
 */
const BUFFER = 120;
const MOST_BUFFER = 10_000;
const MOST_HOLD = 3600;

/** @param {string} search of the address @returns {Options} */
export function options(search) {
  const asked = new URLSearchParams(search);
  return {
    show: asked.get("show") === "screen" ? "screen" : "camera",
    layout: layoutNamed(asked.get("layout")),
    scene: asked.get("scene") ?? "",
    audio: yes(asked.get("audio") ?? "1"),
    name: yes(asked.get("name")),
    stats: yes(asked.get("stats")),
    buffer: number(asked.get("buffer"), BUFFER, MOST_BUFFER),
    hold: number(asked.get("hold"), HOLD, MOST_HOLD) * 1000,
    slate: asked.get("slate") ?? "",
    background: asked.get("background") ?? "",
    fade: number(asked.get("fade"), 0, MOST_BUFFER),
  };
}

/** @param {string | null} name @returns {Layout} */
export function layoutNamed(name) {
  return name === "speaker" || name === "chat" ? name : "grid";
}

/** @param {string | null} value */
const yes = (value) => ["1", "on", "true", "yes"].includes(value ?? "");

/** @param {string | null} value @param {number} otherwise @param {number} most */
function number(value, otherwise, most) {
  const given = Number(value);
  return value && given >= 0 ? Math.min(given, most) : otherwise;
}
