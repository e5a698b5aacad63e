import { recall, remember } from "../shared/memory.js";

/** @typedef {"video" | "audio"} Kind */
/** @typedef {{id: string, label: string}} Choice */
/** @typedef {"" | "denied" | "missing" | "busy" | "insecure" | "failed"} Trouble */

/** @type {Kind[]} */
const KINDS = ["video", "audio"];
const NATIVE = { video: "videoinput", audio: "audioinput" };
/** What vMix and the usual cables call themselves. */
const LIKELY = { video: /vmix/i, audio: /vmix|cable|voicemeeter|virtual/i };
const AGAIN_MS = 2000;

/** The studio's picture and sound as devices of this computer: vMix's own camera, and a bus of its sound. */
export class Feed {
  /** @type {Record<Kind, Choice[]>} */
  lists = { video: [], audio: [] };
  /** @type {Record<Kind, MediaStreamTrack | undefined>} */
  tracks = { video: undefined, audio: undefined };
  /** @type {Record<Kind, Trouble>} */
  trouble = { video: "", audio: "" };
  #isWanted = false;
  #opening = Promise.resolve();
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.#again());
    setInterval(() => void this.#again(), AGAIN_MS); // vMix was closed, and is opened again
  }

  open() {
    this.#isWanted = true;
    return this.#turn(() => this.#open());
  }

  close() {
    this.#isWanted = false;
    return this.#turn(async () => KINDS.forEach((kind) => void this.#drop(kind)));
  }

  /** @param {Kind} kind @returns {string} the device that is used, or would be */
  chosen(kind) {
    const choices = this.lists[kind];
    const remembered = choices.find(({ id }) => id === recall(`program-${kind}`));
    return (remembered ?? choices.find(({ label }) => LIKELY[kind].test(label)) ?? choices[0])?.id ?? "";
  }

  /** @param {Kind} kind @param {string} id */
  async choose(kind, id) {
    remember(`program-${kind}`, id);
    await this.#turn(async () => {
      this.#drop(kind);
      if (this.#isWanted) await this.#open();
    });
  }

  /** One after the other. @param {() => Promise<void>} act */
  async #turn(act) {
    this.#opening = this.#opening.then(act);
    await this.#opening;
    this.#changed();
  }

  async #again() {
    const isMissing = KINDS.some((kind) => !this.tracks[kind] && this.trouble[kind] !== "denied");
    if (this.#isWanted && isMissing) await this.#turn(() => this.#open());
  }

  async #open() {
    if (!navigator.mediaDevices) {
      this.trouble = { video: "insecure", audio: "insecure" };
      return;
    }
    await this.#list();
    for (const kind of KINDS) if (!this.lists[kind].length) await this.#ask(kind);
    for (const kind of KINDS) if (!this.tracks[kind] && this.lists[kind].length) await this.#start(kind);
  }

  /** Until it is allowed nobody is told what the devices are called. @param {Kind} kind */
  async #ask(kind) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true });
      for (const track of stream.getTracks()) track.stop();
    } catch (problem) {
      this.trouble[kind] = troubleOf(problem);
    }
    await this.#list();
  }

  /** @param {Kind} kind */
  async #start(kind) {
    const deviceId = { exact: this.chosen(kind) };
    const wanted =
      kind === "video"
        ? { video: { deviceId, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } }
        : {
            audio: {
              deviceId,
              channelCount: { ideal: 2 },
              echoCancellation: false,
              noiseSuppression: false,
              autoGainControl: false,
            },
          };
    try {
      const [track] = (await navigator.mediaDevices.getUserMedia(wanted)).getTracks();
      if (!this.#isWanted) return track?.stop();
      this.tracks[kind] = track;
      this.trouble[kind] = "";
      track?.addEventListener("ended", () => {
        if (this.tracks[kind] !== track) return;
        this.#drop(kind);
        this.trouble[kind] = "missing";
        this.#changed();
      });
    } catch (problem) {
      this.trouble[kind] = troubleOf(problem);
    }
  }

  /** @param {Kind} kind */
  #drop(kind) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = undefined;
    this.trouble[kind] = "";
  }

  async #list() {
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    for (const kind of KINDS) {
      this.lists[kind] = found
        .filter((device) => device.kind === NATIVE[kind] && device.deviceId && device.label)
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    }
  }
}

/** @param {unknown} problem @returns {Trouble} */
function troubleOf(problem) {
  switch (problem instanceof DOMException ? problem.name : "") {
    case "NotAllowedError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
      return "busy";
    default:
      return "failed";
  }
}
