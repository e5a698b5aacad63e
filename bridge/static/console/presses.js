import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { clock } from "./parts.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Press} Press */

/** The last press, and on demand those before it, the newest first. @param {Page} page */
export function presses(page) {
  const { presses } = page.feed;
  const last = presses.at(-1);
  return html`<footer class="presses" aria-label="Last presses">
    <button type="button" class="fold" aria-expanded=${page.isPressesOpen} ?disabled=${!last}
      @click=${() => page.set({ isPressesOpen: !page.isPressesOpen })}>
      <span class="arrow" aria-hidden="true"></span><strong>Last presses</strong>
      ${last ? html`<small>${line(last)}</small>` : html`<small>nothing was pressed yet</small>`}
    </button>
    ${page.isPressesOpen ? table(presses) : nothing}
  </footer>`;
}

/** @param {Press[]} presses */
function table(presses) {
  return html`<div class="table" tabindex="0" role="region" aria-label="Last presses"><table>
    <thead><tr><th scope="col">Time</th><th scope="col">From</th><th scope="col">Press</th><th scope="col">Room</th><th scope="col">Answer</th></tr></thead>
    <tbody>${repeat(
      [...presses].reverse(),
      (press) => press,
      (press) => html`<tr>
        <td>${clock(press.at)}</td><td>${press.who}</td><td>${press.how}</td><td>${press.room}</td><td>${answer(press)}</td>
      </tr>`,
    )}</tbody>
  </table></div>`;
}

/** @param {Press} press */
function line(press) {
  return [clock(press.at), press.who, press.how, press.room, answer(press)].filter(Boolean).join(" · ");
}

/** @param {Press} press */
function answer({ status, changed, error }) {
  if (error || status >= 400) return error ? `${error} (${status})` : String(status);
  return changed === "0" ? "as it was" : "done";
}
