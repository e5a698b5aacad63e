import { recall, remember } from "../shared/memory.js";
import { createLocalTracks, MediaDeviceFailure, VideoPresets } from "../vendor/livekit-client.js";

/** @typedef {import("./words.js").Device} Device */
/** @typedef {import("./words.js").Trouble} Trouble */
/** @typedef {import("../vendor/livekit-client.js").LocalTrack} LocalTrack */
/** @typedef {{id: string, label: string}} Choice */
/** @typedef {Device | "speaker"} Kind */

/** @type {Record<Kind, MediaDeviceKind>} */
const NATIVE = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
/** @type {Device[]} */
export const DEVICES = ["camera", "microphone"];

/** Cameras and microphones: which there are, which was chosen, and what they show before anybody is inside. */
export class Devices {
  /** @type {Record<Kind, Choice[]>} */
  lists = { camera: [], microphone: [], speaker: [] };
  /** @type {Record<Device, boolean>} whether it is wanted at all */
  on = { camera: true, microphone: true };
  /** @type {Record<Device, LocalTrack | undefined>} */
  preview = { camera: undefined, microphone: undefined };
  /** @type {Record<Device, Trouble | "">} */
  trouble = { camera: "", microphone: "" };
  /** @type {Record<Device, string>} the device that is open, in a preview or in the call */
  using = { camera: "", microphone: "" };
  studioSound = recall("studio-sound") === "yes";
  #opening = Promise.resolve();
  #changed;
  #lost;
  #found;
  #preset;

  /**
   * @param {object} options
   * @param {() => void} options.changed
   * @param {(device: Device, next: string) => void} options.lost a device in use is gone; `next` is used now
   * @param {() => void} options.found what was missing may be there now
   * @param {boolean} options.sharp 1080 lines
   */
  constructor({ changed, lost, found, sharp }) {
    this.#changed = changed;
    this.#lost = lost;
    this.#found = found;
    this.#preset = sharp ? VideoPresets.h1080 : VideoPresets.h720;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#recount());
  }

  get videoOptions() {
    const id = this.chosen("camera");
    return { resolution: this.#preset.resolution, ...(id ? { deviceId: id } : {}) };
  }

  get videoEncoding() {
    return this.#preset.encoding;
  }

  get audioOptions() {
    const id = this.chosen("microphone");
    const clean = !this.studioSound;
    return {
      echoCancellation: clean,
      noiseSuppression: clean,
      autoGainControl: clean,
      voiceIsolation: clean,
      ...(clean ? {} : { channelCount: 2 }),
      ...(id ? { deviceId: id } : {}),
    };
  }

  /** @param {Kind} kind @returns {string} its id; "" where the browser may choose */
  chosen(kind) {
    const id = recall(kind);
    return this.lists[kind].some((choice) => choice.id === id) ? id : "";
  }

  /** @param {Kind} kind @param {string} id */
  choose(kind, id) {
    remember(kind, id);
  }

  /** @param {boolean} on */
  setStudioSound(on) {
    this.studioSound = on;
    remember("studio-sound", on ? "yes" : "");
  }

  /**
   * Opens those of `wanted` that are on and not open. All are asked for at once, so that the browser asks once.
   *
   * @param {Record<Device, boolean>} wanted
   * @param {Device[]} [anew] those that are closed before
   */
  open(wanted, anew = []) {
    this.#opening = this.#opening.then(() => {
      this.close(anew);
      return this.#open(wanted);
    });
    return this.#opening;
  }

  /** Nothing is open any more, what is just being opened included. */
  rest() {
    this.close();
    this.#opening = this.#opening.then(() => this.close());
  }

  /** What is open, for the call: from now on it is the call's. @returns {LocalTrack[]} */
  take() {
    const tracks = DEVICES.flatMap((device) => this.preview[device] ?? []);
    this.preview = { camera: undefined, microphone: undefined };
    return tracks;
  }

  /** @param {Device[]} [devices] */
  close(devices = DEVICES) {
    for (const device of devices) {
      this.preview[device]?.stop();
      this.preview[device] = undefined;
    }
  }

  /** @param {Record<Device, boolean>} wanted */
  async #open(wanted) {
    const missing = DEVICES.filter((device) => wanted[device] && this.on[device] && !this.preview[device]);
    if (!missing.length) return;
    if (!navigator.mediaDevices) {
      const trouble = isSecureContext ? "app" : "insecure";
      for (const device of missing) this.trouble[device] = trouble;
      this.#changed();
      return;
    }
    await this.#list();
    if (!(await this.#try(missing)) && missing.length > 1) for (const device of missing) await this.#try([device]);
    await this.#list(); // labels are known only now
    this.#changed();
  }

  /** @param {Device[]} devices */
  async #try(devices) {
    try {
      const tracks = await createLocalTracks({
        audio: devices.includes("microphone") && this.audioOptions,
        video: devices.includes("camera") && this.videoOptions,
      });
      for (const track of tracks) this.preview[track.kind === "video" ? "camera" : "microphone"] = track;
      for (const device of devices) this.trouble[device] = "";
      return true;
    } catch (problem) {
      for (const device of devices) this.trouble[device] = troubleOf(problem);
      return false;
    }
  }

  async #list() {
    const found = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    for (const kind of /** @type {Kind[]} */ (Object.keys(NATIVE))) {
      this.lists[kind] = found
        .filter((device) => device.kind === NATIVE[kind] && device.deviceId && device.label)
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    }
  }

  async #recount() {
    const before = this.lists;
    this.lists = { ...before };
    await this.#list();
    for (const device of DEVICES) {
      const isGone = (/** @type {Choice} */ { id }) => !this.lists[device].some((choice) => choice.id === id);
      if (before[device].some((choice) => choice.id === this.using[device] && isGone(choice))) {
        this.using[device] = "";
        this.close([device]);
        this.#lost(device, this.lists[device][0]?.label ?? "");
      }
    }
    if (DEVICES.some((device) => this.trouble[device] === "missing")) this.#found();
    this.#changed();
  }
}

/** @param {unknown} problem @returns {Trouble} */
export function troubleOf(problem) {
  switch (MediaDeviceFailure.getFailure(problem)) {
    case MediaDeviceFailure.PermissionDenied:
      return "denied";
    case MediaDeviceFailure.NotFound:
      return "missing";
    case MediaDeviceFailure.DeviceInUse:
      return "busy";
    default:
      return "failed";
  }
}
