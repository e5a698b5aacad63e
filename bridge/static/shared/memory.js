/**
 * What this browser remembers. Where it may remember nothing (storage is blocked), it does for as long as the page is
 * open.
 */
const forNow = new Map();

/** @param {string} key @param {string} [otherwise] @returns {string} */
export function recall(key, otherwise = "") {
  try {
    return localStorage.getItem(`vmix-bridge.${key}`) ?? forNow.get(key) ?? otherwise;
  } catch {
    return forNow.get(key) ?? otherwise;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  forNow.set(key, value);
  try {
    localStorage.setItem(`vmix-bridge.${key}`, value);
  } catch {
    // blocked, or full
  }
}
