import { copy } from "../shared/copy.js";
import { recall, remember } from "../shared/memory.js";
import { Api } from "./api.js";
import { Details } from "./details.js";
import { Drafts } from "./drafts.js";
import { Feed } from "./feed.js";
import { Listed } from "./listed.js";
import { warningOf } from "./say.js";
import { Session } from "./session.js";

const COPIED_MS = 2000;
const CHOSEN = "console-room";
const OPEN = "console-open";
/** Presses after which links, keys and scripts are others. */
const MAKES_OTHERS = /\/(links\/renew|keys\/|console\/end)/;

/** The page as a whole: its parts, what is open on it, and what its buttons do. */
export class Page {
  drafts = new Drafts();
  /** @type {"room" | "new"} */
  view = "room";
  /** On a phone there is place for one of them. */
  isListShown = true;
  chosen = "";
  /** The question that is open, by its key. */
  asking = "";
  /** What is open beside something: a QR code, a script, a message. One at a time. */
  beside = "";
  besideText = "";
  /** What the last press was answered, where that is worth a sentence. */
  notice = "";
  isRefused = false;
  copied = "";
  isChecksOpen = false;
  isPressesOpen = false;
  /** @type {"url" | "curl" | "companion" | "vmix"} */
  format = "url";
  /** @type {string} whom the addresses of routes name */
  whom = "";
  preset = "team";
  /** @type {Set<string>} */
  #open = new Set(recall(OPEN, "people,links").split(","));
  #focus = "";
  #coming = "";
  #draw;
  #announce;

  /** @param {{draw: () => void, announce: (text: string) => void}} options */
  constructor({ draw, announce }) {
    this.#draw = draw;
    this.#announce = announce;
    const changed = () => this.#changed();
    this.session = new Session(changed);
    this.api = new Api(this.session);
    this.details = new Details(this.api, changed);
    this.list = new Listed(draw);
    this.feed = this.#newFeed();
  }

