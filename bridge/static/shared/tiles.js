/**
 * The largest tiles of 16:9 that `count` of them may have in this space, and in how many columns.
 *
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} [gap]
 */
export function fit(count, width, height, gap = 8) {
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (width - gap * (columns - 1)) / columns;
    const byHeight = ((height - gap * (rows - 1)) / rows) * (16 / 9);
    const size = Math.floor(Math.min(byWidth, byHeight));
    if (size > best.width) best = { columns, width: size };
  }
  return best;
}

/**
 * Who is shown where there are more than places: whoever was, stays; who speaks unseen takes the place of the one who
 * has been silent longest. `spoke` says when each last spoke (0: never).
 *
 * @param {string[]} shown
 * @param {string[]} present
 * @param {(id: string) => number} spoke
 * @param {number} most
 */
export function pick(shown, present, spoke, most) {
  const here = new Set(present);
  const seen = shown.filter((id) => here.has(id)).slice(0, most);
  const unseen = present.filter((id) => !seen.includes(id));
  while (seen.length < most && unseen.length) seen.push(/** @type {string} */ (unseen.shift()));
  for (const id of unseen.filter((id) => spoke(id)).sort((a, b) => spoke(b) - spoke(a))) {
    const quiet = seen.reduce((least, other, at) => (spoke(other) < spoke(seen[least] ?? "") ? at : least), 0);
    if (spoke(seen[quiet] ?? "") >= spoke(id)) break;
    seen[quiet] = id;
  }
  return seen;
}
