/** @typedef {import("../vendor/livekit-client.js").RemoteTrack} Track */

const AGAIN_MS = 1000;

/** The sounds of the page: each loaded before it is heard. */
export class Sounds {
  /** Whether the browser holds them back until somebody clicks, which nobody does. */
  isBlocked = false;
  /** @type {Map<Track, HTMLAudioElement>} */
  #elements = new Map();
  #triedAt = 0;

  /** @param {Map<Track, boolean>} wanted and which of them are heard @param {number} now */
  update(wanted, now) {
    for (const [track, element] of this.#elements) {
      if (wanted.has(track)) continue;
      element.remove();
      element.srcObject = null;
      this.#elements.delete(track);
    }
    for (const [track, heard] of wanted) {
      const element = this.#elements.get(track) ?? this.#load(track);
      if (element.muted === heard) {
        element.muted = !heard;
        void this.#play(element);
      }
    }
    if (now < this.#triedAt + AGAIN_MS) return;
    this.#triedAt = now;
    for (const element of this.#elements.values()) if (element.paused) void this.#play(element);
  }

  /** @param {Track} track */
  #load(track) {
    const element = document.createElement("audio");
    element.muted = true;
    element.srcObject = new MediaStream([track.mediaStreamTrack]);
    document.body.append(element);
    this.#elements.set(track, element);
    void this.#play(element);
    return element;
  }

  /** @param {HTMLAudioElement} element */
  async #play(element) {
    try {
      await element.play();
      if (!element.muted) this.isBlocked = false;
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === "NotAllowedError") this.isBlocked = true;
    }
  }
}
