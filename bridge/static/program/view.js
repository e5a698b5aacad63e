import { Directive, directive } from "../vendor/lit-html/directive.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { SAY, TROUBLE } from "./words.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Kind} Kind */

/** @param {Page} page */
export function view(page) {
  const { feed, bridge } = page;
  return html`<main>
    <header>
      <small>${bridge.room?.name}</small>
      <h1>${SAY.headline}</h1>
      <p>${SAY.what}</p>
    </header>
    <figure class="picture">
      ${feed.tracks.video ? html`<video muted playsinline autoplay aria-label=${SAY.video} ${shows(feed.tracks.video)}></video>` : nothing}
    </figure>
    <div class="banners" aria-live="polite">${banners(page)}</div>
    <p class="state" role="status" ?data-on=${sent(page) !== ""}>${stateOf(page)}</p>
    ${feed.tracks.audio ? html`<meter min="-60" max="0" high="-6" .value=${page.level} aria-label=${SAY.level}></meter>` : nothing}
    ${select(page, "video")} ${select(page, "audio")}
    <p class="small">${SAY.bus}</p>
    ${
      page.isSending
        ? html`<button type="button" @click=${() => page.stop()}>${SAY.stop}</button>`
        : html`<button type="button" class="main" ?disabled=${Boolean(bridge.gone)} @click=${() => page.send()}>${SAY.send}</button>`
    }
  </main>`;
}

/** @param {Page} page @param {Kind} kind */
function select({ feed }, kind) {
  const choices = feed.lists[kind];
  if (!choices.length) return nothing;
  const chosen = feed.chosen(kind);
  return html`<label class="field">
    <span>${SAY[kind]}</span>
    <select @change=${(/** @type {Event} */ event) => feed.choose(kind, /** @type {HTMLSelectElement} */ (event.target).value)}>
      ${choices.map(({ id, label }) => html`<option value=${id} .selected=${id === chosen}>${label}</option>`)}
    </select>
  </label>`;
}

/** @param {Page} page */
function banners({ feed, echo, isSending, call }) {
  if (!isSending) return nothing;
  const kinds = /** @type {Kind[]} */ (["video", "audio"]);
  const said = new Set(kinds.map((kind) => (feed.trouble[kind] ? TROUBLE[feed.trouble[kind]](kind) : "")));
  if (echo.isHeard && call.isInside) said.add(SAY.echo);
  const here = new URL(location.href);
  here.hostname = "127.0.0.1";
  const address = feed.trouble.video === "insecure" ? html`<a href=${here.href}>${here.href}</a>` : nothing;
  return [...said].filter(Boolean).map((text) => html`<div class="banner"><strong>${text}</strong>${address}</div>`);
}

/** @param {Page} page @returns {string} what of it arrives; "" for nothing */
function sent({ call }) {
  if (call.sends("video")) return call.sends("audio") ? SAY.sent : SAY.seen;
  return call.sends("audio") ? SAY.heard : "";
}

/** @param {Page} page */
function stateOf(page) {
  const { bridge, way, isSending } = page;
  if (bridge.gone) return SAY.dead;
  if (!isSending) return SAY.off;
  const arrives = sent(page);
  if (arrives) return arrives;
  if (bridge.state === "away") return SAY.away;
  if (bridge.room?.server === "rehearsal" || way.refusal === "rehearsal") return SAY.rehearsal;
  if (bridge.room?.state === "stopped") return SAY.waiting;
  return SAY.coming;
}

/** `<video ${shows(track)}>` shows that track. */
class Shows extends Directive {
  /** @param {MediaStreamTrack} _track */
  render(_track) {}

  /** @param {import("../vendor/lit-html/directive.js").ElementPart} part @param {[MediaStreamTrack]} values */
  update({ element }, [track]) {
    const video = /** @type {HTMLVideoElement} */ (element);
    const [shown] = video.srcObject instanceof MediaStream ? video.srcObject.getTracks() : [];
    if (shown !== track) video.srcObject = new MediaStream([track]);
  }
}

const shows = directive(Shows);
