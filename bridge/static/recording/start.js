/** So long an empty or a dark call is waited for: then it is recorded as it is. */
const PATIENCE_MS = 3000;

/** When a recording begins: once, with the first picture. */
export class Start {
  #isOver = false;
  #since = 0;

  /** @param {{inside: boolean, picture: boolean}} seen @param {number} now */
  isDue({ inside, picture }, now) {
    if (this.#isOver || !inside) return false;
    this.#since ||= now;
    this.#isOver = picture || now >= this.#since + PATIENCE_MS;
    return this.#isOver;
  }
}
