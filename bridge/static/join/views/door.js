import { attached } from "../../shared/attached.js";
import { icons } from "../../shared/icons.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isOpen, kinds } from "../bridge.js";
import { asWhom, SAY, WHY } from "../words.js";
import { banner, select, studioSound, troubles, valueIn } from "./parts.js";

/** @typedef {import("../page.js").Page} Page */

/** The way in: who one will be, and how one looks and sounds. @param {Page} page @param {boolean} busy */
export function door(page, busy) {
  const room = page.bridge.room;
  if (!room) return nothing;
  const speaks = room.role === "speaker";
  return html`<main class="card">
    <h1 tabindex="-1">${room.name}</h1>
    <p>${asWhom(room)}</p>
    ${page.bridge.state === "away" ? banner(WHY.bridge_away) : isOpen(room) ? nothing : banner(WHY.not_open)}
    <form @submit=${(/** @type {Event} */ event) => page.submit(event)}>
      ${name(page)} ${speaks ? looks(page) : nothing}
      <div class="go">
        <button class="main" ?disabled=${busy}>${busy ? "One moment…" : speaks ? "Join" : "Watch"}</button>
        <p class="small">${[room.record ? SAY.recorded : "", room.lobby ? SAY.lobby : ""].filter(Boolean).join(" ")}</p>
      </div>
    </form>
  </main>`;
}

/** @param {Page} page */
function name(page) {
  return html`<label class="field">
    <span>Your name</span>
    <input id="name" name="name" autocomplete="name" maxlength="80" .value=${page.visit.name}
      aria-invalid=${page.nameMissing ? "true" : "false"} aria-describedby="name-missing"
      @input=${(/** @type {Event} */ event) => page.setName(valueIn(event))} />
    <small id="name-missing">${page.nameMissing ? SAY.noName : nothing}</small>
  </label>`;
}

/** @param {Page} page */
function looks(page) {
  const { devices, bridge } = page;
  const may = kinds(/** @type {import("../bridge.js").RoomFacts} */ (bridge.room));
  return html`
    ${may.camera ? preview(devices.preview.camera) : nothing} ${troubles(page)}
    ${may.camera ? select(page, "camera", "Camera", true) : nothing}
    ${may.microphone ? html`${select(page, "microphone", "Microphone", true)} ${meter(page)}` : nothing}
    ${may.microphone ? studioSound(page) : nothing}
  `;
}

/** @param {import("../devices.js").LocalTrack | undefined} track */
function preview(track) {
  return html`<div class="preview">
    <video class="mirrored" muted playsinline aria-label="How you look" ?hidden=${!track} ${attached(track)}></video>
    ${track ? nothing : html`<span class="no-picture">${icons.cameraOff} No picture</span>`}
  </div>`;
}

/** @param {Page} page */
function meter(page) {
  const { microphone } = page.devices.preview;
  return html`<div class="meter" ?hidden=${!microphone}>
    <div class="scale" aria-hidden="true"><div id="level"></div></div>
    <small>${page.heard ? SAY.heard : SAY.level}</small>
  </div>`;
}
