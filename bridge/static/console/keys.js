import { start } from "./room.js";

/** @typedef {import("./page.js").Page} Page */

/** By keyboard alone: `/` filters, arrows and Enter choose, `s` starts, `x` asks to stop, Escape closes. @param {Page} page */
export function listenToKeys(page) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !page.session.token) return;
    const act = of(page, event);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {Page} page @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function of(page, { key, target }) {
  const where = /** @type {HTMLElement} */ (target);
  if (key === "Escape") return () => close(page, where);
  if (isList(where)) return inList(page, key) ?? (where.id === "rooms" ? anywhere(page, key) : undefined);
  if (where.closest("input, select, textarea, pre, video")) return undefined;
  const isFree = where === document.body || where.classList.contains("pane");
  return (isFree ? inList(page, key) : undefined) ?? anywhere(page, key);
}

/** @param {HTMLElement} where */
const isList = ({ id }) => id === "filter" || id === "rooms";

/** @param {Page} page @param {string} key */
function inList(page, key) {
  const { list, shown, chosen } = page;
  if (key === "ArrowDown") return () => list.move(shown, 1, chosen);
  if (key === "ArrowUp") return () => list.move(shown, -1, chosen);
  if (key !== "Enter") return undefined;
  const slug = shown.some((room) => room.slug === list.cursor) ? list.cursor : shown[0]?.slug;
  return slug && (list.cursor || list.filter) ? () => page.choose(slug) : undefined;
}

/** @param {Page} page @param {string} key */
function anywhere(page, key) {
  if (key === "/") return () => focus("filter");
  if (key === "s" && page.view === "room" && page.room?.active === false) return () => start(page);
  if (key === "x" && page.view === "room" && page.room?.active) return () => page.ask("stop");
  return undefined;
}

/** @param {Page} page @param {HTMLElement} where */
function close(page, where) {
  if (page.close()) return;
  if (where.id === "filter") page.list.setFilter("");
  where.blur();
}

/** @param {string} id */
function focus(id) {
  const field = document.getElementById(id);
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
}
