import { Player } from "./player.js";
import { Slot } from "./slot.js";

/** @typedef {import("./people.js").Publication} Publication */
/** @typedef {import("./layout.js").Source} Source */
/** @typedef {import("./player.js").Track} Track */
/** @typedef {{who: string, source: Source, publication: Publication | undefined}} Found */

/** So long the picture before stays under the new one, which may not be painted yet. */
const LINGER_MS = 250;

/** A place on the page: pictures one upon the other, of which the uppermost is seen. */
export class Tile {
  element = document.createElement("div");
  /** @type {Slot<Player>} */
  slot;
  /** @type {Map<Track, Player>} */
  #players = new Map();
  /** @type {Set<Track>} */
  #touched = new Set();
  /** @type {Player | undefined} */
  #shown;
  #label = document.createElement("div");
  #stats = document.createElement("div");
  #fade;
  #buffer;
  #changed;

  /** @param {{hold: number, fade: number, buffer: number}} options @param {() => void} changed */
  constructor({ hold, fade, buffer }, changed) {
    this.slot = new Slot(hold);
    this.#fade = fade;
    this.#buffer = buffer;
    this.#changed = changed;
    this.element.className = "tile";
    this.#label.className = "name";
    this.#stats.className = "stats";
  }

  /**
   * @param {string} key
   * @param {(key: string) => Found} find
   * @param {number} now
   */
  update(key, find, now) {
    this.#touched.clear();
    this.slot.update(key, (key) => this.#facts(find(key), now), now);
    const feed = this.slot.feed;
    if (feed !== this.#shown) this.#swap(feed);
    for (const [track, player] of this.#players) {
      if (this.#touched.has(track) || player === feed) continue;
      this.#players.delete(track);
      if (player.element.dataset.below === undefined) player.close();
    }
  }

  /** @param {import("./layout.js").Box} box */
  place({ left, top, width, height }) {
    const { style } = this.element;
    style.left = `${left}px`;
    style.top = `${top}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.setProperty("--unit", `${Math.min(height, width) / 100}px`);
  }

  /** @param {string} text "" none */
  name(text) {
    write(this.element, this.#label, text);
  }

  /** @param {string} text "" none */
  say(text) {
    write(this.element, this.#stats, text);
  }

  /** @param {Track} [track] this one goes, or all do */
  freeze(track) {
    for (const player of this.#players.values()) if (!track || player.track === track) player.freeze();
  }

  close() {
    for (const player of this.#players.values()) player.close();
    this.element.remove();
  }

  /** @param {Found} found @param {number} now @returns {import("./slot.js").Facts<Player>} */
  #facts({ who, source, publication }, now) {
    if (!publication) return { who, picture: "none" };
    if (publication.isMuted) return { who, picture: "off" };
    const track = publication.track;
    if (!track) return { who, picture: "on" };
    const feed = this.#players.get(track) ?? this.#load(track, source);
    this.#touched.add(track);
    feed.look(now);
    if (source === "screen") feed.framed = now; // where nothing moves on a screen, no frames come
    return { who, picture: "on", feed, ready: feed.ready, framed: feed.framed };
  }

  /** @param {Track} track @param {Source} source */
  #load(track, source) {
    const player = new Player(track, this.#buffer, this.#changed);
    player.element.dataset.source = source;
    this.#players.set(track, player);
    this.element.append(player.element);
    return player;
  }

  /** @param {Player | undefined} next */
  #swap(next) {
    const before = this.#shown;
    this.#shown = next;
    if (next) {
      next.element.style.transitionDuration = `${this.#fade}ms`;
      next.element.dataset.shown = "";
    }
    if (before && next) this.#lower(before);
    else if (before) delete before.element.dataset.shown;
  }

  /** @param {Player} player */
  #lower(player) {
    player.element.dataset.below = "";
    setTimeout(() => player.close(), LINGER_MS + this.#fade);
  }
}

/** @param {HTMLElement} where @param {HTMLElement} element @param {string} text */
function write(where, element, text) {
  if (element.textContent !== text) element.textContent = text;
  if (text && !element.isConnected) where.append(element);
  if (!text && element.isConnected) element.remove();
}
