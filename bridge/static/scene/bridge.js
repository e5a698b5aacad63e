import { askToJoin } from "../shared/ask.js";
import { browserSecret, pageId } from "../shared/ids.js";
import { Live } from "../shared/live.js";

/**
 * What the bridge says of the room and of what this scene shows.
 *
 * @typedef {object} RoomFacts
 * @property {string} state
 * @property {string} server
 * @property {string} seat whose link it is, "" the room's
 * @property {string} shows a seat, or `seat.screen`
 * @property {{seat: string, title: string, name: string, here: boolean, quality: string}[]} seats
 * @property {number} people
 * @property {boolean} metered
 */

/** @typedef {{inside: boolean, identity: string, picture: boolean, sound: "on" | "blocked" | "off"}} Report */

const MOST_MS = 2000;
const REPORT_MS = 3000;

/** The bridge, as a scene's link knows it. */
export class Bridge {
  /** @type {RoomFacts | undefined} */
  room;
  /** The error key by which the link is dead. */
  gone = "";
  #ids;
  #live;
  #said = "";
  #saidAt = 0;

  /**
   * @param {string} code
   * @param {import("./options.js").Options} options
   * @param {() => void} changed
   */
  constructor(code, { scene, layout, show }, changed) {
    this.#ids = { code, secret: browserSecret(), page: pageId() };
    this.#live = new Live({
      path: "/pages/live",
      hello: () => ({ type: "hello", ...this.#ids, scene, layout, show }),
      heard: (message) => {
        this.#hear(message);
        changed();
      },
      changed: () => {
        this.#said = "";
        changed();
      },
      most: MOST_MS,
    });
  }

  get state() {
    return this.#live.state;
  }

  start() {
    this.#live.start();
  }

  ask() {
    return askToJoin({ ...this.#ids, name: "" });
  }

  /** On each change, and again and again: silence means that the page is dead. @param {Report} report */
  report(report) {
    const said = JSON.stringify(report);
    const now = performance.now();
    if (this.state !== "open" || (said === this.#said && now < this.#saidAt + REPORT_MS)) return;
    this.#said = said;
    this.#saidAt = now;
    this.#live.send({ type: "report", ...report });
  }

  /** @param {import("../shared/live.js").Message} message */
  #hear(message) {
    if (message.type === "room") this.room = /** @type {RoomFacts} */ (/** @type {unknown} */ (message));
    if (message.type !== "gone") return;
    this.gone = String(message.error);
    this.#live.end();
  }
}
