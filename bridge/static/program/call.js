import { AudioPresets, LogLevel, Room, RoomEvent, setLogLevel, Track, VideoPresets } from "../vendor/livekit-client.js";

/** @typedef {import("./feed.js").Kind} Kind */
/** @typedef {Record<Kind, MediaStreamTrack | undefined>} Tracks */

setLogLevel(LogLevel.silent); // what the client logs holds the token

/** @type {Kind[]} */
const KINDS = ["video", "audio"];
/** @satisfies {Record<Kind, import("../vendor/livekit-client.js").TrackPublishOptions>} music as it is, and 720 lines */
const PUBLISHED = {
  video: { source: Track.Source.Camera, videoEncoding: VideoPresets.h720.encoding, simulcast: true },
  audio: {
    source: Track.Source.Microphone,
    audioPreset: AudioPresets.musicHighQualityStereo,
    forceStereo: true,
    dtx: false,
    red: false,
  },
};

/** One call after the other, to which the program is sent; of the others it takes the sound, to compare it. */
export class Call {
  isInside = false;
  #room = new Room();
  /** @type {Tracks} */
  #tracks = { video: undefined, audio: undefined };
  #sending = Promise.resolve();
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get identity() {
    return this.isInside ? this.#room.localParticipant.identity : "";
  }

  /** @param {Kind} kind */
  sends(kind) {
    return this.isInside && Boolean(this.#room.localParticipant.getTrackPublication(PUBLISHED[kind].source));
  }

  /** What the others say. @returns {MediaStreamTrack[]} */
  get voices() {
    return [...this.#room.remoteParticipants.values()].flatMap((who) =>
      [...who.audioTrackPublications.values()].flatMap(({ track }) => (track ? [track.mediaStreamTrack] : [])),
    );
  }

  /**
   * Inside when it returns. Raises what the client raises: its message holds the token.
   *
   * @param {{url: string, token: string}} ticket
   * @returns {Promise<{ended: Promise<void>}>}
   */
  async comeIn({ url, token }) {
    await this.leave();
    const room = new Room({ dynacast: true, stopLocalTrackOnUnpublish: false }); // they are the feed's
    this.#room = room;
    const ended = new Promise((/** @type {(_: void) => void} */ resolve) => {
      room.on(RoomEvent.Disconnected, () => {
        if (room === this.#room) this.isInside = false;
        this.#changed();
        resolve();
      });
    });
    for (const event of HEARD) room.on(event, () => this.#hear(room));
    await room.connect(url, token, { autoSubscribe: false });
    this.isInside = true;
    this.#hear(room);
    this.#sendSoon();
    return { ended };
  }

  async leave() {
    await this.#room.disconnect(false);
  }

  /** What is sent from now on. @param {Tracks} tracks */
  send(tracks) {
    if (KINDS.every((kind) => tracks[kind] === this.#tracks[kind])) return;
    this.#tracks = { ...tracks };
    this.#sendSoon();
  }

  #sendSoon() {
    this.#sending = this.#sending.then(() => this.#send(this.#room)).catch(() => {}); // a call that ended meanwhile
  }

  /** @param {Room} room */
  async #send(room) {
    if (!this.isInside) return;
    for (const kind of KINDS) {
      const track = this.#tracks[kind];
      const sent = room.localParticipant.getTrackPublication(PUBLISHED[kind].source)?.track;
      if (sent?.mediaStreamTrack === track) continue;
      if (sent) await room.localParticipant.unpublishTrack(sent.mediaStreamTrack, false);
      if (track?.readyState === "live") await room.localParticipant.publishTrack(track, PUBLISHED[kind]);
    }
    this.#changed();
  }

  /** @param {Room} room */
  #hear(room) {
    for (const who of room.remoteParticipants.values()) {
      for (const publication of who.audioTrackPublications.values()) publication.setSubscribed(true);
    }
    this.#changed();
  }
}

const HEARD = /** @type {const} */ ([
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.Reconnected,
]);
