import { AsyncDirective } from "../vendor/lit-html/async-directive.js";
import { directive } from "../vendor/lit-html/directive.js";

/** @typedef {import("../vendor/livekit-client.js").Track} Track */

/** `<video ${attached(track)}>` plays that track, and lets go of it when it goes. */
class Attached extends AsyncDirective {
  /** @type {HTMLMediaElement | undefined} */
  #element;
  /** @type {Track | undefined} */
  #track;

  /** @param {Track | undefined} _track */
  render(_track) {}

  /**
   * @param {import("../vendor/lit-html/directive.js").ElementPart} part
   * @param {[Track | undefined]} values
   */
  update(part, [track]) {
    this.#element = /** @type {HTMLMediaElement} */ (part.element);
    this.#take(track);
  }

  disconnected() {
    if (this.#element) this.#track?.detach(this.#element);
  }

  reconnected() {
    if (this.#element) this.#track?.attach(this.#element);
  }

  /** @param {Track | undefined} track */
  #take(track) {
    if (track === this.#track || !this.#element) return;
    this.#track?.detach(this.#element);
    this.#track = track;
    track?.attach(this.#element);
  }
}

export const attached = directive(Attached);
