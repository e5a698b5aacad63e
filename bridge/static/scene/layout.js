import { fit, pick } from "../shared/tiles.js";
import { sends } from "./people.js";

/** @typedef {import("./people.js").Person} Person */
/** @typedef {"camera" | "screen"} Source */

/**
 * A place on the page and what it is to show.
 *
 * @typedef {object} Part
 * @property {string} id
 * @property {string} key of whom, "" nobody
 * @property {Source} source
 */

/** @typedef {{big: Part | undefined, small: Part[]}} Cast */
/** @typedef {{left: number, top: number, width: number, height: number}} Box */

const MOST = 16;
const MOST_BESIDE = 5;

/** One picture fills the page. @param {string} key @param {Source} source @returns {Cast} */
export const alone = (key, source) => ({ big: { id: "big", key, source }, small: [] });

/**
 * @param {import("./options.js").Layout} layout
 * @param {Person[]} people
 * @param {Cast} before
 * @param {string[]} held whose last pictures are still shown
 * @returns {Cast}
 */
export function together(layout, people, before, held) {
  const sharing = people.filter(({ screen }) => screen && !screen.isMuted).at(-1);
  const senders = people.filter(sends);
  if (layout === "speaker") {
    const key = speaker(senders, lastSpeaker(before), held);
    if (sharing) return { ...alone(sharing.key, "screen"), small: key ? [camera("small", key)] : [] };
    return key ? alone(key, "camera") : { big: undefined, small: [] };
  }
  const present = [...senders.map(({ key }) => key), ...held.filter((key) => !senders.some((one) => one.key === key))];
  const spoke = new Map(senders.map((one) => [one.key, one.speaking ? Number.POSITIVE_INFINITY : one.spoke]));
  const shown = before.small.map(({ key }) => key);
  const keys = pick(shown, present, (key) => spoke.get(key) ?? 0, sharing ? MOST_BESIDE : MOST);
  const big = sharing && { id: "screen", key: sharing.key, source: /** @type {Source} */ ("screen") };
  return { big, small: keys.map((key) => camera(key, key)) };
}

/** @param {string} id @param {string} key @returns {Part} */
const camera = (id, key) => ({ id, key, source: "camera" });

/** @param {Cast} cast whose camera it was */
const lastSpeaker = ({ big, small }) => (big?.source === "camera" ? big.key : small[0]?.key) ?? "";

/**
 * Who was speaking last stays until somebody else speaks.
 *
 * @param {Person[]} people
 * @param {string} before
 * @param {string[]} held
 */
function speaker(people, before, held) {
  const was = people.find(({ key }) => key === before);
  if (was?.speaking) return before;
  const speaking = people.filter((one) => one.speaking).sort((a, b) => b.spoke - a.spoke)[0];
  if (speaking) return speaking.key;
  if (was || held.includes(before)) return before;
  return (people.find((one) => one.camera && !one.camera.isMuted) ?? people[0])?.key ?? "";
}

/**
 * Where each part lies in a space of this size.
 *
 * @param {Cast} cast
 * @param {number} width
 * @param {number} height
 * @returns {Map<string, Box>}
 */
export function boxes({ big, small }, width, height) {
  const gap = Math.round(Math.min(width, height) / 90);
  if (!big) return grid(small, width, height, gap);
  if (!small.length) return new Map([[big.id, { left: 0, top: 0, width, height }]]);
  const side = Math.round(width * 0.2);
  const tall = Math.min(Math.round((side * 9) / 16), Math.floor((height - gap * (small.length + 1)) / small.length));
  const wide = Math.round((tall * 16) / 9);
  const left = width - side - gap + Math.round((side - wide) / 2);
  const top = Math.round((height - tall * small.length - gap * (small.length - 1)) / 2);
  const beside = small.map(
    ({ id }, at) =>
      /** @type {[string, Box]} */ ([id, { left, top: top + at * (tall + gap), width: wide, height: tall }]),
  );
  return new Map([
    [big.id, { left: gap, top: gap, width: width - side - 3 * gap, height: height - 2 * gap }],
    ...beside,
  ]);
}

/** @param {Part[]} parts @param {number} width @param {number} height @param {number} gap @returns {Map<string, Box>} */
function grid(parts, width, height, gap) {
  const edge = parts.length > 1 ? gap : 0;
  const { columns, width: wide } = fit(parts.length, width - 2 * edge, height - 2 * edge, gap);
  const tall = Math.round((wide * 9) / 16);
  const rows = Math.ceil(parts.length / columns);
  const top = Math.round((height - rows * tall - (rows - 1) * gap) / 2);
  return new Map(
    parts.map(({ id }, at) => {
      const row = Math.floor(at / columns);
      const inRow = Math.min(columns, parts.length - row * columns);
      const left = Math.round((width - inRow * wide - (inRow - 1) * gap) / 2);
      const box = { left: left + (at % columns) * (wide + gap), top: top + row * (tall + gap) };
      return [id, { ...box, width: wide, height: tall }];
    }),
  );
}
