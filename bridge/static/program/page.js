import { recall, remember } from "../shared/memory.js";
import { Way } from "../shared/way.js";
import { Bridge } from "./bridge.js";
import { Call } from "./call.js";
import { Echo } from "./echo.js";
import { Feed } from "./feed.js";
import { Levels } from "./levels.js";

const LOOK_MS = 1000;
const SENDING = "program-sending";

/** The page as a whole: it sends from one click to the other, over whatever restarts. */
export class Page {
  isSending = false;
  /** Decibels. */
  level = -70;
  bridge;
  call;
  feed;
  echo = new Echo();
  way;
  /** @type {Levels | undefined} */
  #levels;
  #draw;

  /** @param {string} code @param {() => void} draw */
  constructor(code, draw) {
    this.#draw = draw;
    const changed = () => this.#changed();
    this.bridge = new Bridge(code, changed);
    this.call = new Call(changed);
    this.feed = new Feed(changed);
    const call = {
      comeIn: (/** @type {import("../shared/ask.js").Ticket} */ ticket) => this.call.comeIn(ticket),
      leave: () => this.call.leave(),
    };
    this.way = new Way({ bridge: this.bridge, call, isIdle: () => !this.isSending, patience: 0, changed });
  }

  start() {
    this.bridge.start();
    this.way.look();
    void this.way.run();
    setInterval(() => this.#look(), LOOK_MS);
    if (recall(SENDING)) void this.send();
    else this.#draw();
  }

  async send() {
    this.isSending = true;
    remember(SENDING, "yes");
    this.#changed();
    await this.feed.open();
  }

  async stop() {
    this.isSending = false;
    remember(SENDING, "");
    await this.feed.close();
  }

  #changed() {
    const { bridge, call, feed, way } = this;
    way.look();
    call.send(feed.tracks);
    bridge.report({
      inside: call.isInside,
      identity: call.identity,
      mic: call.sends("audio"),
      camera: call.sends("video"),
    });
    this.#draw();
  }

  #look() {
    const { call, feed } = this;
    if (!feed.tracks.audio) return;
    this.#levels ??= new Levels(); // a page whose microphone is open for a while needs no click for it
    this.#levels.hear(feed.tracks.audio, call.voices);
    const { bus, voices } = this.#levels.take();
    this.level = Math.max(-70, ...bus);
    this.echo.look(voices, bus);
    this.#draw();
  }
}
