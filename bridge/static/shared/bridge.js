import { askToJoin } from "./ask.js";
import { browserSecret, pageId } from "./ids.js";
import { Live } from "./live.js";

/** @typedef {import("./live.js").Message} Message */

/**
 * The bridge, as a page's link knows it: what it says of the room, and what the page reports to it.
 *
 * @template Room
 * @template Report
 */
export class LinkBridge {
  /** @type {Room | undefined} */
  room;
  /** The error key by which the link is dead. */
  gone = "";
  #ids;
  #live;
  #silence;
  #reported = "";
  #reportedAt = 0;

  /**
   * @param {string} code
   * @param {() => void} changed
   * @param {object} [options]
   * @param {Record<string, unknown>} [options.hello] what the page says of itself
   * @param {(message: Message) => void} [options.heard] what is said besides the room
   * @param {() => void} [options.opened] each time it is there
   * @param {number} [options.most] as `Live` has it
   * @param {number} [options.silence] milliseconds after which a report is repeated, where silence is a dead page's
   */
  constructor(code, changed, options = {}) {
    const { hello = {}, heard = () => {}, opened = () => {}, silence = Number.POSITIVE_INFINITY, most } = options;
    this.#ids = { code, secret: browserSecret(), page: pageId() };
    this.#silence = silence;
    this.#live = new Live({
      path: "/pages/live",
      hello: () => ({ type: "hello", ...this.#ids, ...hello }),
      heard: (message) => {
        this.#hear(message);
        heard(message);
        changed();
      },
      changed: () => {
        this.#reported = ""; // a bridge that came back may have forgotten it
        if (this.state === "open") opened();
        changed();
      },
      ...(most ? { most } : {}),
    });
  }

  get state() {
    return this.#live.state;
  }

  start() {
    this.#live.start();
  }

  /** A token for the call. */
  ask(name = "") {
    return askToJoin({ ...this.#ids, name });
  }

  /** On each change alone. @param {Report} report */
  report(report) {
    const said = JSON.stringify(report);
    const now = performance.now();
    if (this.state !== "open" || (said === this.#reported && now < this.#reportedAt + this.#silence)) return;
    this.#reported = said;
    this.#reportedAt = now;
    this.send({ type: "report", ...report });
  }

  /** @param {Message} message */
  send(message) {
    this.#live.send(message);
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.type === "room") this.room = /** @type {Room} */ (/** @type {unknown} */ (message));
    if (message.type !== "gone") return;
    this.gone = String(message.error);
    this.#live.end();
  }
}
