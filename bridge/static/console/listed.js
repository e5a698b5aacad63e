/** @typedef {import("./feed.js").Room} Room */

/** The height of a row. */
export const ROW = 64;
/** Rows that are drawn beyond what is seen. */
const SPARE = 8;

/** What is seen of the list: as many rooms as there may be, and a few rows. */
export class Listed {
  filter = "";
  /** The slug on which Enter opens. */
  cursor = "";
  /** Where the list is scrolled to, and how much of it is seen. */
  top = 0;
  height = 800;
  #draw;

  /** @param {() => void} draw */
  constructor(draw) {
    this.#draw = draw;
  }

  /** @param {Room[]} rooms */
  of(rooms) {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return rooms;
    return rooms.filter(({ name, slug, state }) => {
      const text = `${name} ${slug} ${state}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  /** Which of `count` rows are drawn. @param {number} count */
  window(count) {
    const first = Math.max(0, Math.min(Math.floor(this.top / ROW) - SPARE, count - 1));
    return { first, end: Math.min(count, Math.ceil((this.top + this.height) / ROW) + SPARE) };
  }

  /** @param {string} filter */
  setFilter(filter) {
    this.filter = filter;
    this.cursor = "";
    this.#draw();
  }

  /** @param {HTMLElement} list that scrolls */
  look(list) {
    this.top = list.scrollTop;
    this.height = list.clientHeight;
    this.#draw();
  }

  /** @param {Room[]} shown @param {number} by @param {string} from where nothing is marked yet */
  move(shown, by, from) {
    const at = shown.findIndex(({ slug }) => slug === (this.cursor || from));
    const next = Math.max(0, Math.min(shown.length - 1, at < 0 ? 0 : at + by));
    this.cursor = shown[next]?.slug ?? "";
    this.#show(next);
    this.#draw();
  }

  /** @param {number} row */
  #show(row) {
    const list = document.getElementById("list");
    if (!list) return;
    if (row * ROW < list.scrollTop) list.scrollTop = row * ROW;
    else if ((row + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = (row + 1) * ROW - list.clientHeight;
  }
}
