import { decibels } from "../shared/loudness.js";
import { STEP_MS } from "./echo.js";

const RATE = 16_000;
const STEP = (RATE * STEP_MS) / 1000;
/** What can be looked back on: two seconds, since a window behind others is called once in a second. */
const SAMPLES = 32_768;
const FLOOR = -70;

/** How loud the bus and the guests were, step by step, since one asked last. */
export class Levels {
  #context = new AudioContext({ sampleRate: RATE });
  #bus = new Ear(this.#context);
  #voices = new Ear(this.#context);
  #taken = 0;

  /** @param {MediaStreamTrack | undefined} bus @param {MediaStreamTrack[]} voices */
  hear(bus, voices) {
    this.#bus.hear(bus ? [bus] : []);
    this.#voices.hear(voices);
    void this.#context.resume();
  }

  /** Decibels, at most two seconds of them. @returns {{bus: number[], voices: number[]}} */
  take() {
    const now = Math.floor((this.#context.currentTime * RATE) / STEP);
    const steps = Math.min(now - this.#taken, Math.floor(SAMPLES / STEP));
    this.#taken = now;
    return { bus: this.#bus.last(steps), voices: this.#voices.last(steps) };
  }
}

/** What some tracks sound like together; nobody hears them. */
class Ear {
  #context;
  #analyser;
  #samples = new Float32Array(SAMPLES);
  /** @type {Map<MediaStreamTrack, {source: MediaStreamAudioSourceNode, pump: HTMLAudioElement}>} */
  #heard = new Map();

  /** @param {AudioContext} context */
  constructor(context) {
    this.#context = context;
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = SAMPLES;
  }

  /** @param {MediaStreamTrack[]} tracks */
  hear(tracks) {
    for (const [track, { source, pump }] of this.#heard) {
      if (tracks.includes(track)) continue;
      source.disconnect();
      pump.srcObject = null;
      this.#heard.delete(track);
    }
    for (const track of tracks) if (!this.#heard.has(track)) this.#heard.set(track, this.#load(track));
  }

  /** @param {number} steps */
  last(steps) {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return Array.from({ length: steps }, (_, at) => {
      const end = SAMPLES - (steps - 1 - at) * STEP;
      return Math.max(FLOOR, decibels(this.#samples.subarray(end - STEP, end)));
    });
  }

  /** @param {MediaStreamTrack} track */
  #load(track) {
    const stream = new MediaStream([track]);
    const pump = new Audio(); // Chromium decodes a remote sound only where an element plays it
    pump.muted = true;
    pump.srcObject = stream;
    void pump.play().catch(() => {});
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#analyser);
    return { source, pump };
  }
}
