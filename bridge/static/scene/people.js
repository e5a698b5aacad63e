import { Track } from "../vendor/livekit-client.js";

/** @typedef {import("../vendor/livekit-client.js").RemoteTrackPublication} Publication */

/**
 * Somebody in the call who is not this page.
 *
 * @typedef {object} Person
 * @property {string} key the same for whoever comes back or takes over
 * @property {string} seat
 * @property {string} who of this session
 * @property {string} name
 * @property {boolean} speaking
 * @property {number} spoke
 * @property {Publication | undefined} camera
 * @property {Publication | undefined} screen
 * @property {Publication | undefined} microphone
 * @property {Publication | undefined} screenSound
 */

/** The studio's own picture and sound, which never come back to it. */
const PROGRAM = "program";
const SEAT = /^seat:(.+):(\d+)$/;

/** @param {string} seat */
export const keyOfSeat = (seat) => `seat ${seat}`;

/** @param {import("../vendor/livekit-client.js").Room} room @returns {Person[]} as they came */
export function snapshot(room) {
  const all = [...room.remoteParticipants.values()].filter(({ identity }) => identity !== PROGRAM);
  all.sort((a, b) => turnOf(a) - turnOf(b) || Number(a.joinedAt) - Number(b.joinedAt));
  const newest = new Map(all.map((who) => [person(who).key, who])); // of one seat the newest holder counts
  return [...newest.values()].sort((a, b) => Number(a.joinedAt) - Number(b.joinedAt)).map(person);
}

/** Whether it sends anything, or did until it switched off. @param {Person} person */
export const sends = ({ camera, microphone }) => Boolean(camera || microphone);

/** @param {import("../vendor/livekit-client.js").RemoteParticipant} who */
function turnOf({ identity }) {
  return Number(SEAT.exec(identity)?.[2] ?? 0);
}

/** @param {import("../vendor/livekit-client.js").RemoteParticipant} who @returns {Person} */
function person(who) {
  const seat = SEAT.exec(who.identity)?.[1] ?? "";
  return {
    key: seat ? keyOfSeat(seat) : `identity ${who.identity}`,
    seat,
    who: who.sid,
    name: who.name || who.identity,
    speaking: who.isSpeaking,
    spoke: Number(who.lastSpokeAt ?? 0),
    camera: who.getTrackPublication(Track.Source.Camera),
    screen: who.getTrackPublication(Track.Source.ScreenShare),
    microphone: who.getTrackPublication(Track.Source.Microphone),
    screenSound: who.getTrackPublication(Track.Source.ScreenShareAudio),
  };
}
