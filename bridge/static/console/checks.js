import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { ranked, sentence } from "./say.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Check} Check */

const WORDS = { ok: "fine", warn: "look at it", bad: "broken" };

/** One light for everything. @param {Page} page */
export function light(page) {
  const checks = ranked(page.feed.checks);
  const { state, text } = summary(page, checks);
  return html`<div class="well">
    <button type="button" id="light" data-state=${state} aria-expanded=${page.isChecksOpen} ?disabled=${!checks.length}
      @click=${() => page.set({ isChecksOpen: !page.isChecksOpen })}><span class="dot" aria-hidden="true"></span><span>${text}</span></button>
    ${page.isChecksOpen && checks.length ? list(checks) : nothing}
  </div>`;
}

/** @param {Page} page @param {Check[]} checks */
function summary({ feed }, checks) {
  const [worst] = checks;
  if (feed.isAway) return { state: "bad", text: "The bridge does not answer" };
  if (!feed.isFresh) return { state: "none", text: "One moment" };
  if (!worst) return { state: "none", text: "Connected" };
  return worst.state === "ok" ? { state: "ok", text: "All well" } : { state: worst.state, text: sentence(worst.text) };
}

/** @param {Check[]} checks */
function list(checks) {
  return html`<ul class="checks" aria-label="Checks">
    ${checks.map(
      ({ name, state, text, fix }) => html`<li data-state=${state}>
        <span class="dot" aria-hidden="true"></span>
        <span><strong>${name}</strong> <small>${WORDS[state]}</small><br>${sentence(text)}${fix ? html`<br><small>${sentence(fix)}</small>` : nothing}</span>
      </li>`,
    )}
  </ul>`;
}
