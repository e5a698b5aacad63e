/** Levels are taken so often. */
export const STEP_MS = 50;
/** So late the voices may be on the bus: through LiveKit, vMix and its buffers. */
const LATEST = 30;
const WINDOW = 200;
/** Speech of two people goes together up to 0.5 or so by chance; of one it is 0.9 and more, with music over it 0.8. */
const ALIKE = 0.72;
/** Decibels between a voice and its pauses. */
const LIVELY = 12;
/** So often in turn, a second apart, before it is said, or said no more. */
const SURE = 3;

/** Whether the voices of the guests are on the bus that goes back to them: both rise and fall together. */
export class Echo {
  isHeard = false;
  /** @type {number[]} */
  #voices = [];
  /** @type {number[]} */
  #bus = [];
  #turns = 0;

  /**
   * Levels since the last call, each of one step, in decibels.
   *
   * @param {number[]} voices
   * @param {number[]} bus
   */
  look(voices, bus) {
    this.#voices = [...this.#voices, ...voices].slice(-WINDOW - LATEST);
    this.#bus = [...this.#bus, ...bus].slice(-WINDOW - LATEST);
    const seen = likeness(this.#voices, this.#bus);
    if (seen === undefined) return; // nobody spoke: what was known stays
    if (seen > ALIKE === this.isHeard) this.#turns = 0;
    else if (++this.#turns >= SURE) {
      this.isHeard = !this.isHeard;
      this.#turns = 0;
    }
  }
}

/**
 * How much the bus goes with the voices, at whatever delay it does most: 1 the same, 0 not at all.
 *
 * @param {number[]} voices
 * @param {number[]} bus
 */
export function likeness(voices, bus) {
  if (voices.length < WINDOW + LATEST || bus.length < WINDOW + LATEST) return undefined;
  const [said, heard] = [smooth(voices).slice(0, WINDOW), smooth(bus)];
  if (spread(said) < LIVELY) return undefined;
  return Math.max(
    ...Array.from({ length: LATEST + 1 }, (_, late) => correlation(said, heard.slice(late, late + WINDOW))),
  );
}

/** The steps of both do not begin at the same moment. @param {number[]} levels */
const smooth = (levels) => levels.map((one, at) => ((levels[at - 1] ?? one) + 2 * one + (levels[at + 1] ?? one)) / 4);

/** @param {number[]} levels from the quieter to the louder of them */
function spread(levels) {
  const sorted = [...levels].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return at(0.9) - at(0.1);
}

/** @param {number[]} some @param {number[]} others */
function correlation(some, others) {
  const mean = (/** @type {number[]} */ all) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [a, b] = [mean(some), mean(others)];
  let [both, first, second] = [0, 0, 0];
  some.forEach((one, at) => {
    const x = one - a;
    const y = (others[at] ?? 0) - b;
    both += x * y;
    first += x * x;
    second += y * y;
  });
  return first && second ? both / Math.sqrt(first * second) : 0;
}
