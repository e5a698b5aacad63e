import { copy } from "../shared/copy.js";
import { recall, remember } from "../shared/memory.js";
import { pick } from "../shared/tiles.js";
import { Bridge, kinds } from "./bridge.js";
import { Awake, browserOf, watchSleep } from "./browser.js";
import { Call } from "./call.js";
import { DEVICES, Devices, troubleOf } from "./devices.js";
import { Meter } from "./meter.js";
import { battery, Quality } from "./quality.js";
import { Visit } from "./visit.js";
import { SAY } from "./words.js";

/** @typedef {import("./words.js").Device} Device */
/** @typedef {import("./devices.js").Kind} Kind */

const MOST_TILES = 16;
const BACK_MS = 2000;
const HEARD = 0.35;
const MEASURE_MS = 2000;

/** The page as a whole: its parts, what is open on it, and what its buttons do. */
export class Page {
  browser = browserOf();
  /** @type {"" | "chat" | "settings"} */
  panel = "";
  leaving = false;
  nameMissing = false;
  heard = false;
  asked = false;
  muted = false;
  said = "";
  isBack = false;
  /** A device was asked for inside: what was in its way at the door is known. */
  wantsDevice = false;
  /** @type {import("./words.js").Words | undefined} */
  unplugged;
  /** @type {string[]} */
  #shown = [];
  /** The number of the last message. */
  #heard = 0;
  #wasTrying = false;
  #prepared = false;
  #awake = new Awake();
  #quality = new Quality();
  #meter = new Meter((level) => this.#hearMyself(level));
  #draw;
  #announce;

