import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { ROW } from "./listed.js";
import { stateOf, tag, typed } from "./parts.js";
import { counted } from "./say.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */

/** The rooms; of many only those that are seen are drawn. @param {Page} page */
export function rooms(page) {
  const { shown, feed } = page;
  return html`<nav class="rooms" aria-label="Rooms">
    <div class="tools">
      <input id="filter" type="text" role="combobox" aria-label="Filter rooms" placeholder="Filter rooms  ( / )"
        autocomplete="off" spellcheck="false" aria-expanded="true" aria-controls="rooms"
        aria-activedescendant=${marked(page)} .value=${page.list.filter}
        @input=${(/** @type {Event} */ event) => page.list.setFilter(typed(event))}>
      <button type="button" class="main" id="new" @click=${() => page.openNew()}>New room</button>
    </div>
    <p class="small count">${count(feed.rooms.size, shown)}</p>
    <div class="list" id="list" @scroll=${(/** @type {Event} */ event) => page.list.look(/** @type {HTMLElement} */ (event.target))}>
      ${shown.length ? options(page, shown) : html`<p class="none">${nobody(page)}</p>`}
    </div>
  </nav>`;
}

/** @param {Page} page @param {Room[]} shown */
function options(page, shown) {
  const { first, end } = page.list.window(shown.length);
  const space = `padding-top: ${first * ROW}px; padding-bottom: ${(shown.length - end) * ROW}px`;
  return html`<ul role="listbox" id="rooms" tabindex="0" aria-label="Rooms" aria-activedescendant=${marked(page)} .style=${space}>
    ${repeat(
      shown.slice(first, end),
      ({ slug }) => slug,
      (room, index) => option(page, room, first + index + 1, shown.length),
    )}
  </ul>`;
}

/** @param {Page} page @param {Room} room @param {number} place @param {number} of */
function option(page, room, place, of) {
  const { slug, name } = room;
  const isOnAir = page.feed.isFresh && Boolean(room.on_air?.length);
  return html`<li role="option" id=${`room-${slug}`} aria-selected=${slug === page.chosen} aria-posinset=${place}
    aria-setsize=${of} ?data-marked=${slug === page.list.cursor} @click=${() => page.choose(slug)}>
    ${tag(stateOf(room))}
    <strong>${name}</strong>
    <small>${slug}</small>
    <span class="facts">
      ${isOnAir ? tag("program", "ON AIR") : nothing} ${isRecording(room) ? tag("rec", "REC") : nothing}
      ${room.people === 0 ? nothing : html`<small>${room.people ?? "?"} inside</small>`}
    </span>
  </li>`;
}

/** Something of it is on its way to a file. @param {Room} room */
export const isRecording = ({ recording }) => ["starting", "on", "stopping"].includes(String(recording));

/** @param {Page} page */
const marked = ({ list, chosen }) => (list.cursor || chosen ? `room-${list.cursor || chosen}` : "");

/** @param {number} all @param {Room[]} shown */
function count(all, shown) {
  const live = shown.filter(({ state }) => state === "live").length;
  const rooms =
    shown.length === all ? counted(all, "room") : `${counted(shown.length, "room")} of ${all.toLocaleString("en")}`;
  return live ? `${rooms}, ${live} live` : rooms;
}

/** @param {Page} page */
function nobody({ feed, list }) {
  if (!feed.isKnown) return "The rooms are coming.";
  return list.filter ? "No room is called like that." : "There is no room yet.";
}
