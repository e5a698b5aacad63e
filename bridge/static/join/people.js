import { ConnectionQuality, Track } from "../vendor/livekit-client.js";

/** @typedef {import("../vendor/livekit-client.js").Participant} Participant */

/**
 * Somebody in the call, as a tile shows them.
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {boolean} self
 * @property {boolean} sends whether they may be seen or heard at all
 * @property {boolean} muted
 * @property {boolean} speaking
 * @property {number} spoke
 * @property {boolean} weak
 * @property {Track | undefined} camera
 * @property {Track | undefined} screen
 */

/** The studio's own picture and sound: nobody among the people. */
const PROGRAM = "program";

/** @param {import("../vendor/livekit-client.js").Room} room @returns {Person[]} ourselves first, then as they came */
export function snapshot(room) {
  const all = [...room.remoteParticipants.values()].filter((who) => !isProgram(who));
  const others = all.sort((a, b) => Number(a.joinedAt) - Number(b.joinedAt));
  return [room.localParticipant, ...others].map((who) => person(who, who === room.localParticipant));
}

/** @param {Participant} who @param {boolean} self @returns {Person} */
function person(who, self) {
  return {
    id: who.sid || who.identity,
    name: who.name || who.identity,
    self,
    sends: may(who).any,
    muted: !who.isMicrophoneEnabled,
    speaking: who.isSpeaking,
    spoke: Number(who.lastSpokeAt ?? 0),
    weak: [ConnectionQuality.Poor, ConnectionQuality.Lost].includes(who.connectionQuality),
    camera: shown(who, Track.Source.Camera),
    screen: shown(who, Track.Source.ScreenShare),
  };
}

/**
 * What the studio sends to us, where it does.
 *
 * @typedef {{picture: Track | undefined, hasSound: boolean}} Program
 *
 * @param {import("../vendor/livekit-client.js").Room} room
 * @returns {Program | undefined}
 */
export function programOf(room) {
  const who = room.getParticipantByIdentity(PROGRAM);
  if (!who) return undefined;
  const picture = shown(who, Track.Source.Camera);
  const hasSound = who.isMicrophoneEnabled;
  return picture || hasSound ? { picture, hasSound } : undefined;
}

/** @param {Participant} who */
export const isProgram = ({ identity }) => identity === PROGRAM;

/** @param {Participant} who @param {Track.Source} source */
function shown(who, source) {
  const publication = who.getTrackPublication(source);
  return publication && !publication.isMuted ? publication.track : undefined;
}

/** @param {Participant} who what the call lets them send */
export function may({ permissions }) {
  const sources = permissions?.canPublishSources ?? [];
  /** @param {Track.Source} source */
  const one = (source) =>
    Boolean(permissions?.canPublish) && (!sources.length || sources.includes(Track.sourceToProto(source)));
  return {
    camera: one(Track.Source.Camera),
    microphone: one(Track.Source.Microphone),
    screen: one(Track.Source.ScreenShare),
    screenSound: one(Track.Source.ScreenShareAudio),
    write: Boolean(permissions?.canPublishData),
    any: Boolean(permissions?.canPublish),
  };
}
