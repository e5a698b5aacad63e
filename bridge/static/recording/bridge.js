import { askToJoin } from "../shared/ask.js";
import { Live } from "../shared/live.js";
import { Outbox } from "./outbox.js";

const MOST_MS = 1000;
/** So long the page waits for a bridge that is gone: it starts another browser when it comes back. */
const AWAY_MS = 20_000;

/** The bridge, as the recording page knows it. */
export class Bridge {
  state = "open";
  /** The error key by which it wants nothing of this page any more. */
  gone = "";
  outbox = new Outbox(
    (message) => this.#isFresh || this.#live.sendBytes(message), // those before come first
    (why) => this.fail(why),
  );
  #secret = "";
  #why = "";
  #isFresh = false;
  #stop;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;
  #away;
  #live = new Live({
    path: "/recording/pieces",
    hello: () => {
      this.#isFresh = true;
      return { type: "hello", secret: this.#secret };
    },
    heard: (message) => this.#hear(message),
    changed: () => this.#changed(),
    most: MOST_MS,
  });

  /** @param {{stop: () => void, away: () => void}} told `stop`: it is to end; `away`: the bridge does not come back */
  constructor({ stop, away }) {
    this.#stop = stop;
    this.#away = away;
  }

  /** @param {string} key good once @returns {Promise<string | undefined>} the layout that is asked for */
  async launch(key) {
    const response = await fetch("/recording/launch", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key }),
    });
    const said = await response.json();
    if (!said.success) return undefined;
    this.#secret = said.secret;
    this.#live.start();
    return String(said.layout);
  }

  ask() {
    return askToJoin({ secret: this.#secret }, "/recording/join");
  }

  /** @param {string} why */
  fail(why) {
    this.#why ||= why.slice(0, 300) || "no reason";
    this.#live.send({ type: "failed", why: this.#why });
  }

  finish() {
    this.#live.send({ type: "finished" });
  }

  /** @param {import("../shared/live.js").Message} message */
  #hear(message) {
    if (message.type === "wanted") {
      this.outbox.wanted(Number(message.number), this.#isFresh);
      if (this.#isFresh && this.#why) this.fail(this.#why);
      this.#isFresh = false;
    }
    if (message.type === "stop") this.#stop();
    if (message.type === "gone") {
      this.gone = String(message.error);
      this.#live.end();
    }
  }

  #changed() {
    clearTimeout(this.#patience);
    if (this.#live.state !== "open") this.#patience = setTimeout(this.#away, AWAY_MS);
  }
}
