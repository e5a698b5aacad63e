import { Chat } from "../shared/chat.js";
import {
  AudioPresets,
  DisconnectReason,
  LogLevel,
  Room,
  RoomEvent,
  ScreenSharePresets,
  setLogLevel,
  Track,
} from "../vendor/livekit-client.js";
import { DEVICES } from "./devices.js";
import { may, programOf, snapshot } from "./people.js";
import { Sounds } from "./sounds.js";

/** @typedef {import("../vendor/livekit-client.js").LocalTrack} LocalTrack */
/** @typedef {import("./devices.js").Devices} Devices */
/** @typedef {import("./words.js").Device} Device */
/** @typedef {import("./people.js").Person} Person */
/** @typedef {"gone" | "moved" | "removed"} End why a call ended: `gone` may come back */

setLogLevel(LogLevel.silent); // what the client logs holds the token

/** One call after the other: who is in it, and what of ours is sent. */
export class Call {
  /** @type {"out" | "inside" | "trying"} */
  state = "out";
  /** When it began to try. */
  since = 0;
  canPlay = true;
  /** @type {Chat} */
  chat;
  /** Once its signalling stood: what failed then is the network's fault. */
  signalled = false;
  /** @type {Person[]} */
  people = [];
  /** @type {import("./people.js").Program | undefined} */
  program;
  #room = new Room();
  #sounds = new Sounds();
  #wanted = { camera: true, microphone: true };
  /** @type {(end: End) => void} */
  #over = () => {};
  #devices;
  #listener;

  /**
   * @param {Devices} devices
   * @param {object} listener
   * @param {() => void} listener.changed
   * @param {(who: string, came: boolean) => void} listener.moved somebody came or left
   * @param {(device: Device | "screen", problem: unknown) => void} listener.failed
   * @param {(from: string, text: string) => void} listener.wrote
   */
  constructor(devices, listener) {
    this.#devices = devices;
    this.#listener = listener;
    this.chat = new Chat(listener);
  }

  get me() {
    return this.#room.localParticipant;
  }

  get may() {
    return may(this.me);
  }

