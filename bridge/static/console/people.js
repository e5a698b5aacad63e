import { icons } from "../shared/icons.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { asking, clock, section, tag, typed } from "./parts.js";
import { counted } from "./say.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./feed.js").Somebody} Somebody */

const LIGHTS = { ok: "good", watch: "watch", bad: "bad line", unknown: "unknown" };
const WAITS = "waits in the lobby";

/** Who is there, and the studio's hand on them. @param {Page} page @param {Room} room */
export function people(page, room) {
  const told = page.feed.inside?.slug === room.slug ? page.feed.inside.people : [];
  const rows = [...told].sort((one, other) => Number(other.state === "waiting") - Number(one.state === "waiting"));
  const waiting = rows.filter(({ state }) => state === "waiting").length;
  const inside = rows.filter(({ state }) => state === "inside").length;
  const note = [inside ? `${inside} inside` : "", waiting ? `${waiting} waiting` : ""].filter(Boolean).join(", ");
  return section(page, "people", {
    title: "People",
    note,
    body: () => html`
      ${
        rows.length
          ? html`<ul class="rows">${repeat(
              rows,
              ({ who, seat }) => seat || who,
              (row) => somebody(page, row),
            )}</ul>`
          : html`<p class="none">Nobody is here. Send somebody a link.</p>`
      }
      ${inside ? toAll(page, inside) : nothing}
    `,
  });
}

/** @param {Page} page @param {number} inside */
function toAll(page, inside) {
  return html`<div class="acts">
    <button type="button" @click=${() => page.hand("mute", { who: "all" })}>Mute everybody</button>
    <button type="button" aria-expanded=${page.beside === "say-all"} @click=${() => page.toggleBeside("say-all")}>Message to everybody</button>
    ${page.beside === "say-all" ? message(page, "all", counted(inside, "person", "people")) : nothing}
  </div>`;
}

/** @param {Page} page @param {Somebody} row */
function somebody(page, row) {
  const isOnAir = page.feed.isFresh && row.tally === "program";
  const isNext = page.feed.isFresh && row.tally === "preview";
  const isWaiting = row.state === "waiting" && !row.seat;
  return html`<li class="person" data-state=${row.state} ?data-air=${isOnAir}>
    <div class="who">
      <strong>${row.state === "empty" ? row.seat : row.name || row.who}</strong>
      <small>${about(row)}</small>
    </div>
    ${row.seat ? title(page, row) : html`<span class=${isWaiting ? "none" : "title-field"}></span>`}
    <div class=${isWaiting ? "none" : "how"}>
      ${isOnAir ? tag("program", "ON AIR") : isNext ? tag("preview", "NEXT") : nothing}
      ${row.state === "inside" ? html`${devices(row)} ${light(row)}` : nothing}
    </div>
    <div class="acts">${actions(page, row)}</div>
    ${page.beside === `say-${row.who}` ? message(page, row.who, row.name || row.who) : nothing}
  </li>`;
}

