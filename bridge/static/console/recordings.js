import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { asking, section, tag } from "./parts.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./feed.js").Recording} Recording */

/** What was recorded, and why nothing can be. @param {Page} page @param {Room} room */
export function recordings(page, room) {
  const told = page.feed.recordings;
  if (told?.slug !== room.slug) return nothing;
  const { missing, recordings: rows } = told;
  const none = missing ? `Nothing can be recorded: ${missing}.` : "Nothing was recorded yet.";
  return section(page, "recordings", {
    title: "Recordings",
    note: rows.length ? `${rows.length}` : "",
    body: () =>
      html`${missing || !rows.length ? html`<p class="none">${none}</p>` : nothing}
        ${rows.length ? html`<ul class="rows">${rows.map((one) => row(page, one))}</ul>` : nothing}`,
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
      <button type="button" aria-label=${`Download ${name}`} @click=${() => keep(page, id)}>Download</button>`
          : nothing
      }
      ${
        state === "recording"
          ? nothing
          : asking(page, {
              key: `remove-${id}`,
              label: "Remove",
              name: `Remove ${name}`,
              question: "Its files are erased.",
              yes: "Erase it",
              act: () => void page.press("/api/recordings/remove", { id }),
            })
      }
    </span>
    ${isShown ? page.besideText.split("\n").map((file) => html`<video controls preload="metadata" src=${file} aria-label=${`Recording ${name}`}></video>`) : nothing}
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

/** Addresses of its parts, which open them for a while. @param {Page} page @param {string} id @returns {Promise<string[]>} */
async function files(page, id) {
  const said = await page.press("/api/recordings/ticket", { id });
  return said ? (said.files ?? [said.url]) : [];
}

/** @param {Page} page @param {string} id */
async function play(page, id) {
  const key = `play-${id}`;
  if (page.beside === key) return page.toggleBeside("");
  const parts = await files(page, id);
  if (parts.length) page.toggleBeside(key, parts.join("\n"));
}

/** @param {Page} page @param {string} id */
async function keep(page, id) {
  for (const file of await files(page, id)) {
    const link = document.createElement("a");
    link.href = `${file}?download=1`;
    link.download = "";
    link.click();
  }
}
