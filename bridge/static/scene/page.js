import { Bridge } from "./bridge.js";
import { Call } from "./call.js";
import { keyOfSeat } from "./people.js";
import { Screen } from "./screen.js";
import { Way } from "./way.js";

/** @typedef {import("./bridge.js").RoomFacts} RoomFacts */
/** @typedef {import("./options.js").Options} Options */

const SCREEN = ".screen";
/** What it says in place of a first picture that will not come. */
const SENTENCES = /** @type {Record<string, string>} */ ({
  room_full: "Too many scenes of this room are open. Close one, then reload this one.",
  token_needed: "This link does not open a room any more. Ask whoever sent it for a new one.",
});

/** A scene: what its link shows of a room, for as long as vMix has it open. */
export class Page {
  bridge;
  call;
  screen;
  way;
  #options;

  /** @param {string} code @param {Options} options */
  constructor(code, options) {
    const changed = () => this.#changed();
    this.#options = options;
    this.bridge = new Bridge(code, options, changed);
    this.call = new Call({ changed, buffer: options.buffer });
    this.screen = new Screen(this.call, options, changed);
    const isEmpty = (/** @type {RoomFacts} */ room) => !this.#isSomebodyThere(room);
    this.way = new Way({ bridge: this.bridge, call: this.call, isEmpty, changed });
  }

  start() {
    this.screen.nameOf = ({ seat, name }) => {
      const known = this.bridge.room?.seats.find((one) => one.seat === seat);
      return known?.title || known?.name || name;
    };
    this.screen.qualityOf = (key) => this.bridge.room?.seats.find(({ seat }) => keyOfSeat(seat) === key)?.quality ?? "";
    this.screen.start();
    this.bridge.start();
    void this.way.run();
  }

  #changed() {
    const { bridge, call, screen, way } = this;
    if (bridge.room) screen.shows = this.#shotOf(bridge.room) ?? this.#options.layout;
    screen.look();
    way.look();
    const refusal = bridge.gone ? "token_needed" : way.refusal;
    screen.say(screen.hasShown ? "" : (SENTENCES[refusal] ?? ""));
    bridge.report({
      inside: call.isInside,
      identity: call.identity,
      picture: screen.hasPicture(),
      sound: screen.sound,
    });
  }

  /** Of a seat's scene and of a take scene; others show everybody. @param {RoomFacts} room */
  #shotOf({ seat, shows }) {
    const isSeat = Boolean(seat);
    if (!isSeat && !this.#options.scene) return undefined;
    const wanted = shows || (isSeat ? seat + (this.#options.show === "screen" ? SCREEN : "") : "");
    const name = seatOf(wanted);
    return {
      key: name && keyOfSeat(name),
      source: /** @type {import("./layout.js").Source} */ (wanted.endsWith(SCREEN) ? "screen" : "camera"),
    };
  }

  /** @param {RoomFacts} room */
  #isSomebodyThere(room) {
    if (!room.seat && !this.#options.scene) return room.people > 0;
    const wanted = seatOf(room.shows || room.seat);
    return room.seats.some(({ seat, here }) => here && seat === wanted);
  }
}

/** @param {string} scene */
const seatOf = (scene) => (scene.endsWith(SCREEN) ? scene.slice(0, -SCREEN.length) : scene);
