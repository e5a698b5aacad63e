/** @typedef {import("../vendor/livekit-client.js").RemoteTrack} Track */

/**
 * One track in a `<video>` of its own, which keeps its last frame when the track ends. What it knows it knows by being
 * asked: where nothing is drawn, no frame is ever announced.
 */
export class Player {
  ready = false;
  /** When its last frame came. */
  framed = 0;
  element = document.createElement("video");
  track;
  #frames = 0;

  /** @param {Track} track @param {() => void} changed */
  constructor(track, changed) {
    this.track = track;
    this.element.muted = true;
    this.element.playsInline = true;
    this.element.disableRemotePlayback = true;
    this.element.srcObject = new MediaStream([track.mediaStreamTrack]);
    for (const event of ["loadeddata", "resize", "playing"]) this.element.addEventListener(event, changed);
    this.#play();
  }

  /** @param {number} now */
  look(now) {
    const { readyState, videoWidth, paused } = this.element;
    if (paused) this.#play();
    if (readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !videoWidth) return;
    const frames = this.element.getVideoPlaybackQuality().totalVideoFrames;
    if (frames !== this.#frames || !this.ready) this.framed = now;
    this.#frames = frames;
    this.ready = true;
  }

  close() {
    this.element.remove();
    this.element.srcObject = null;
  }

  #play() {
    this.element.play().catch(() => {}); // it is tried again with the next look
  }
}
