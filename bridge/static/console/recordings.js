import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { section, tag } from "./parts.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./feed.js").Recording} Recording */

/** What was recorded; nothing where the bridge cannot. @param {Page} page @param {Room} room */
export function recordings(page, room) {
  const told = page.feed.recordings;
  if (told?.slug !== room.slug) return nothing;
  const rows = told.recordings;
  return section(page, "recordings", {
    title: "Recordings",
    note: rows.length ? `${rows.length}` : "",
    body: () =>
      rows.length
        ? html`<ul class="rows">${rows.map((one) => row(page, one))}</ul>`
        : html`<p class="none">Nothing was recorded yet.</p>`,
  });
}

/** @param {Page} page @param {Recording} recording */
function row(page, recording) {
  const { id, name, started, state, reason, playable } = recording;
  const isShown = page.beside === `play-${id}`;
  return html`<li class="item">
    <span class="name"><strong>${name || "Recording"}</strong><small>${when(started)}</small></span>
    <span class="how">${tag(state === "recording" ? "rec" : state === "failed" ? "check" : "stopped", state)}
      <small>${long(recording)}${reason ? ` · ${reason}` : ""}</small></span>
    <span class="acts">
      ${
        playable
          ? html`<button type="button" aria-label=${`Play ${name}`} aria-expanded=${isShown} @click=${() => play(page, id)}>Play</button>
      <button type="button" aria-label=${`Download ${name}`} @click=${() => fetchFile(page, id)}>Download</button>`
          : nothing
      }
    </span>
    ${isShown ? html`<video controls autoplay .src=${page.besideText} aria-label=${`Recording ${name}`}></video>` : nothing}
  </li>`;
}

/** @param {Recording} recording */
function long({ seconds, bytes }) {
  const minutes = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  return bytes ? `${minutes} · ${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB` : minutes;
}

/** @param {string} iso */
function when(iso) {
  return iso ? new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" }) : "";
}

/** The address holds a ticket: it opens this recording, once and soon. @param {Page} page @param {string} id */
async function address(page, id) {
  const said = await page.press("/api/recordings/ticket", { id });
  return said ? String(said.url) : "";
}

/** @param {Page} page @param {string} id */
async function play(page, id) {
  const key = `play-${id}`;
  if (page.beside === key) return page.toggleBeside("");
  const url = await address(page, id);
  if (url) page.toggleBeside(key, url);
}

/** @param {Page} page @param {string} id */
async function fetchFile(page, id) {
  const url = await address(page, id);
  if (!url) return;
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
