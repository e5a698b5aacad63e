import { Live } from "../shared/live.js";

/**
 * @typedef {{id: string, slug: string, name: string, state: string, people: number | null, server: string,
 *   reason?: string, recording?: unknown, on_air?: string[], seats: string[], active: boolean, lobby: boolean,
 *   allow_webinar_mode: boolean} & Record<string, any>} Room
 * @typedef {{who: string, state: string, seat: string, role: string, mic: string, camera: string, screen: string,
 *   blocked: string, tally: string, new_browser: boolean, light: string, quality: string, since: string,
 *   title: string, typed: string, name: string}} Somebody
 * @typedef {{name: string, kind: string, shows: string, pages: number, sound: string}} Scene
 * @typedef {{who: string, number: number, kind: string, text: string}} Unread
 * @typedef {{slug: string, people: Somebody[], scenes: Scene[],
 *   tally: {seat: string, inputs: string}[], takes: Record<string, string>, messages: Unread[]}} Inside
 * @typedef {{id: string, slug: string, name: string, started: string, ended: string, seconds: number, bytes: number,
 *   state: string, by: string, mode: string, files: unknown, reason: string, playable: boolean}} Recording
 * @typedef {{name: string, state: "ok" | "warn" | "bad", text: string, fix: string}} Check
 * @typedef {{at: string, who: string, how: string, room: string, status: number, changed: string, error: string}} Press
 * @typedef {{version: string, server: string, control_url: string, public_url: string, user_id: string}} Hello
 */

const SILENCE = 5000;
const MOST = 800;
const KEPT_PRESSES = 200;
const NAMES = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Everything the bridge says, as it said it last. `changed` is called for each message. */
export class Feed {
  /** @type {Hello | undefined} */
  hello;
  /** @type {Map<string, Room>} */
  rooms = new Map();
  /** Told once, whole. */
  isKnown = false;
  /** @type {Inside | undefined} */
  inside;
  /** @type {{slug: string, missing: string, recordings: Recording[]} | undefined} */
  recordings;
  /** @type {Check[]} */
  checks = [];
  /** @type {Press[]} The newest last. */
  presses = [];
  watched = "";
  #live;
  #changed;
  #pressed;
  #toldPresses = false;
  /** @type {Room[] | undefined} */
  #sorted;

  /**
   * @param {{session: () => string, changed: () => void, over: (why: string) => void,
   *   pressed: (presses: Press[]) => void}} options
   */
  constructor({ session, changed, over, pressed }) {
    this.#changed = changed;
    this.#pressed = pressed;
    this.#live = new Live({
      path: "/console/live",
      hello: () => /** @type {any} */ ({ session: session(), watch: this.watched }),
      heard: (message) => this.hear(message),
      changed,
      over,
      most: MOST,
      silence: SILENCE,
    });
  }

  start() {
    this.#live.start();
  }

  end() {
    this.#live.end();
  }

  /** What stands here is as the bridge has it now. */
  get isFresh() {
    return this.#live.state === "open" && this.isKnown;
  }

  get isAway() {
    return this.#live.state === "away";
  }

  /** By their names. */
  get sorted() {
    this.#sorted ??= [...this.rooms.values()].sort(
      (one, other) => NAMES.compare(one.name, other.name) || NAMES.compare(one.slug, other.slug),
    );
    return this.#sorted;
  }

  /** @param {string} slug */
  watch(slug) {
    this.watched = slug;
    this.#live.send(/** @type {any} */ ({ watch: slug }));
  }

  /** @param {any} message */
  hear(message) {
    if (message.type === "beat") return;
    if (message.type === "hello") this.#hearHello(message);
    else if (message.type === "rooms") this.#hearAll(message.rooms);
    else if (message.type === "room") this.#hearRoom(message.room);
    else if (message.type === "gone") this.#forget(message.slug);
    else if (message.type === "inside") this.inside = message;
    else if (message.type === "recordings") this.recordings = message;
    else if (message.type === "checks") this.checks = message.checks;
    else if (message.type === "presses") this.#hearPresses(message.presses);
    this.#changed();
  }

  /** Everything is told again. @param {Hello} hello */
  #hearHello(hello) {
    this.hello = hello;
    this.presses = [];
    this.#toldPresses = false;
    this.recordings = undefined;
  }

  /** @param {Room[]} rooms */
  #hearAll(rooms) {
    this.rooms = new Map(rooms.map((room) => [room.slug, room]));
    this.#sorted = undefined;
    this.isKnown = true;
  }

  /** @param {Room} room */
  #hearRoom(room) {
    const before = this.rooms.get(room.slug);
    this.rooms.set(room.slug, room);
    if (before?.name !== room.name) this.#sorted = undefined;
    else if (this.#sorted) this.#sorted[this.#sorted.indexOf(before)] = room;
  }

  /** @param {string} slug */
  #forget(slug) {
    this.rooms.delete(slug);
    this.#sorted = undefined;
  }

  /** @param {Press[]} presses */
  #hearPresses(presses) {
    this.presses = [...this.presses, ...presses].slice(-KEPT_PRESSES);
    if (this.#toldPresses) this.#pressed(presses);
    this.#toldPresses = true;
  }
}
