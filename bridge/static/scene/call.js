import { Chat } from "../shared/chat.js";
import { LogLevel, Room, RoomEvent, setLogLevel, Track, VideoQuality } from "../vendor/livekit-client.js";
import { snapshot } from "./people.js";

/** @typedef {import("./people.js").Person} Person */
/** @typedef {import("./people.js").Publication} Publication */
/** @typedef {import("../vendor/livekit-client.js").RemoteTrack} RemoteTrack */

setLogLevel(LogLevel.silent); // what the client logs holds the token

/** How long the client itself tries to come back, before another token is asked for. */
const TRIES_MS = 45_000;
const PAUSE_MS = 2000;

/** One call after the other, receiving and nothing else: of what is sent it takes what is wanted. */
export class Call {
  /** @type {Person[]} */
  people = [];
  isInside = false;
  /** @type {(track?: RemoteTrack) => void} told before one goes, or all do */
  losing = () => {};
  chat;
  #room = new Room();
  /** Who is there is known. */
  #isKnown = false;
  #isTold = false;
  #buffer;
  #listener;

  /** @param {{changed: () => void, directed?: (metadata: string) => void, buffer: number}} options */
  constructor({ changed, directed = () => {}, buffer }) {
    this.#listener = { changed, directed };
    this.#buffer = buffer;
    this.chat = new Chat({ changed, wrote: () => {} });
  }

  get identity() {
    return this.isInside ? this.#room.localParticipant.identity : "";
  }

  /** What is sent to us. */
  get tracks() {
    const all = this.people.flatMap((one) => [one.camera, one.screen, one.microphone, one.screenSound]);
    return all.flatMap((publication) => (publication?.track ? [{ kind: String(publication.kind) }] : []));
  }

  /**
   * Inside when it returns. Raises what the client raises: its message holds the token.
   *
   * @param {{url: string, token: string}} ticket
   * @returns {Promise<{ended: Promise<void>}>}
   */
  async comeIn({ url, token }) {
    const room = this.#fresh();
    const ended = new Promise((/** @type {(_: void) => void} */ resolve) => {
      room.on(RoomEvent.Disconnected, () => {
        if (room === this.#room) this.#out();
        resolve();
      });
    });
    room.once(RoomEvent.SignalConnected, () => room === this.#room && this.#known()); // asks while the media connects
    try {
      await room.connect(url, token, { autoSubscribe: false });
    } catch (problem) {
      if (room === this.#room) this.#out();
      throw problem;
    }
    if (room !== this.#room) throw new Error("left meanwhile");
    this.isInside = this.#isKnown = true;
    this.chat.open(room);
    this.#listener.directed(room.localParticipant.metadata ?? "");
    this.#look();
    return { ended };
  }

  async leave() {
    await this.#room.disconnect();
  }

  /**
   * What is sent to us from now on: everything else is not.
   *
   * @param {Map<Publication, boolean>} wanted `false`: nothing of it is sent, but who speaks is told
   */
  take(wanted) {
    for (const who of this.#room.remoteParticipants.values()) {
      for (const publication of who.trackPublications.values()) {
        const flows = wanted.get(publication);
        if (publication.isDesired !== (flows !== undefined)) publication.setSubscribed(flows !== undefined);
        if (flows !== undefined && publication.isEnabled !== flows) publication.setEnabled(flows);
      }
    }
  }

  #fresh() {
    this.#room.removeAllListeners();
    void this.#room.disconnect();
    const room = new Room({
      adaptiveStream: false,
      dynacast: false,
      reconnectPolicy: { nextRetryDelayInMs: pause },
    });
    this.#room = room;
    for (const event of TELLING) room.on(event, () => this.#look());
    room
      .on(RoomEvent.TrackSubscribed, (track, publication) => {
        if (track.kind === Track.Kind.Video) publication.setVideoQuality(VideoQuality.HIGH);
        else track.setPlayoutDelay(this.#buffer / 1000);
      })
      .on(RoomEvent.TrackUnsubscribed, (track) => this.losing(track))
      .on(RoomEvent.Reconnecting, () => this.losing())
      .on(RoomEvent.ParticipantMetadataChanged, (_before, who) => {
        if (who === room.localParticipant) this.#listener.directed(who.metadata ?? "");
      });
    return room;
  }

  #known() {
    this.#isKnown = true;
    this.#look();
  }

  #out() {
    this.isInside = this.#isKnown = false;
    this.chat.close();
    this.#look();
  }

  #look() {
    this.people = this.#isKnown ? snapshot(this.#room) : [];
    if (this.#isTold) return;
    this.#isTold = true; // once for many events, and for none while it is being answered
    queueMicrotask(() => {
      this.#isTold = false;
      this.#listener.changed();
    });
  }
}

/** @param {{retryCount: number, elapsedMs: number}} so far @returns {number | null} */
function pause({ retryCount, elapsedMs }) {
  return elapsedMs > TRIES_MS ? null : Math.min(300 * retryCount, PAUSE_MS);
}

/** Events after which something else may be seen or heard. */
const TELLING = /** @type {const} */ ([
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.Reconnected,
  RoomEvent.TrackMuted,
  RoomEvent.TrackPublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackUnsubscribed,
]);
