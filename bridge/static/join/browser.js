/**
 * Which words about allowing a camera fit this browser.
 *
 * @param {string} [agent]
 * @returns {"phone" | "firefox" | "safari" | "chrome"}
 */
export function browserOf(agent = navigator.userAgent) {
  if (/Android|iPhone|iPad|Mobile/.test(agent)) return "phone";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Safari\//.test(agent) && !/Chrom(e|ium)\//.test(agent)) return "safari";
  return "chrome";
}

/** The screen stays on while `isOn`, as far as the browser lets it. */
export class Awake {
  /** @type {WakeLockSentinel | undefined} */
  #lock;
  #isOn = false;

  constructor() {
    document.addEventListener("visibilitychange", () => void this.#hold());
  }

  /** @param {boolean} isOn */
  set(isOn) {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    if (isOn) void this.#hold();
    else void this.#lock?.release();
  }

  async #hold() {
    if (!this.#isOn || document.visibilityState !== "visible" || (this.#lock && !this.#lock.released)) return;
    this.#lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
  }
}

/**
 * Says so after a sleep of the computer that was longer than `most` milliseconds.
 *
 * @param {number} most
 * @param {() => void} slept
 */
export function watchSleep(most, slept) {
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > most) slept();
    last = now;
  }, 5000);
}
