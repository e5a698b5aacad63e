/**
 * How long to wait before a next try: doubling, with a limit, and never in step with the other pages.
 *
 * @param {number} tries how many failed so far
 * @param {{first?: number, most?: number, random?: () => number}} [options] milliseconds
 */
export function backoff(tries, { first = 500, most = 8000, random = Math.random } = {}) {
  return Math.min(most, first * 2 ** Math.min(tries, 20)) * (0.75 + random() / 2);
}
