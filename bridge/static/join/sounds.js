import { Track } from "../vendor/livekit-client.js";
import { isProgram } from "./people.js";

/** @typedef {import("../vendor/livekit-client.js").RemoteTrack} RemoteTrack */
/** @typedef {import("../vendor/livekit-client.js").RemoteParticipant} RemoteParticipant */

/** What is heard of a call: the people, and the studio's program by a click alone, since loudspeakers send it back. */
export class Sounds {
  hearsProgram = false;
  /** @type {Set<RemoteTrack>} */
  #program = new Set();

  /** @param {RemoteTrack} track @param {RemoteParticipant} who */
  add(track, who) {
    if (track.kind !== Track.Kind.Audio) return;
    if (isProgram(who)) this.#program.add(track);
    if (!isProgram(who) || this.hearsProgram) play(track);
  }

  /** @param {RemoteTrack} track */
  remove(track) {
    this.#program.delete(track);
    if (track.kind === Track.Kind.Audio) silence(track);
  }

  /** @param {boolean} on */
  hearProgram(on) {
    this.hearsProgram = on;
    for (const track of this.#program) (on ? play : silence)(track);
  }
}

/** @param {RemoteTrack} track */
function play(track) {
  document.body.append(track.attach());
}

/** @param {RemoteTrack} track */
function silence(track) {
  for (const element of track.detach()) element.remove();
}
