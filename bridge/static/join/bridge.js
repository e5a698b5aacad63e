import { askToJoin } from "../shared/ask.js";
import { browserSecret, pageId } from "../shared/ids.js";
import { Live } from "../shared/live.js";

/**
 * What the bridge says of the room and of whoever came by this link.
 *
 * @typedef {object} RoomFacts
 * @property {string} name
 * @property {string} state
 * @property {"speaker" | "guest"} role
 * @property {string} [seat]
 * @property {string} [title]
 * @property {string} media
 * @property {boolean} chat
 * @property {boolean} screen
 * @property {boolean} record
 * @property {boolean} lobby
 * @property {string} server
 * @property {string} [secure_url]
 */

/** @typedef {import("../shared/ask.js").Ticket} Ticket */
/** @typedef {import("../shared/ask.js").Answer} Answer */
/** @typedef {{inside: boolean, identity: string, mic: boolean, camera: boolean, screen: boolean}} Report */

/** The bridge, as this link knows it. */
export class Bridge {
  /** @type {RoomFacts | undefined} */
  room;
  /** @type {"" | "waiting" | "admitted" | "refused"} */
  lobby = "";
  /** The error key by which the link is dead. */
  gone = "";
  #knocks = "";
  #reported = "";
  /** @type {Report | undefined} */
  #last;
  #ids;
  #told;
  #live;

  /**
   * @param {string} code
   * @param {{
   *   changed: () => void,
   *   told: (what: "said" | "muted" | "asked", text: string, number: number) => void,
   * }} listener
   */
  constructor(code, { changed, told }) {
    this.#ids = { code, secret: browserSecret(), page: pageId() };
    this.#told = told;
    this.#live = new Live({
      path: "/pages/live",
      hello: () => ({ type: "hello", ...this.#ids }),
      heard: (message) => {
        this.#hear(message);
        changed();
      },
      changed: () => {
        this.#sayAgain();
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

  /** @param {string} name it waits in the lobby, also for a bridge that has forgotten it */
  knock(name) {
    this.#knocks = name;
    this.lobby = "waiting";
    this.#live.send({ type: "knock", name });
  }

  stopKnocking() {
    this.#knocks = "";
    this.lobby = "";
  }

  /** @param {number} number of the message that was read, as all before it were */
  read(number) {
    this.#live.send({ type: "read", number });
  }

  /** Every two seconds: silence means that the page is dead. @param {import("./quality.js").Figures} figures */
  measured(figures) {
    if (this.#last?.inside && this.state === "open") this.#live.send({ type: "report", ...this.#last, figures });
  }

  /** @param {Report} report */
  report(report) {
    this.#last = report;
    const said = JSON.stringify(report);
    if (said === this.#reported || this.state !== "open") return;
    this.#reported = said;
    this.#live.send({ type: "report", ...report });
  }

  /**
   * A token for the call.
   *
   * @param {string} name
   * @returns {Promise<Answer>}
   */
  ask(name) {
    return askToJoin({ ...this.#ids, name });
  }

  /** To a bridge that may have forgotten it. */
  #sayAgain() {
    if (this.state !== "open") this.#reported = "";
    else if (this.#knocks) this.#live.send({ type: "knock", name: this.#knocks });
  }

  /** @param {import("../shared/live.js").Message} message */
  #hear(message) {
    switch (message.type) {
      case "room":
        this.room = /** @type {RoomFacts} */ (/** @type {unknown} */ (message));
        break;
      case "waiting":
      case "admitted":
      case "refused":
        this.lobby = message.type;
        break;
      case "said":
      case "muted":
      case "asked":
        this.#told(message.type, String(message.text ?? ""), Number(message.number ?? 0));
        break;
      case "gone":
        this.gone = String(message.error);
        this.#live.end();
    }
  }
}

/** @param {RoomFacts} room */
export const isOpen = ({ state }) => state !== "stopped";

/** @param {RoomFacts} room what its people may have: rooms for sound alone ask for no camera */
export function kinds({ role, media }) {
  if (role !== "speaker") return { camera: false, microphone: false };
  return { camera: media !== "audio", microphone: media !== "video" };
}
