/** @typedef {{picture: boolean, tracks: {kind: string}[]}} Seen `tracks`: those that are sent to us */

const SOUND_MS = 500;
const ANY_MS = 5000;

/** When a worker is to begin and to end, in the words that it waits for. */
export class Recording {
  #say;
  #isOn = false;
  #since = 0;

  /** @param {(word: string) => void} say */
  constructor(say) {
    this.#say = say;
  }

  /** @param {Seen} seen @param {number} now */
  look({ picture, tracks }, now) {
    if (this.#isOn || !tracks.length) return;
    this.#since ||= now;
    const patience = tracks.some(({ kind }) => kind === "video") ? ANY_MS : SOUND_MS;
    if (!picture && now < this.#since + patience) return;
    this.#isOn = true;
    this.#say("START_RECORDING");
  }

  end() {
    this.#say("END_RECORDING");
  }
}
