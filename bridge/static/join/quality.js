/**
 * What the bridge makes a traffic light of; zeros for what is not sent or not known.
 *
 * @typedef {object} Figures
 * @property {number} sent kbit/s
 * @property {number} wanted kbit/s, where the line holds it back
 * @property {number} frames a second
 * @property {number} full frames a second that it should be
 * @property {number} lost percent
 * @property {number} far milliseconds there and back
 * @property {boolean} busy the computer holds it back
 * @property {number} battery percent, where it is running empty
 * @property {number} quiet seconds since the microphone, being on, heard anything
 */

/**
 * The camera or the microphone, as it is sent. A screen on which nothing moves sends next to nothing.
 *
 * @typedef {object} Sending
 * @property {string} id
 * @property {boolean} muted
 * @property {number} full frames a second its device makes, 0 for sound
 * @property {{active?: boolean, maxBitrate?: number, maxFramerate?: number}[]} encodings
 * @property {Iterable<any>} stats of its sender
 */

/** A line that is filled for the first time takes a while. */
const START_MS = 10_000;
/** Mean square of what counts as a sound: -60 dB. */
const SOUND = 1e-6;

/** How our own sending does, from one look to the next. */
export class Quality {
  /** @type {Map<string, {since: number, at: number, bytes: number, energy: number, duration: number, heard: number}>} */
  #known = new Map();

  /** @param {Sending[]} all @param {number} battery @param {number} now milliseconds @returns {Figures} */
  look(all, battery, now) {
    const figures = { sent: 0, wanted: 0, frames: 0, full: 0, lost: 0, far: 0, busy: false, battery, quiet: 0 };
    const sending = all.filter(({ muted }) => !muted);
    for (const id of this.#known.keys()) if (!sending.some((one) => one.id === id)) this.#known.delete(id);
    for (const one of sending) this.#add(figures, one, now);
    return figures;
  }

  /** @param {Figures} figures @param {Sending} one @param {number} now */
  #add(figures, { id, full, encodings, stats }, now) {
    const known = this.#known.get(id) ?? { since: now, at: now, bytes: 0, energy: 0, duration: 0, heard: now };
    const isFirst = known.at === now;
    const all = [...stats];
    const out = all.filter(({ type }) => type === "outbound-rtp");
    const bytes = sum(out.map(({ bytesSent }) => bytesSent));
    const rate = isFirst ? 0 : ((bytes - known.bytes) * 8) / (now - known.at);
    figures.sent += Math.max(0, rate);
    for (const { fractionLost = 0, roundTripTime = 0 } of all.filter(({ type }) => type === "remote-inbound-rtp")) {
      figures.lost = Math.max(figures.lost, fractionLost * 100);
      figures.far = Math.max(figures.far, roundTripTime * 1000);
    }
    const source = all.find(({ type }) => type === "media-source") ?? {};
    const { totalAudioEnergy: energy = 0, totalSamplesDuration: duration = 0 } = source;
    if (full) this.#addPicture(figures, { full, encodings, out, isSettled: now - known.since >= START_MS });
    else {
      if (energy - known.energy > SOUND * (duration - known.duration)) known.heard = now;
      figures.quiet = Math.round((now - known.heard) / 1000);
    }
    this.#known.set(id, { ...known, at: now, bytes, energy, duration });
  }

  /**
   * @param {Figures} figures
   * @param {{full: number, encodings: Sending["encodings"], out: any[], isSettled: boolean}} picture
   */
  #addPicture(figures, { full, encodings, out, isSettled }) {
    const active = encodings.filter((one) => one.active !== false); // nobody watches the others
    const reasons = new Set(out.map(({ qualityLimitationReason }) => qualityLimitationReason));
    if (!active.length || !isSettled) return;
    if (reasons.has("bandwidth")) figures.wanted = sum(active.map(({ maxBitrate }) => maxBitrate)) / 1000;
    figures.busy = reasons.has("cpu");
    const most = Math.max(...active.map(({ maxFramerate }) => maxFramerate ?? full));
    const frames = Math.max(...out.map(({ framesPerSecond = 0 }) => framesPerSecond));
    Object.assign(figures, { frames, full: Math.min(full, most) });
  }
}

/** @param {(number | undefined)[]} numbers */
const sum = (numbers) => numbers.reduce((/** @type {number} */ all, one) => all + (one ?? 0), 0);

/** Percent that is left in the battery, 0 where it is charged, or nobody knows. */
export async function battery() {
  try {
    const { charging, level } = await /** @type {any} */ (navigator).getBattery();
    return charging ? 0 : Math.round(level * 100);
  } catch {
    return 0; // not every browser has it, and none without https
  }
}
