import { chatLines } from "./chat.js";
import { alone, together } from "./layout.js";
import { Sounds } from "./sounds.js";
import { partOf, partsOf, Stage } from "./stage.js";

/** @typedef {import("./people.js").Person} Person */
/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./options.js").Layout} Layout */
/** @typedef {{key: string, source: import("./layout.js").Source}} Shot */

/** How often it looks for what no event tells. */
const TICK_MS = 100;

/** What is seen and heard of a call: either one shot, or everybody in a layout. */
export class Screen {
  /** @type {Shot | Layout} */
  shows = "grid";
  /** Whether anything was seen since the page was loaded. */
  hasShown = false;
  /** @type {(person: Person) => string} */
  nameOf = ({ name }) => name;
  /** How the line of whoever sits there does, in words. @type {(key: string) => string} */
  qualityOf = () => "";
  stage;
  #sounds = new Sounds();
  #slate = document.createElement("div");
  #said = document.createElement("p");
  #chat = document.createElement("aside");
  /** @type {Map<string, string>} */
  #names = new Map();
  #call;
  #options;
  #changed;

  /** @param {import("./call.js").Call} call @param {Options} options @param {() => void} [changed] */
  constructor(call, options, changed = () => this.look()) {
    this.#call = call;
    this.#options = options;
    this.#changed = changed;
    this.stage = new Stage(options, changed);
    call.losing = (track) => {
      for (const tile of this.stage.tiles.values()) tile.freeze(track);
    };
    this.#slate.className = "slate";
    this.#said.className = "said";
    this.#chat.className = "chat";
    paint(options, this.#slate);
  }

  start() {
    document.body.append(this.stage.element);
    setInterval(this.#changed, TICK_MS);
  }

  get sound() {
    if (!this.#options.audio) return "off";
    return this.#sounds.isBlocked ? "blocked" : "on";
  }

  hasPicture() {
    return this.stage.hasPicture(performance.now());
  }

  look() {
    const now = performance.now();
    const { people } = this.#call;
    const { shows } = this;
    const cast = typeof shows === "string" ? this.#together(people, shows) : alone(shows.key, shows.source);
    this.stage.show(cast, (target) => this.#find(people, target), now);
    this.#call.take(this.#wanted(people));
    if (this.#options.audio) this.#sounds.update(this.#heard(people), now);
    this.#write(people, now);
  }

  /** A sentence in place of a picture, "" none. @param {string} text */
  say(text) {
    if (this.#said.textContent !== text) this.#said.textContent = text;
    toggle(this.#said, Boolean(text));
  }

  /** @param {Person[]} people @param {Layout} layout */
  #together(people, layout) {
    const held = [...this.stage.tiles.values()]
      .filter(({ slot }) => slot.feed)
      .map(({ slot }) => partOf(slot.key))
      .filter(({ source, key }) => source === "camera" && !people.some((one) => one.key === key))
      .map(({ key }) => key);
    return together(layout, people, this.stage.cast, held);
  }

  /** @param {Person[]} people @param {string} target @returns {import("./tile.js").Found} */
  #find(people, target) {
    const { key, source } = partOf(target);
    const person = people.find((one) => one.key === key);
    return { who: person?.who ?? "", source, publication: person?.[source] };
  }

  /** The tracks of what is shown and of what is to be. @param {Person[]} people */
  #wanted(people) {
    const { audio } = this.#options;
    const isSpeaker = this.shows === "speaker";
    /** @type {Map<import("./people.js").Publication, boolean>} */
    const wanted = new Map();
    for (const { slot } of this.stage.tiles.values()) {
      for (const target of [slot.key, slot.next]) {
        const { publication } = this.#find(people, target);
        if (publication) wanted.set(publication, true);
      }
    }
    // who speaks is told only of those one has subscribed to
    for (const sound of this.#soundsOf(people)) if (audio || isSpeaker) wanted.set(sound.publication, audio);
    return wanted;
  }

  /** Each sound that belongs to what is shown or is to be. @param {Person[]} people */
  #soundsOf(people) {
    if (typeof this.shows === "string") {
      return people.flatMap(({ microphone, screenSound }) =>
        [microphone, screenSound].flatMap((publication) => (publication ? [{ publication, heard: true }] : [])),
      );
    }
    const slot = this.stage.tiles.get("big")?.slot;
    return [...new Set([slot?.key ?? "", slot?.next ?? ""])].flatMap((target) => {
      const { key, source } = partOf(target);
      const person = people.find((one) => one.key === key);
      const publication = source === "screen" ? person?.screenSound : person?.microphone;
      const heard = target === slot?.key && person?.who === slot.who;
      return publication ? [{ publication, heard }] : [];
    });
  }

  /** @param {Person[]} people */
  #heard(people) {
    return new Map(
      this.#soundsOf(people).flatMap(({ publication: { track }, heard }) => (track ? [[track, heard]] : [])),
    );
  }

  /** @param {Person[]} people @param {number} now */
  #write(people, now) {
    for (const person of people) this.#names.set(person.key, this.nameOf(person));
    this.stage.write((key) => this.#names.get(key) ?? "", this.qualityOf, this.sound, now);
    const isEmpty = !partsOf(this.stage.cast).length || this.#isBare();
    if (!isEmpty) this.hasShown = true;
    toggle(this.#slate, isEmpty && Boolean(this.#options.slate));
    const hasChat = this.shows === "chat";
    if (hasChat) chatLines(this.#chat, this.#call.chat);
    toggle(this.#chat, hasChat);
    this.stage.hasChat = hasChat;
  }

  /** One shot, of which there is nothing to see. */
  #isBare() {
    return typeof this.shows !== "string" && !this.stage.tiles.get("big")?.slot.feed;
  }
}

/** @param {Options} options @param {HTMLElement} element of the slate */
function paint({ background, slate }, element) {
  document.documentElement.style.background = background;
  if (CSS.supports("color", slate)) element.style.background = slate;
  else element.textContent = slate;
}

/** @param {HTMLElement} element @param {boolean} on */
function toggle(element, on) {
  if (on === element.isConnected) return;
  if (on) document.body.append(element);
  else element.remove();
}
