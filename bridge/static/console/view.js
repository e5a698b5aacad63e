import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { light } from "./checks.js";
import { newRoom } from "./form.js";
import { presses } from "./presses.js";
import { room } from "./room.js";
import { rooms } from "./rooms.js";

/** @typedef {import("./page.js").Page} Page */

/** All of it. @param {Page} page */
export function view(page) {
  return page.session.token ? inside(page) : door(page);
}

/** @param {Page} page */
function door(page) {
  const { why, isAsking } = page.session;
  return html`<main class="card door">
    <h1>Console</h1>
    ${why ? html`<p class="hint" role="alert">${why}</p>` : nothing}
    <p>Run <code>vmix-bridge console</code> on the bridge's machine: it opens this page. Or type the API token, which lies in the file <code>token</code> of the data folder.</p>
    <form @submit=${(/** @type {SubmitEvent} */ event) => page.logIn(event)}>
      <label class="field"><span>API token</span>
        <input type="password" id="token" autocomplete="off" required></label>
      <button type="submit" class="main" ?disabled=${isAsking}>${isAsking ? "One moment" : "Open"}</button>
    </form>
  </main>`;
}

/** @param {Page} page */
function inside(page) {
  const { feed } = page;
  return html`<div class="shell" data-side=${page.isListShown ? "list" : "room"} ?data-stale=${!feed.isFresh}>
    <header class="top">
      <button type="button" class="quiet back" @click=${() => page.showList()}>Rooms</button>
      <strong class="brand">vmix-bridge</strong>
      ${feed.hello?.server === "rehearsal" ? html`<span class="state" data-state="rehearsal">rehearsal</span>` : nothing}
        ${light(page)}
      <button type="button" class="quiet" @click=${() => page.logOut()}>Log out</button>
    </header>
    ${feed.isAway ? html`<p class="away" role="alert">The bridge does not answer. What you see may be old; it comes back by itself.</p>` : nothing}
    ${rooms(page)}
    <main class="pane" tabindex="-1">
      ${page.notice ? notice(page) : nothing}
      ${page.view === "new" ? newRoom(page) : room(page)}
    </main>
    ${presses(page)}
  </div>`;
}

/** @param {Page} page */
function notice(page) {
  return html`<div class="notice" ?data-refused=${page.isRefused}>
    <span>${page.notice}</span><button type="button" class="quiet" @click=${() => page.set({ notice: "" })}>Close</button>
  </div>`;
}
