import { Live } from "../shared/live.js";
import { recall, remember } from "../shared/memory.js";
import { uuid } from "../shared/uuid.js";

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

/** @typedef {{url: string, token: string, identity: string, name: string}} Ticket */
/** @typedef {{ticket: Ticket} | {refusal: string}} Answer `refusal` is an error key, "" where nobody answered */
/** @typedef {{inside: boolean, identity: string, mic: boolean, camera: boolean, screen: boolean}} Report */

const ANSWER_MS = 10_000;

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
  #ids;
  #told;
  #live;

  /**
   * @param {string} code
   * @param {{changed: () => void, told: (what: "said" | "muted" | "asked", text: string) => void}} listener
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

  /** @param {Report} report */
  report(report) {
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
  async ask(name) {
    try {
      const response = await fetch("/pages/join", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...this.#ids, name }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const said = await response.json();
      if (!said.success) return { refusal: String(said.error ?? "") };
      return {
        ticket: { url: said.server_url, token: said.participant_token, identity: said.identity, name: said.name },
      };
    } catch {
      return { refusal: "" };
    }
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
        this.#told(message.type, String(message.text ?? ""));
        break;
      case "gone":
        this.gone = String(message.error);
        this.#live.end();
    }
  }
}

/** It makes this browser known again, and is told to nobody but the bridge. */
function browserSecret() {
  const secret = recall("secret") || uuid() + uuid();
  remember("secret", secret);
  return secret;
}

/** Of this tab, over reloads. A tab that was duplicated has one of its own, since an open page keeps it in no storage. */
function pageId() {
  const key = "vmix-bridge.page";
  let id = /** @type {string} */ (uuid());
  try {
    id = sessionStorage.getItem(key) ?? id;
    sessionStorage.removeItem(key);
    addEventListener("pagehide", () => sessionStorage.setItem(key, id));
  } catch {
    // blocked: a reload is another page then
  }
  return id;
}

/** @param {RoomFacts} room */
export const isOpen = ({ state }) => state !== "stopped";

/** @param {RoomFacts} room what its people may have: rooms for sound alone ask for no camera */
export function kinds({ role, media }) {
  if (role !== "speaker") return { camera: false, microphone: false };
  return { camera: media !== "audio", microphone: media !== "video" };
}
