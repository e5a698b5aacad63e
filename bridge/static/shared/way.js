import { backoff } from "../shared/backoff.js";

/** @typedef {import("../shared/ask.js").Ticket} Ticket */

/**
 * What a way in needs of the bridge and of the call; tests have their own.
 *
 * @typedef {object} Ports
 * @property {{
 *   state: string,
 *   gone: string,
 *   room?: import("./bridge.js").RoomFacts | undefined,
 *   ask(): Promise<import("../shared/ask.js").Answer>,
 * }} bridge
 * @property {{comeIn(ticket: Ticket): Promise<{ended: Promise<void>}>, leave(): Promise<void>}} call
 * @property {(room: import("./bridge.js").RoomFacts) => boolean} isEmpty nobody is there of whom it shows anything
 * @property {() => void} changed
 * @property {() => number} [now]
 */

/** So long a metered LiveKit is paid for nobody. */
export const EMPTY_MS = 60_000;
const MOST_MS = 2000;
const LATER_MS = 5000;
/** Refusals that another try in a moment does not change. */
const SLOW = new Set(["room_full", "too_many_requests", "rehearsal", "token_needed"]);

/** A scene's way in: it is inside whenever it may be, for as long as the page is open. */
export class Way {
  /** The error key by which it was refused last. */
  refusal = "";
  #tries = 0;
  #emptySince = 0;
  /** @type {Set<() => void>} */
  #waiters = new Set();
  #ports;
  #now;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    this.#now = ports.now ?? (() => performance.now());
  }

  /** Whatever it waits for may have come; it is called again and again. */
  look() {
    const { bridge, isEmpty } = this.#ports;
    const empty = bridge.state === "open" && bridge.room?.metered && isEmpty(bridge.room);
    if (!empty) this.#emptySince = 0;
    else this.#emptySince ||= this.#now();
    for (const waiter of [...this.#waiters]) waiter();
  }

  async run() {
    const { bridge, call } = this.#ports;
    while (!bridge.gone) {
      if (!this.#isWorthAsking()) {
        await this.#until(() => this.#isWorthAsking() || Boolean(bridge.gone));
        continue;
      }
      const answer = await bridge.ask();
      if ("refusal" in answer) await this.#refused(answer.refusal);
      else await this.#goIn(answer.ticket);
    }
    await call.leave();
  }

  /** What is not known for sure is asked. */
  #isWorthAsking() {
    const { bridge } = this.#ports;
    if (bridge.state !== "open" || !bridge.room) return true;
    return bridge.room.state !== "stopped" && !this.#emptySince;
  }

  /** @param {string} refusal */
  async #refused(refusal) {
    this.refusal = refusal;
    this.#ports.changed();
    await this.#pause(SLOW.has(refusal) ? LATER_MS : backoff(this.#tries++, { most: MOST_MS }));
  }

  /** @param {Ticket} ticket */
  async #goIn(ticket) {
    const { bridge, call, changed } = this.#ports;
    try {
      const { ended } = await call.comeIn(ticket);
      this.refusal = "";
      this.#tries = 0;
      changed();
      let over = false;
      void ended.then(() => {
        over = true;
        this.look();
      });
      await this.#until(() => over || Boolean(bridge.gone) || this.#isTooLongEmpty());
      if (!over) await call.leave();
    } catch {
      await this.#pause(backoff(this.#tries++, { most: MOST_MS }));
    }
  }

  #isTooLongEmpty() {
    return this.#emptySince > 0 && this.#now() >= this.#emptySince + EMPTY_MS;
  }

  /** A wait that ends early when the bridge says something else. @param {number} ms */
  #pause(ms) {
    const seen = () => `${this.#ports.bridge.state} ${this.#ports.bridge.room?.state} ${this.#ports.bridge.gone}`;
    const before = seen();
    return this.#until(() => seen() !== before, ms);
  }

  /** @param {() => boolean} condition @param {number} [most] */
  async #until(condition, most) {
    let waiter = () => {};
    let timer;
    await new Promise((resolve) => {
      waiter = () => condition() && resolve(undefined);
      this.#waiters.add(waiter);
      if (most !== undefined) timer = setTimeout(resolve, most);
      waiter();
    });
    this.#waiters.delete(waiter);
    clearTimeout(timer);
  }
}
