/** @typedef {import("../vendor/livekit-client.js").RemoteTrack} Track */

/**
 * One track in a `<video>` of its own. What it knows it knows by being asked: where nothing is drawn, no frame is ever
 * announced.
 */
export class Player {
  ready = false;
  /** When its last frame came. */
  framed = 0;
  element = document.createElement("video");
  track;
  #frames = 0;
  #isFrozen = false;
  /** The client blackens its own one when it lets go of it. */
  #copy;

  #buffer;

  /** @param {Track} track @param {number} buffer milliseconds @param {() => void} changed */
  constructor(track, buffer, changed) {
    this.track = track;
    this.#buffer = buffer;
    this.#copy = track.mediaStreamTrack.clone();
    this.element.muted = true;
    this.element.playsInline = true;
    this.element.disableRemotePlayback = true;
    this.element.srcObject = new MediaStream([this.#copy]);
    for (const event of ["loadeddata", "resize", "playing"]) this.element.addEventListener(event, changed);
    this.#play();
  }

  /** @param {number} now */
  look(now) {
    const { readyState, videoWidth, paused } = this.element;
    if (this.#isFrozen) return;
    if (paused) this.#play();
    if (readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !videoWidth) return;
    const frames = this.element.getVideoPlaybackQuality().totalVideoFrames;
    if (frames !== this.#frames || !this.ready) this.framed = now;
    this.#frames = frames;
    if (!this.ready) this.track.setPlayoutDelay(this.#buffer / 1000); // the first one came as soon as it could
    this.ready = true;
  }

  /** Its track goes: what is shown stays, where it would turn black. */
  freeze() {
    this.#isFrozen = true;
    this.element.pause();
  }

  close() {
    this.element.remove();
    this.element.srcObject = null;
    this.#copy.stop();
  }

  #play() {
    this.element.play().catch(() => {}); // it is tried again with the next look
  }
}
