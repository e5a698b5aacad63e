import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { WHY } from "../words.js";
import { fromStudio } from "./parts.js";

/** @typedef {import("../page.js").Page} Page */

/** Why one is not inside, and what happens next. @param {Page} page @param {import("../words.js").Why} why */
export function notice(page, why) {
  /** @type {import("../words.js").Words} */
  const words = WHY[why];
  const { visit, bridge } = page;
  return html`<main class="card notice">
    ${bridge.room ? html`<p class="small">${bridge.room.name}</p>` : nothing}
    <h1 tabindex="-1">${words.headline}</h1>
    ${words.under ? html`<p>${words.under}${why === "lost" ? ` (${page.secondsSince(visit.since)} s)` : nothing}</p>` : nothing}
    <div aria-live="polite">${fromStudio(page)}</div>
    <div class="row">
      ${words.button ? html`<button type="button" class=${why === "removed" ? "plain" : "main"} @click=${() => page.comeBack()}>${words.button}</button>` : nothing}
      ${visit.step === "coming" ? html`<button type="button" class="plain" @click=${() => visit.leave()}>Leave</button>` : nothing}
    </div>
  </main>`;
}
