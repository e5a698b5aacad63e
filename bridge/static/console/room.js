import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { companion } from "./companion.js";
import { policy } from "./form.js";
import { links } from "./links.js";
import { asking, stateOf, tag } from "./parts.js";
import { people } from "./people.js";
import { recordings } from "./recordings.js";
import { isRecording } from "./rooms.js";
import { counted, reasonOf, sentence } from "./say.js";
import { scripts } from "./scripts.js";
import { vmix } from "./vmix.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */

/** The chosen room, in the order of a show. @param {Page} page */
export function room(page) {
  const { room } = page;
  if (!room)
    return html`<p class="none">${page.feed.isKnown ? "Choose a room, or make a new one." : "One moment."}</p>`;
  return html`${head(page, room)} ${people(page, room)} ${links(page, room)} ${vmix(page, room)}
  ${companion(page, room)} ${scripts(page, room)} ${recordings(page, room)} ${policy(page, room)}`;
}

/** @param {Page} page @param {Room} room */
function head(page, room) {
  const inside = room.people ?? 0;
  const isStopped = !room.active;
  return html`<header class="head">
    <div class="title">
      <h1 id="room-name" tabindex="-1">${room.name}</h1>
      ${tag(stateOf(room))}
      ${page.feed.isFresh && room.on_air?.length ? tag("program", `ON AIR ${room.on_air.join(", ")}`) : nothing}
      ${isRecording(room) ? tag("rec", "REC") : nothing}
    </div>
    <p class="small">${room.slug} · ${room.people === null ? "nobody can say how many are inside" : `${counted(inside, "person", "people")} inside`}</p>
    ${room.recording_reason ? html`<p class="reason">${sentence(room.recording_reason)}</p>` : nothing}
    ${room.state === "check" ? html`<p class="reason">${reasonOf(room.reason)}</p>` : nothing}
    <div class="acts">
      <button type="button" id="start" class=${isStopped ? "main" : ""} ?disabled=${!isStopped} @click=${() => start(page)}>Start</button>
      ${asking(page, {
        key: "stop",
        label: "Stop",
        question: stopQuestion(room),
        yes: "Stop now",
        act: () => void stop(page),
        needed: room.people !== 0,
        isOff: isStopped && room.state === "stopped",
      })}
      ${page.feed.recordings?.slug === room.slug ? record(page, room) : nothing}
    </div>
  </header>`;
}

/** @param {Page} page @param {Room} room */
function record(page, room) {
  const press = (/** @type {string} */ what) => page.press(`/r/${room.slug}/record/${what}.json`, {});
  if (!isRecording(room) && page.feed.recordings?.missing) return nothing; // why stands among the recordings
  if (!isRecording(room))
    return html`<button type="button" ?disabled=${!room.active} @click=${() => press("start")}>Record</button>`;
  const question = "The recording ends. The call goes on.";
  return asking(page, {
    key: "record",
    label: "Stop recording",
    question,
    yes: "End it",
    act: () => void press("stop"),
  });
}

/** @param {Room} room */
function stopQuestion({ people }) {
  if (people === null) return "People may be inside. They are put out.";
  return people ? `${counted(people, "person is", "people are")} inside and put out.` : "Nobody is inside.";
}

/** @param {Page} page */
export function start(page) {
  if (page.room) void page.press("/api/conferences/start", { id: page.room.id });
}

/** @param {Page} page */
export async function stop(page) {
  if (page.room) await page.press("/api/conferences/stop", { id: page.room.id });
}
