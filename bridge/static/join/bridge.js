import { LinkBridge } from "../shared/bridge.js";

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
 * @property {"program" | "preview" | "off" | "unknown"} [air] where vMix shows whoever is inside by this link
 */

/** @typedef {import("../shared/ask.js").Ticket} Ticket */
/** @typedef {import("../shared/ask.js").Answer} Answer */
/** @typedef {{inside: boolean, identity: string, mic: boolean, camera: boolean, screen: boolean}} Report */

/** The bridge, as this link knows it. @extends {LinkBridge<RoomFacts, Report>} */
export class Bridge extends LinkBridge {
  /** @type {"" | "waiting" | "admitted" | "refused"} */
  lobby = "";
  #knocks = "";
  /** @type {Report | undefined} */
  #last;
  #told;

  /**
   * @param {string} code
   * @param {{
   *   changed: () => void,
   *   told: (what: "said" | "muted" | "asked", text: string, number: number) => void,
   * }} listener
   */
  constructor(code, { changed, told }) {
    super(code, changed, { heard: (message) => this.#hear(message), opened: () => this.#knockAgain() });
    this.#told = told;
  }

  /** @param {string} name it waits in the lobby, also for a bridge that has forgotten it */
  knock(name) {
    this.#knocks = name;
    this.lobby = "waiting";
    this.#knockAgain();
  }

  stopKnocking() {
    this.#knocks = "";
    this.lobby = "";
  }

  /** @param {number} number of the message that was read, as all before it were */
  read(number) {
    this.send({ type: "read", number });
  }

  /** Every two seconds: silence means that the page is dead. @param {import("./quality.js").Figures} figures */
  measured(figures) {
    if (this.#last?.inside && this.state === "open") this.send({ type: "report", ...this.#last, figures });
  }

  /** @param {Report} report */
  report(report) {
    this.#last = report;
    super.report(report);
  }

  #knockAgain() {
    if (this.#knocks) this.send({ type: "knock", name: this.#knocks });
  }

  /** @param {import("../shared/live.js").Message} message */
  #hear(message) {
    switch (message.type) {
      case "waiting":
      case "admitted":
      case "refused":
        this.lobby = message.type;
        break;
      case "said":
      case "muted":
      case "asked":
        this.#told(message.type, String(message.text ?? ""), Number(message.number ?? 0));
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
