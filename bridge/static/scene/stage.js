import { boxes } from "./layout.js";
import { Stats } from "./stats.js";
import { Tile } from "./tile.js";

/** @typedef {import("./layout.js").Cast} Cast */
/** @typedef {import("./layout.js").Part} Part */
/** @typedef {import("./layout.js").Source} Source */
/** @typedef {import("./tile.js").Found} Found */

const CHAT_SHARE = 0.24;

/** The pictures of the page, each in its place. */
export class Stage {
  /** @type {Cast} what it shows */
  cast = { big: undefined, small: [] };
  element = document.createElement("main");
  /** Whether a part of the page is the chat's. */
  hasChat = false;
  /** @type {Map<string, Tile>} */
  tiles = new Map();
  /** @type {Map<string, Stats>} */
  #stats = new Map();
  #placed = "";
  #options;
  #changed;

  /**
   * @param {import("./options.js").Options} options
   * @param {() => void} changed
   */
  constructor(options, changed) {
    this.#options = options;
    this.#changed = changed;
  }

  /** @param {Cast} cast @param {(target: string) => Found} find @param {number} now */
  show(cast, find, now) {
    this.cast = cast;
    const parts = partsOf(cast);
    for (const [id, tile] of this.tiles) {
      if (parts.some((part) => part.id === id)) continue;
      tile.close();
      this.tiles.delete(id);
      this.#stats.delete(id);
    }
    for (const part of parts) if (!this.tiles.has(part.id)) this.#add(part.id);
    this.#place(parts);
    for (const part of parts) this.tiles.get(part.id)?.update(targetOf(part), find, now);
  }

  /**
   * @param {(key: string) => string} nameOf
   * @param {(key: string) => string} qualityOf
   * @param {string} sound
   * @param {number} now
   */
  write(nameOf, qualityOf, sound, now) {
    for (const [id, tile] of this.tiles) {
      const { feed } = tile.slot;
      const { key } = partOf(tile.slot.key);
      const isNamed = this.#options.name && (feed || this.element.dataset.alone === undefined);
      tile.name(isNamed ? nameOf(key) : "");
      if (!this.#options.stats) continue;
      const stats = this.#stats.get(id) ?? new Stats();
      this.#stats.set(id, stats);
      stats.look(feed, now);
      tile.say([stats.line, `sound ${sound}`, qualityOf(key)].filter(Boolean).join(" · "));
    }
  }

  /** @param {number} now */
  hasPicture(now) {
    return [...this.tiles.values()].some(({ slot: { feed } }) => feed && now - feed.framed < 2000);
  }

  /** @param {string} id */
  #add(id) {
    const tile = new Tile(this.#options, this.#changed);
    this.tiles.set(id, tile);
    this.element.append(tile.element);
  }

  /** Measured each time: where nothing is drawn no resize is ever announced. @param {Part[]} parts */
  #place(parts) {
    const width = Math.round(innerWidth * (this.hasChat ? 1 - CHAT_SHARE : 1));
    const seen = `${width} ${innerHeight} ${parts.map(({ id }) => id)}`;
    if (seen === this.#placed) return;
    this.#placed = seen;
    const places = boxes(this.cast, width, innerHeight);
    this.element.toggleAttribute("data-alone", parts.length === 1 && this.cast.big !== undefined);
    for (const { id } of parts) {
      const box = places.get(id);
      if (box) this.tiles.get(id)?.place(box);
    }
  }
}

/** @param {Cast} cast */
export const partsOf = ({ big, small }) => (big ? [big, ...small] : small);

/** What a slot calls it. @param {{key: string, source: Source}} part */
export const targetOf = ({ key, source }) => key && `${source} of ${key}`;

/** @param {string} target @returns {{key: string, source: Source}} */
export function partOf(target) {
  const source = target.startsWith("screen") ? "screen" : "camera";
  return { source, key: target.slice(source.length + " of ".length) };
}
