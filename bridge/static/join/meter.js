import { decibels } from "../shared/loudness.js";

/** How loud a microphone is, 0 to 1, told as often as the screen is drawn. */
export class Meter {
  /** @type {AudioContext | undefined} */
  #context;
  /** @type {MediaStreamTrack | undefined} */
  #track;
  #tell;

  /** @param {(level: number) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {MediaStreamTrack | undefined} track */
  hear(track) {
    if (track === this.#track) return;
    this.#track = track;
    void this.#context?.close();
    this.#context = undefined;
    if (track) this.#measure(track);
    else this.#tell(0);
  }

  /** @param {MediaStreamTrack} track */
  #measure(track) {
    const context = new AudioContext();
    this.#context = context;
    void context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      if (track !== this.#track) return;
      analyser.getFloatTimeDomainData(samples);
      this.#tell(level(samples));
      requestAnimationFrame(look);
    };
    look();
  }
}

/** @param {Float32Array} samples @returns {number} 0 at -60 dB and below, 1 at full scale */
export function level(samples) {
  return Math.min(1, Math.max(0, 1 + decibels(samples) / 60));
}
