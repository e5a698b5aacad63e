import { backoff } from "../shared/backoff.js";
import { isOpen } from "./bridge.js";

/** @typedef {import("./words.js").Why} Why */
/** @typedef {import("./bridge.js").Ticket} Ticket */

/**
 * What a visit needs of the bridge and of the call; tests have their own.
 *
 * @typedef {object} Ports
 * @property {{
 *   state: string,
 *   room?: import("./bridge.js").RoomFacts | undefined,
 *   lobby: string,
 *   ask(name: string): Promise<import("./bridge.js").Answer>,
 *   knock(name: string): void,
 *   stopKnocking(): void,
 * }} bridge
 * @property {{
 *   signalled(): boolean,
 *   leave(): Promise<void>,
 *   comeIn(ticket: Ticket): Promise<{ended: Promise<import("./call.js").End>}>,
 *   rest(): void,
 * }} call `rest` lets go of camera and microphone
 * @property {() => void} changed
 * @property {() => number} [now]
 */

const MINUTE = 60_000;
/** So that no forgotten laptop's camera comes back the next day. */
const AWAY = 15 * MINUTE;
/** Who was never inside waits as long as one waits for a show. */
const EARLY = 12 * 60 * MINUTE;
const FULL = 5000;
/** What the bridge's no means; every other one is asked again. */
const FINAL = new Set(["seat_taken", "token_needed", "no_audience", "barred"]);

/**
 * Somebody's way in, from the click on: it asks for a token, goes in, and comes back by itself, until there is a
 * reason to stop.
 */
export class Visit {
  /** @type {"door" | "coming" | "inside" | "out"} */
  step = "door";
  /** @type {Why} why not inside */
  why = "joining";
  name = "";
  /** When it was inside last. */
  since = 0;
  #turn = 0;
  #clicked = 0;
  #tries = 0;
  #blocked = 0;
  /** @type {Set<() => void>} */
  #waiters = new Set();
  #ports;
  #now;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    this.#now = ports.now ?? (() => Date.now());
  }

  get wasInside() {
    return this.since > 0;
  }

  /** Whatever it waits for may have come. */
  look() {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** A click: from now on it tries. */
  async join() {
    const turn = ++this.#turn;
    this.since = 0;
    this.#clicked = this.#now();
    this.#tries = this.#blocked = 0;
    this.#show("coming", "joining");
    while (this.#goesOn(turn)) {
      if (!this.#isWorthAsking()) {
        this.#show("coming", this.wasInside ? "closed" : "not_open");
        await this.#until(() => this.#isWorthAsking(), turn, this.#deadline() - this.#now());
        continue;
      }
      const answer = await this.#ports.bridge.ask(this.name);
      if (turn !== this.#turn) return;
      if ("refusal" in answer) await this.#refused(answer.refusal, turn);
      else await this.#goIn(answer.ticket, turn);
    }
  }

  /** @param {Why} [why] */
  async leave(why = "left") {
    this.#turn++;
    this.#show("out", why);
    await this.#ports.call.leave();
    this.look();
  }

  /** What is not known for sure is asked. */
  #isWorthAsking() {
    const { bridge } = this.#ports;
    return bridge.state !== "open" || !bridge.room || isOpen(bridge.room);
  }

  #deadline() {
    return this.wasInside ? this.since + AWAY : this.#clicked + EARLY;
  }

  /** @param {number} turn */
  #goesOn(turn) {
    if (turn !== this.#turn || this.step === "out") return false;
    if (this.#now() < this.#deadline()) return true;
    this.#show("out", this.why === "lost" ? "long_away" : "long_closed");
    return false;
  }

  /** @param {string} refusal @param {number} turn */
  async #refused(refusal, turn) {
    if (FINAL.has(refusal)) return this.#show("out", /** @type {Why} */ (refusal));
    switch (refusal) {
      case "not_admitted":
        return this.#inLobby(turn);
      case "room_stopped":
        this.#show("coming", this.wasInside ? "closed" : "not_open");
        return this.#pause(1000, turn);
      case "room_full":
        this.#show("coming", "room_full");
        return this.#pause(FULL, turn);
      case "too_many_requests":
        this.#show("coming", "limited");
        return this.#pause(FULL, turn);
      case "rehearsal":
        this.#show("coming", "rehearsal");
        return this.#pause(FULL, turn);
      default:
        this.#show("coming", refusal ? "call_away" : "bridge_away");
        return this.#pause(backoff(this.#tries++), turn);
    }
  }

  /** @param {number} turn */
  async #inLobby(turn) {
    const { bridge } = this.#ports;
    this.#show("coming", "lobby");
    bridge.knock(this.name);
    const answered = () => bridge.lobby !== "waiting" || bridge.state === "ended";
    await this.#until(answered, turn, this.#deadline() - this.#now());
    const lobby = bridge.lobby;
    bridge.stopKnocking();
    if (turn === this.#turn && lobby === "refused") this.#show("out", "refused");
  }

  /** @param {Ticket} ticket @param {number} turn */
  async #goIn(ticket, turn) {
    const { call } = this.#ports;
    try {
      const { ended } = await call.comeIn(ticket);
      if (turn !== this.#turn) return;
      this.#tries = this.#blocked = 0;
      this.#show("inside", "joining");
      const end = await ended;
      if (turn !== this.#turn) return;
      this.since = this.#now();
      if (end === "gone") this.#show("coming", "lost");
      else this.#show("out", end);
    } catch {
      if (turn !== this.#turn) return;
      this.#blocked = call.signalled() ? this.#blocked + 1 : 0;
      this.#show("coming", this.#blocked > 1 ? "blocked" : this.wasInside ? "lost" : "call_away");
      await this.#pause(backoff(this.#tries++), turn);
    }
  }

  /** @param {Visit["step"]} step @param {Why} why */
  #show(step, why) {
    this.step = step;
    this.why = why;
    if (step === "out" || RESTING.has(why)) this.#ports.call.rest();
    this.#ports.changed();
  }

  /** A wait that ends early when something changed. @param {number} ms @param {number} turn */
  #pause(ms, turn) {
    const before = this.#seen();
    return this.#until(() => this.#seen() !== before, turn, ms);
  }

  /** What makes a new try worth while. */
  #seen() {
    const { bridge } = this.#ports;
    return `${bridge.state} ${bridge.room?.state} ${bridge.room?.server} ${bridge.room?.role} ${bridge.lobby}`;
  }

  /** @param {() => boolean} condition @param {number} turn @param {number} most */
  async #until(condition, turn, most) {
    let waiter = () => {};
    let timer;
    await new Promise((resolve) => {
      waiter = () => (turn !== this.#turn || condition()) && resolve(undefined);
      this.#waiters.add(waiter);
      timer = setTimeout(resolve, most);
      waiter();
    });
    this.#waiters.delete(waiter);
    clearTimeout(timer);
  }
}

/** While one waits for these, camera and microphone are off. */
const RESTING = new Set(/** @type {Why[]} */ (["not_open", "closed", "lobby", "room_full", "rehearsal"]));
