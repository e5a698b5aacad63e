import { backoff } from "./backoff.js";

/** @typedef {{type: string} & Record<string, unknown>} Message */

const SILENCE = 60_000;
const MOST = 8000;
/** The close code by which the bridge says that it is over for good. */
const OVER = 4401;

/**
 * The page's one WebSocket to the bridge. It comes back by itself, and begins with the same first word each time.
 * `state` is `away` while it tries to.
 */
export class Live {
  /** @type {"connecting" | "open" | "away" | "ended"} */
  state = "connecting";
  /** @type {WebSocket | undefined} */
  #socket;
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #options;

  /**
   * @param {object} options
   * @param {string} options.path
   * @param {() => Message} options.hello
   * @param {(message: Message) => void} options.heard
   * @param {() => void} options.changed
   * @param {number} [options.most] milliseconds that it waits at most before it tries again
   * @param {number} [options.silence] milliseconds without a word after which the line is dead
   * @param {(why: string) => void} [options.over] the bridge ended it, and says why
   */
  constructor(options) {
    this.#options = options;
    addEventListener("online", () => this.state === "away" && this.#open());
  }

  start() {
    this.#open();
  }

  /** @param {Message} message what cannot be sent now is not sent at all */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes what cannot be sent now is not sent at all */
  sendBytes(bytes) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  end() {
    this.state = "ended";
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#options.changed();
  }

  #open() {
    clearTimeout(this.#timer);
    const old = this.#socket;
    const url = new URL(this.#options.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    old?.close();
    socket.onopen = () => socket === this.#socket && this.send(this.#options.hello());
    socket.onmessage = (event) => socket === this.#socket && this.#hear(String(event.data));
    socket.onclose = (event) => socket === this.#socket && this.#closed(event);
    this.#wait();
  }

  /** @param {string} data */
  #hear(data) {
    this.#wait();
    this.#tries = 0;
    const before = this.state;
    if (before !== "ended") this.state = "open";
    this.#options.heard(JSON.parse(data));
    if (before !== this.state) this.#options.changed();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), this.#options.silence ?? SILENCE); // the bridge pings: else it is dead
  }

  /** @param {CloseEvent} event */
  #closed({ code, reason }) {
    if (code !== OVER || this.state === "ended") return this.#lost();
    this.end();
    this.#options.over?.(reason);
  }

  #lost() {
    if (this.state === "ended") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), backoff(this.#tries++, { most: this.#options.most ?? MOST }));
    if (this.state === "away") return;
    this.state = "away";
    this.#options.changed();
  }
}