  /**
   * Inside when it returns, and then says how it ended. Raises what the client raises: its message holds the token.
   *
   * @param {{url: string, token: string}} ticket
   * @param {() => Promise<LocalTrack[]>} tracks of what is open already
   * @param {{wanted: Record<Device, boolean>, steady: boolean}} options `steady`: it is sent without gaps in silence
   * @returns {Promise<{ended: Promise<End>}>}
   */
  async connect({ url, token }, tracks, { wanted, steady }) {
    const room = this.#fresh(steady);
    const ended = new Promise((/** @type {(end: End) => void} */ resolve) => {
      this.#over = resolve;
    });
    this.signalled = false;
    await room.connect(url, token);
    if (room !== this.#room) throw new Error("left meanwhile");
    this.state = "inside";
    this.chat.open(room);
    this.#look();
    void this.#publish(tracks, wanted);
    return { ended };
  }

  async leave() {
    this.state = "out";
    await this.#room.disconnect();
  }

  /** @param {Device} device whether it is on, or will be as soon as it may */
  isOn(device) {
    return device === "camera" ? this.me.isCameraEnabled : this.me.isMicrophoneEnabled;
  }

  /** @param {Device} device @param {boolean} on */
  async turn(device, on) {
    this.#wanted[device] = on;
    this.#devices.on[device] = on;
    await this.#turn(device, on);
  }

  /** @param {boolean} on @param {boolean} sound */
  async share(on, sound) {
    try {
      await this.me.setScreenShareEnabled(on, {
        audio: sound,
        ...ScreenSharePresets.h1080fps15,
        contentHint: "detail",
      });
    } catch (problem) {
      this.#listener.failed("screen", problem);
    }
    this.#look();
  }

  /** @param {import("./devices.js").Kind} kind @param {string} id */
  async use(kind, id) {
    const native = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
    try {
      await this.#room.switchActiveDevice(/** @type {MediaDeviceKind} */ (native[kind]), id);
    } catch (problem) {
      if (kind !== "speaker") this.#listener.failed(kind, problem);
    }
    this.#look();
  }

  /** What the microphone is opened with has changed. */
  async reopenMicrophone() {
    const track = this.trackOf("microphone");
    if (!track || this.state !== "inside") return;
    await this.me.unpublishTrack(track);
    await this.#turn("microphone", this.#wanted.microphone);
  }

  get hearsProgram() {
    return this.#sounds.hearsProgram;
  }

  /** @param {boolean} on */
  hearProgram(on) {
    this.#sounds.hearProgram(on);
    this.#listener.changed();
  }

  playSound() {
    return this.#room.startAudio();
  }

  /** @param {Device} device */
  trackOf(device) {
    return this.me.getTrackPublication(device === "camera" ? Track.Source.Camera : Track.Source.Microphone)?.track;
  }

  /** What of ours is sent just now. @returns {Promise<import("./quality.js").Sending[]>} */
  async sending() {
    const tracks = DEVICES.flatMap((device) => this.trackOf(device) ?? []);
    return Promise.all(
      tracks.map(async (track) => ({
        id: track.mediaStreamID,
        muted: track.isMuted,
        full: track.mediaStreamTrack.getSettings().frameRate ?? 0,
        encodings: track.sender?.getParameters().encodings ?? [],
        stats: (await track.sender?.getStats())?.values() ?? [],
      })),
    );
  }

  /** @param {() => Promise<LocalTrack[]>} open @param {Record<Device, boolean>} wanted */
  async #publish(open, wanted) {
    const camera = wanted.camera && this.#devices.on.camera;
    const microphone = wanted.microphone && this.#devices.on.microphone;
    this.#wanted = { camera, microphone };
    const room = this.#room;
    const tracks = await open();
    if (room !== this.#room || this.state === "out") return tracks.forEach((track) => void track.stop());
    const having = new Set(tracks.map((track) => track.source));
    await Promise.all([
      ...tracks.map((track) => this.me.publishTrack(track, this.#publishOptions(track.kind)).catch(() => track.stop())),
      ...(having.has(Track.Source.Camera) ? [] : [this.#turn("camera", camera)]),
      ...(having.has(Track.Source.Microphone) ? [] : [this.#turn("microphone", microphone)]),
    ]);
  }

  /** @param {Device} device @param {boolean} on */
  async #turn(device, on) {
    if (on && (!this.may[device] || this.#devices.trouble[device])) return;
    try {
      if (device === "camera") await this.me.setCameraEnabled(on, this.#devices.videoOptions);
      else await this.me.setMicrophoneEnabled(on, this.#devices.audioOptions, this.#publishOptions("audio"));
    } catch (problem) {
      this.#listener.failed(device, problem);
    }
    this.#look();
  }

  /** @param {string} kind */
  #publishOptions(kind) {
    return kind === "audio" && this.#devices.studioSound
      ? { forceStereo: true, red: false, dtx: false, audioPreset: AudioPresets.musicHighQualityStereo }
      : {};
  }

  /** @param {boolean} steady */
  #fresh(steady) {
    this.#room.removeAllListeners();
    void this.#room.disconnect();
    this.canPlay = true;
    const room = new Room({
      adaptiveStream: true,
      dynacast: true,
      videoCaptureDefaults: this.#devices.videoOptions,
      audioCaptureDefaults: this.#devices.audioOptions,
      publishDefaults: { simulcast: true, videoEncoding: this.#devices.videoEncoding, dtx: !steady },
      ...(this.#devices.chosen("speaker") ? { audioOutput: { deviceId: this.#devices.chosen("speaker") } } : {}),
    });
    this.#room = room;
    this.#listen(room);
    return room;
  }

  /** @param {Room} room */
  #listen(room) {
    for (const event of Object.values(RoomEvent)) if (!QUIET.has(event)) room.on(event, () => this.#look());
    room
      .on(RoomEvent.SignalConnected, () => {
        this.signalled = true;
      })
      .on(RoomEvent.Reconnecting, () => this.#trying())
      .on(RoomEvent.SignalReconnecting, () => this.#trying())
      .on(RoomEvent.Reconnected, () => {
        this.#set("inside");
        this.#mayAgain(); // the client publishes again by itself, and gives up where that fails once
      })
      .on(RoomEvent.Disconnected, (reason) => this.#ended(reason))
      .on(RoomEvent.ParticipantPermissionsChanged, (_before, who) => who === this.me && this.#mayAgain())
      .on(RoomEvent.TrackMuted, (muted, who) => who === this.me && this.#muted(muted.source))
      .on(RoomEvent.TrackSubscribed, (track, _publication, who) => this.#sounds.add(track, who))
      .on(RoomEvent.TrackUnsubscribed, (track) => this.#sounds.remove(track))
      .on(RoomEvent.AudioPlaybackStatusChanged, () => {
        this.canPlay = room.canPlaybackAudio;
        this.#listener.changed();
      });
  }

  #trying() {
    if (this.state === "inside") this.since = Date.now();
    this.#set("trying");
  }

  /** @param {"inside" | "trying"} state */
  #set(state) {
    this.state = state;
    this.#look();
  }

  /** @param {DisconnectReason} [reason] */
  #ended(reason) {
    this.state = "out";
    this.chat.close();
    this.#over(endOf(reason));
    this.#look();
  }

  /** What was taken away and is given back goes on as it was. */
  #mayAgain() {
    for (const device of DEVICES) {
      if (this.#wanted[device] && this.may[device] && !this.isOn(device)) void this.#turn(device, true);
    }
  }

  /** @param {Track.Source} source by us or by the studio: it stays so */
  #muted(source) {
    if (source === Track.Source.Microphone) this.#wanted.microphone = false;
    if (source === Track.Source.Camera) this.#wanted.camera = false;
  }

  /** @param {Person[]} before @param {Person[]} now */
  #sayWhoMoved(before, now) {
    for (const { name } of without(now, before)) this.#listener.moved(name, true);
    for (const { name } of without(before, now)) this.#listener.moved(name, false);
  }

  #look() {
    const before = this.people;
    this.people = this.state === "out" ? [] : snapshot(this.#room);
    this.program = this.state === "out" ? undefined : programOf(this.#room);
    if (before.length && this.people.length) this.#sayWhoMoved(before, this.people);
    this.#listener.changed();
  }
}

/** Who of `some` is not among `others`, of those who may be seen. @param {Person[]} some @param {Person[]} others */
const without = (some, others) =>
  some.filter(({ id, sends }) => sends && !others.some((one) => one.id === id && one.sends));

/** Events that say nothing a page shows, some of them many times a second. */
const QUIET = new Set([
  RoomEvent.DataReceived,
  RoomEvent.DCBufferStatusChanged,
  RoomEvent.MetricsReceived,
  RoomEvent.TrackStreamStateChanged,
  RoomEvent.TranscriptionReceived,
]);

/** @param {DisconnectReason} [reason] @returns {End} */
export function endOf(reason) {
  if (reason === DisconnectReason.DUPLICATE_IDENTITY) return "moved";
  if (reason === DisconnectReason.PARTICIPANT_REMOVED) return "removed";
  return "gone";
}