  async start() {
    await this.session.start();
    if (this.session.token) this.#enter();
    else this.#draw();
    addEventListener("hashchange", () => this.session.start().then(() => this.#enter()));
  }

  get room() {
    return this.feed.rooms.get(this.chosen);
  }

  /** The rooms of the list, as the filter leaves them. */
  get shown() {
    return this.list.of(this.feed.sorted);
  }

  /** @param {SubmitEvent} event */
  async logIn(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (document.getElementById("token"));
    await this.session.open({ token: field.value.trim() });
    if (this.session.token) this.#enter();
    else document.getElementById("token")?.focus();
  }

  async logOut() {
    await this.api.ask("/console/end", {});
    this.#leave("You logged out.");
  }

  /** @param {string} slug */
  choose(slug) {
    if (slug !== this.chosen) this.#close();
    this.chosen = slug;
    this.view = "room";
    this.isListShown = false;
    remember(CHOSEN, slug);
    this.feed.watch(slug);
    this.#changed();
  }

  /** A room that was just made: the feed may tell of it later. @param {string} slug */
  chooseNew(slug) {
    this.#coming = slug;
    this.choose(slug);
    this.#focusOn("room-name");
  }

  showList() {
    this.isListShown = true;
    this.#focusOn("rooms");
  }

  openNew() {
    this.view = "new";
    this.isListShown = false;
    this.#close();
    this.#focusOn("new-name");
  }

  /** @param {string} key a question, "" for none */
  ask(key) {
    const before = this.asking;
    this.asking = key;
    this.#focusOn(key ? "yes" : `ask-${before}`);
  }

  /** @param {string} key @param {() => void} act */
  confirm(key, act) {
    this.asking = "";
    act();
    this.#focusOn(`ask-${key}`);
  }

  /** @param {string} key @param {string} [text] */
  toggleBeside(key, text = "") {
    this.beside = this.beside === key ? "" : key;
    this.besideText = text;
    if (this.beside.startsWith("say-")) this.#focusOn("say-text");
    else this.#draw();
  }

  /** Whatever is open over or beside something else. Returns whether there was anything. */
  close() {
    const isOpen = Boolean(this.asking || this.beside || this.isChecksOpen || this.notice);
    if (this.asking) this.ask("");
    else this.#close();
    this.isChecksOpen = false;
    this.#draw();
    return isOpen;
  }

  /** @param {string} name of a section */
  isOpen(name) {
    return this.#open.has(name);
  }

  /** @param {string} name @param {boolean} isOpen */
  setOpen(name, isOpen) {
    if (isOpen === this.#open.has(name)) return;
    if (isOpen) this.#open.add(name);
    else this.#open.delete(name);
    remember(OPEN, [...this.#open].join(","));
    this.#draw();
  }

  /** Somebody types. @param {string} field @param {import("./drafts.js").Value} value @param {import("./drafts.js").Value} now */
  edit(field, value, now) {
    this.drafts.edit(field, value, now);
    this.#draw();
  }

  /** @param {Partial<Page>} changes */
  set(changes) {
    Object.assign(this, changes);
    this.#draw();
  }

  /**
   * What a button does. What shows then is what the bridge says by its feed; a refusal is said here.
   *
   * @param {string} path
   * @param {object} body
   * @param {string} [method]
   */
  async press(path, body, method) {
    const { said, problem } = await this.api.ask(path, body, method);
    this.say(problem || warningOf(said?.warning), Boolean(problem));
    return problem ? undefined : said;
  }

  /** On somebody in the chosen room. @param {string} hand @param {object} body */
  hand(hand, body) {
    return this.press(`/api/conferences/participants/${hand}`, { id: this.room?.id, ...body });
  }

  /** @param {string} path of a file */
  async download(path) {
    const problem = await this.api.download(path);
    this.say(problem, Boolean(problem));
  }

  /** @param {string} key @param {string} text */
  async copy(key, text) {
    if (!(await copy(text))) return this.say("Your browser did not copy it. Select it and press Ctrl+C.", true);
    this.copied = key;
    this.#announce("Copied");
    this.#draw();
    setTimeout(() => {
      if (this.copied === key) this.set({ copied: "" });
    }, COPIED_MS);
  }

  /** @param {string} text @param {boolean} [isRefused] */
  say(text, isRefused = false) {
    if (text && text === this.notice) this.#announce(""); // said again, it is read out again
    this.notice = text;
    this.isRefused = isRefused;
    this.#announce(text);
    this.#draw();
  }

  /** What waits to have the focus once it is drawn. */
  takeFocus() {
    const id = this.#focus;
    this.#focus = "";
    return id;
  }

  /** @param {string} id */
  #focusOn(id) {
    this.#focus = id;
    this.#draw();
  }

  #close() {
    this.asking = this.beside = this.besideText = this.notice = "";
  }

  #enter() {
    if (!this.session.token) return;
    this.feed.end();
    this.feed = this.#newFeed();
    this.chosen = recall(CHOSEN);
    this.feed.watched = this.chosen;
    this.feed.start();
    this.#draw();
  }

  /** @param {string} why */
  #leave(why) {
    this.feed.end();
    this.feed = this.#newFeed();
    this.details.look(undefined);
    this.drafts.drop("");
    this.#close();
    this.session.end(why);
  }

  #newFeed() {
    return new Feed({
      session: () => this.session.token,
      changed: () => this.#changed(),
      over: (why) => this.#leave(why || "The session ended."),
      pressed: (presses) => {
        const room = this.room;
        if (room && presses.some(({ how }) => MAKES_OTHERS.test(how))) this.details.again(room);
      },
    });
  }

  #changed() {
    const { feed } = this;
    if (feed.rooms.has(this.#coming)) this.#coming = "";
    const isComing = this.chosen !== "" && this.chosen === this.#coming;
    if (feed.isKnown && !feed.rooms.has(this.chosen) && !isComing) this.#chooseAnother();
    if (feed.isFresh) this.details.look(this.room);
    this.#draw();
  }

  /** Where none is, or the one that was chosen is gone. */
  #chooseAnother() {
    const [first] = this.feed.sorted;
    this.#close();
    if (this.feed.watched !== (first?.slug ?? "")) this.feed.watch(first?.slug ?? "");
    this.chosen = first?.slug ?? "";
    if (!first) this.view = "new";
  }
}