/** @param {Somebody} row */
function about(row) {
  if (row.state === "empty") return "nobody sits here";
  const typedName = row.title && row.typed && row.typed !== row.title ? `“${row.typed}”` : "";
  const where = row.seat ? `seat ${row.seat}` : row.role;
  const how =
    row.state === "waiting"
      ? `${WAITS} since ${clock(row.since)}`
      : row.state === "away"
        ? "away, the seat is kept"
        : `since ${clock(row.since)}`;
  return [
    typedName,
    where,
    row.seat && row.role === "guest" ? "watches" : "",
    how,
    row.new_browser ? "new browser" : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Page} page @param {Somebody} row */
function title(page, { seat, title }) {
  const field = `title-${page.chosen}-${seat}`;
  const { drafts } = page;
  const save = async () => {
    const text = String(drafts.value(field, title)).trim();
    if (text === title || (await page.hand("title", { seat, text }))) drafts.drop(field);
    page.set({});
  };
  return html`<label class="title-field">
    <span class="unseen">Title of ${seat}</span>
    <input type="text" placeholder="Title" maxlength="200" .value=${live(String(drafts.value(field, title)))}
      @input=${(/** @type {Event} */ event) => page.edit(field, typed(event), title)}
      @change=${save}>
    ${drafts.isOvertaken(field, title) ? html`<small class="overtaken">Someone changed it to “${title}”.</small>` : nothing}
  </label>`;
}

/** @param {Somebody} row */
function devices({ mic, camera, screen, blocked }) {
  const taken = blocked.split(",");
  const word = (/** @type {string} */ what, /** @type {string} */ state) => (taken.includes(what) ? "blocked" : state);
  const one = (
    /** @type {string} */ what,
    /** @type {string} */ name,
    /** @type {string} */ state,
    /** @type {unknown} */ icon,
  ) =>
    html`<span class="device" data-is=${word(what, state)} title=${`${name} ${word(what, state)}`}>${icon}<span class="unseen">${name} ${word(what, state)}</span></span>`;
  return html`${one("mic", "Microphone", mic, mic === "on" ? icons.microphone : icons.microphoneOff)}
  ${one("camera", "Camera", camera, camera === "on" ? icons.camera : icons.cameraOff)}
  ${screen === "on" ? one("screen", "Screen", screen, icons.screen) : nothing}`;
}

/** @param {Somebody} row */
function light({ light, quality }) {
  const known = /** @type {keyof typeof LIGHTS} */ (light in LIGHTS ? light : "unknown");
  return html`<span class="light" data-light=${known}>${quality || LIGHTS[known]}</span>`;
}

/** @param {Page} page @param {Somebody} row */
function actions(page, row) {
  const name = row.name || row.who;
  const hand = (/** @type {string} */ what, /** @type {string} */ label, more = {}) =>
    html`<button type="button" aria-label=${`${label} ${name}`} @click=${() => page.hand(what, { who: row.who, ...more })}>${label}</button>`;
  if (row.state === "waiting") return html`${hand("admit", "Admit")} ${hand("refuse", "Refuse")}`;
  if (row.state === "away") return free(page, row.seat, name);
  if (row.state !== "inside") return nothing;
  const isBlocked = row.blocked.split(",").includes("mic");
  const speaks = row.role !== "guest";
  return html`
    ${row.mic === "on" ? hand("mute", "Mute") : speaks ? hand("unmute", "Ask to speak") : nothing}
    ${isBlocked ? hand("allow", "Allow") : speaks ? hand("block", "Block") : nothing}
    ${speaks ? hand("demote", "Demote") : hand("promote", "Promote")}
    ${row.camera === "on" ? hand("mute", "Camera off", { what: "camera" }) : nothing}
    <button type="button" aria-label=${`Message ${name}`} aria-expanded=${page.beside === `say-${row.who}`}
      @click=${() => page.toggleBeside(`say-${row.who}`)}>Message</button>
    ${asking(page, {
      key: `out-${row.who}`,
      label: "Put out",
      name: `Put out ${name}`,
      question: `${name} stays out until you free or admit them.`,
      yes: "Put out",
      act: () => void page.hand("remove", { who: row.who }),
    })}`;
}

/** @param {Page} page @param {string} seat @param {string} name */
function free(page, seat, name) {
  const act = () => void page.hand("free", { seat });
  const question = `The next one with the link of ${seat} gets in.`;
  return asking(page, {
    key: `free-${seat}`,
    label: "Free seat",
    name: `Free the seat of ${name}`,
    question,
    yes: "Free it",
    act,
  });
}

/** @param {Page} page @param {string} who @param {string} name */
function message(page, who, name) {
  const send = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text = page.besideText.trim();
    if (text && (await page.hand("say", { who, text }))) {
      page.toggleBeside("");
      page.say(`Sent to ${name}. It stays on their page until they have read it.`);
    }
  };
  return html`<form class="message" @submit=${send}>
    <label><span class="unseen">Message to ${name}</span>
      <input type="text" id="say-text" maxlength="500" placeholder=${`A line on the page of ${name}`} .value=${live(page.besideText)}
        @input=${(/** @type {Event} */ event) => page.set({ besideText: typed(event) })}>
    </label>
    <button type="submit" class="main">Send</button>
  </form>`;
}