  /**
   * @param {{code: string, sharp: boolean, draw: () => void, announce: (text: string) => void}} options
   */
  constructor({ code, sharp, draw, announce }) {
    this.#draw = draw;
    this.#announce = announce;
    const changed = () => this.#changed();
    this.devices = new Devices({
      changed,
      sharp,
      lost: (device, next) => this.#lost(device, next),
      found: () => void this.#prepare(),
    });
    this.call = new Call(this.devices, {
      changed,
      moved: (who, came) => announce(came ? SAY.came(who) : SAY.went(who)),
      failed: (device, problem) => this.#failed(device, problem),
      wrote: (from, text) => this.#wrote(from, text),
    });
    this.bridge = new Bridge(code, { changed, told: (...said) => this.#told(...said) });
    this.visit = new Visit({
      bridge: this.bridge,
      call: {
        signalled: () => this.call.signalled,
        leave: () => this.call.leave(),
        comeIn: (ticket) => this.#comeIn(ticket),
        rest: () => this.devices.rest(),
      },
      changed,
    });
    this.visit.name = recall("name");
  }

  start() {
    this.bridge.start();
    setInterval(() => this.#tick(), 1000);
    setInterval(() => void this.#measure(), MEASURE_MS);
    watchSleep(15 * 60_000, () => this.visit.step === "inside" && this.visit.leave("long_away"));
  }

  get mayWrite() {
    return Boolean(this.bridge.room?.chat) && this.call.may.write;
  }

  /** Where vMix shows us; nothing while a line is cut by which the end of it would be told. */
  get air() {
    const { bridge, call } = this;
    return bridge.state === "open" && call.state === "inside" ? bridge.room?.air : undefined;
  }

  /** @param {number} moment */
  secondsSince(moment) {
    return Math.max(0, Math.round((Date.now() - moment) / 1000));
  }

  get programIsLarge() {
    return recall("program-large") === "yes";
  }

  /** @param {boolean} large */
  setProgramLarge(large) {
    remember("program-large", large ? "yes" : "");
    this.#draw();
  }

  /** The others who have a tile. */
  shown() {
    const others = this.call.people.filter((person) => !person.self && person.sends);
    const byId = new Map(others.map((person) => [person.id, person]));
    this.#shown = pick(this.#shown, [...byId.keys()], (id) => byId.get(id)?.spoke ?? 0, MOST_TILES);
    return this.#shown.flatMap((id) => byId.get(id) ?? []);
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    this.visit.name = this.visit.name.trim();
    this.nameMissing = !this.visit.name;
    if (this.nameMissing) document.getElementById("name")?.focus();
    else void this.visit.join();
    this.#draw();
  }

  /** @param {string} name */
  setName(name) {
    this.visit.name = name;
    this.nameMissing = false;
    remember("name", name.trim());
    this.#draw();
  }

  comeBack() {
    void this.visit.join();
  }

  /** @param {Device} device @param {boolean} on */
  async turn(device, on) {
    this.devices.trouble[device] = "";
    this.wantsDevice = true;
    if (device === "microphone") this.asked = this.muted = false;
    await this.call.turn(device, on);
  }

  /** @param {Kind} kind */
  inUse(kind) {
    return kind === "speaker" ? this.devices.chosen(kind) : this.devices.using[kind];
  }

  /** @param {Kind} kind @param {string} id a device, `off`, or "" for any */
  async choose(kind, id) {
    if (id !== "off") this.devices.choose(kind, id);
    if (this.call.state !== "out") return this.call.use(kind, id);
    if (kind === "speaker") return;
    this.devices.on[kind] = id !== "off";
    this.devices.trouble[kind] = "";
    await this.#prepare([kind]);
  }

  /** @param {boolean} on */
  async setStudioSound(on) {
    this.devices.setStudioSound(on);
    if (this.call.state !== "out") return this.call.reopenMicrophone();
    await this.#prepare(["microphone"]);
  }

  async tryDevices() {
    if (this.call.state === "out") return this.#prepare();
    for (const device of DEVICES) {
      if (this.devices.trouble[device]) await this.turn(device, true);
    }
  }

  async copyLink() {
    if (await copy(location.href)) this.#announce("Copied.");
  }

  /** @param {"" | "chat" | "settings"} panel */
  toggle(panel) {
    const from = this.panel;
    this.panel = panel === from ? "" : panel;
    if (this.panel === "chat") this.call.chat.unread = 0;
    this.#draw();
    if (this.panel === "chat") document.getElementById("text")?.focus();
    else document.getElementById(this.panel ? "lines" : from)?.focus();
  }

  /** @param {boolean} leaving */
  askToLeave(leaving) {
    this.leaving = leaving;
    this.#draw();
    document.getElementById(leaving ? "leave-yes" : "leave")?.focus();
  }

  /** @param {"said" | "unplugged"} what */
  read(what) {
    if (what === "said") {
      this.said = "";
      this.bridge.read(this.#heard);
    } else this.unplugged = undefined;
    this.#draw();
  }

  /** @param {SubmitEvent} event */
  async write(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (document.getElementById("text"));
    const text = field.value.trim();
    if (text && (await this.call.chat.write(text))) field.value = "";
    field.focus();
  }

  /** @param {import("./visit.js").Ticket} ticket */
  #comeIn(ticket) {
    const room = this.bridge.room;
    const wanted = room ? kinds(room) : { camera: false, microphone: false };
    const opening = this.devices.open(wanted);
    const tracks = () => opening.then(() => this.devices.take());
    return this.call.connect(ticket, tracks, { wanted, steady: Boolean(room?.seat) });
  }

  /** Camera and microphone for the door. @param {Device[]} [anew] */
  async #prepare(anew) {
    if (!this.bridge.room || this.visit.step !== "door") return;
    await this.devices.open(kinds(this.bridge.room), anew);
    this.#changed();
  }

  #changed() {
    const { bridge, call, devices, visit } = this;
    visit.look();
    if (bridge.room && bridge.room.server !== "rehearsal" && !this.#prepared) {
      this.#prepared = true;
      void this.#prepare();
    }
    for (const device of DEVICES) {
      const track = devices.preview[device] ?? call.trackOf(device);
      devices.using[device] = track?.mediaStreamTrack.getSettings().deviceId ?? devices.using[device];
    }
    const inside = visit.step === "inside";
    if (!inside) this.leaving = this.asked = this.muted = this.wantsDevice = false;
    if (!inside || (this.panel === "chat" && !this.mayWrite)) this.panel = "";
    this.#awake.set(inside);
    this.#meter.hear(visit.step === "door" ? devices.preview.microphone?.mediaStreamTrack : undefined);
    this.#sayBack();
    const { identity, isMicrophoneEnabled, isCameraEnabled, isScreenShareEnabled } = call.me;
    bridge.report({
      inside,
      identity: inside ? identity : "",
      mic: inside && isMicrophoneEnabled,
      camera: inside && isCameraEnabled,
      screen: inside && isScreenShareEnabled,
    });
    this.#draw();
  }

  #sayBack() {
    const trying = this.call.state === "trying" || this.visit.why === "lost";
    if (this.#wasTrying && !trying && this.visit.step === "inside") {
      this.isBack = true;
      setTimeout(() => {
        this.isBack = false;
        this.#draw();
      }, BACK_MS);
    }
    this.#wasTrying = trying;
  }

  #tick() {
    if (this.#wasTrying) this.#draw();
  }

  async #measure() {
    if (this.call.state !== "inside") return;
    const [sending, charge] = await Promise.all([this.call.sending(), battery()]);
    this.bridge.measured(this.#quality.look(sending, charge, performance.now()));
  }

  /** @param {number} level */
  #hearMyself(level) {
    document.getElementById("level")?.style.setProperty("--level", level.toFixed(2));
    if (level < HEARD || this.heard) return;
    this.heard = true;
    this.#draw();
  }

  /** @param {"said" | "muted" | "asked"} what @param {string} text @param {number} number */
  #told(what, text, number) {
    if (number && number <= this.#heard) return; // the line was gone, and what was not read is told again
    this.#heard = number;
    if (what === "said") this.said = this.said ? `${this.said}\n${text}` : text;
    else if (what === "muted") this.muted = true;
    else this.asked = !this.call.isOn("microphone");
    if (!this.said) this.bridge.read(number);
  }

  /** @param {Device} device @param {string} next */
  #lost(device, next) {
    this.unplugged = SAY.unplugged(device, next);
    if (this.call.state === "out") void this.#prepare();
  }

  /** @param {Device | "screen"} device @param {unknown} problem */
  #failed(device, problem) {
    if (device === "screen") return; // its chooser was closed
    this.devices.trouble[device] = troubleOf(problem);
    this.#draw();
  }

  /** @param {string} from @param {string} text */
  #wrote(from, text) {
    if (this.panel === "chat") this.call.chat.unread = 0;
    this.#announce(`${from}: ${text}`);
    this.#changed();
  }
}
