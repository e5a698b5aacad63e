import { askToJoin } from "../shared/ask.js";
import { browserSecret, pageId } from "../shared/ids.js";
import { Live } from "../shared/live.js";

/**
 * What the bridge says of the room.
 *
 * @typedef {object} RoomFacts
 * @property {string} name
 * @property {string} state
 * @property {string} server
 */

/** The bridge, as the program's link knows it. */
export class Bridge {
  /** @type {RoomFacts | undefined} */
  room;
  /** The error key by which the link is dead. */
  gone = "";
  #reported = "";
  #ids;
  #live;

  /** @param {string} code @param {() => void} changed */
  constructor(code, changed) {
    this.#ids = { code, secret: browserSecret(), page: pageId() };
    this.#live = new Live({
      path: "/pages/live",
      hello: () => ({ type: "hello", ...this.#ids }),
      heard: (message) => {
        if (message.type === "room") this.room = /** @type {RoomFacts} */ (/** @type {unknown} */ (message));
        if (message.type === "gone") this.#end(String(message.error));
        changed();
      },
      changed: () => {
        this.#reported = "";
        changed();
      },
    });
  }

  get state() {
    return this.#live.state;
  }

  start() {
    this.#live.start();
  }

  ask() {
    return askToJoin({ ...this.#ids, name: "Program" });
  }

  /** @param {{inside: boolean, identity: string, mic: boolean, camera: boolean}} report */
  report(report) {
    const said = JSON.stringify(report);
    if (said === this.#reported || this.state !== "open") return;
    this.#reported = said;
    this.#live.send({ type: "report", ...report });
  }

  /** @param {string} error */
  #end(error) {
    this.gone = error;
    this.#live.end();
  }
}
