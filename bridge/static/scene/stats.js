/** @typedef {import("./player.js").Player} Player */

const EACH_MS = 1000;

/** What a picture is made of, in a line. */
export class Stats {
  line = "";
  #at = 0;
  #bytes = 0;
  #lost = 0;
  #received = 0;
  /** @type {Player | undefined} */
  #of;

  /** @param {Player | undefined} player @param {number} now */
  look(player, now) {
    if (player !== this.#of) Object.assign(this, { line: "" }).#begin(player);
    if (player && now >= this.#at + EACH_MS) void this.#measure(player, now);
  }

  /** @param {Player | undefined} player */
  #begin(player) {
    this.#of = player;
    this.#at = this.#bytes = this.#lost = this.#received = 0;
  }

  /** @param {Player} player @param {number} now */
  async #measure(player, now) {
    const since = now - this.#at;
    const isFirst = !this.#at;
    this.#at = now;
    const report = await player.track.receiver?.getStats();
    const inbound = [...(report?.values() ?? [])].find(({ type }) => type === "inbound-rtp");
    if (!inbound || player !== this.#of) return;
    const { bytesReceived = 0, packetsLost = 0, packetsReceived = 0, framesPerSecond = 0 } = inbound;
    const rate = ((bytesReceived - this.#bytes) * 8) / since;
    const lost = packetsLost - this.#lost;
    const all = packetsReceived - this.#received + lost;
    this.#bytes = bytesReceived;
    this.#lost = packetsLost;
    this.#received = packetsReceived;
    if (isFirst) return;
    const { videoWidth, videoHeight } = player.element;
    const share = all > 0 ? Math.max(0, (100 * lost) / all) : 0;
    const whole = Math.round(rate).toLocaleString("en");
    this.line = `${videoWidth}×${videoHeight} · ${Math.round(framesPerSecond)} fps · ${whole} kbit/s · ${share.toFixed(1)} % lost`;
  }
}
