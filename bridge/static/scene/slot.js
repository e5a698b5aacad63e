/**
 * What there is of one source just now.
 *
 * @template F
 * @typedef {object} Facts
 * @property {string} who whoever is there, "" nobody
 * @property {"on" | "off" | "none"} picture `off`: switched off by its owner; `none`: not there, or not yet
 * @property {F | undefined} [feed] what may be shown of it
 * @property {boolean} [ready] its first frame is there
 * @property {number} [framed] when its last frame came
 */

/** How long a take waits for somebody of whom nothing is seen. */
export const GRACE = 1000;
/** A line that is silent for less is no dead one. */
const STALL = 1000;

/**
 * One place on the page: what is shown on it, and whose sound is heard. A picture gives way to the next one only when
 * that has its first frame, and to nothing at once where somebody switched off.
 *
 * @template F
 */
export class Slot {
  /** The source it shows. */
  key = "";
  /** The source it is to show. */
  next = "";
  /** Whose sound is heard. */
  who = "";
  /** @type {F | undefined} what is seen, `undefined`: the slate */
  feed;
  #asked = 0;
  #alive = 0;
  #came = { who: "", at: 0 };
  #hold;

  /** @param {number} hold milliseconds */
  constructor(hold) {
    this.#hold = hold;
  }

  /**
   * @param {string} key what it is to show, "" nothing
   * @param {(key: string) => Facts<F>} facts
   * @param {number} now
   */
  update(key, facts, now) {
    if (key !== this.next) this.#asked = now;
    this.next = key;
    if (key !== this.key && this.#mayTake(key, facts, now)) {
      this.key = key;
      this.who = "";
      this.#show(facts(key), now);
    } else if (this.key) this.#follow(facts(this.key), now);
  }

  /** @param {string} key @param {(key: string) => Facts<F>} facts @param {number} now */
  #mayTake(key, facts, now) {
    if (!key) return true;
    const there = facts(key);
    if (this.#isLive(there, now) || there.picture === "off") return true;
    return there.picture === "none" && now >= this.#asked + GRACE;
  }

  /** @param {Facts<F>} there @param {number} now */
  #follow(there, now) {
    if (this.#isLive(there, now)) this.#show(there, now);
    else if (this.feed === undefined) this.#hear(there, now);
    else if (!this.#isHeld(there, now)) this.#show(there, now);
  }

  /** @param {Facts<F>} there @param {number} now */
  #isHeld(there, now) {
    const switchedOff = there.picture === "off" || (there.picture === "none" && there.who === this.who);
    return !switchedOff && now < this.#alive + this.#hold;
  }

  /** Whoever comes is heard when seen, or when there is nothing to see. @param {Facts<F>} there @param {number} now */
  #hear({ who, picture }, now) {
    if (who !== this.#came.who) this.#came = { who, at: now };
    const patience = picture === "off" || !who ? 0 : picture === "none" ? GRACE : Math.max(this.#hold, GRACE);
    if (now >= this.#came.at + patience) this.who = who;
  }

  /** @param {Facts<F>} there @param {number} now */
  #show(there, now) {
    const live = this.#isLive(there, now);
    this.who = there.who;
    this.feed = live ? there.feed : undefined;
    if (live) this.#alive = there.framed ?? now;
  }

  /** @param {Facts<F>} there @param {number} now */
  #isLive({ picture, feed, ready, framed }, now) {
    if (picture !== "on" || feed === undefined || !ready) return false;
    return now - (framed ?? now) <= Math.max(this.#hold, STALL);
  }
}
