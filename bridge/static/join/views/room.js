import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { SAY } from "../words.js";
import { bar } from "./bar.js";
import { panel } from "./panel.js";
import { banner, fromStudio, troubles } from "./parts.js";
import { stage } from "./tiles.js";

/** @typedef {import("../page.js").Page} Page */

/** Inside. @param {Page} page */
export function inside(page) {
  const { bridge, call } = page;
  const onAir = page.air === "program";
  return html`<main class="room" ?data-panel=${page.panel !== ""} ?data-air=${onAir}>
    <header>
      <strong class="air" role="status">${onAir ? SAY.onAir : page.air === "preview" ? SAY.preview : nothing}</strong>
      <h1 tabindex="-1">${bridge.room?.name}</h1>
      <span>${SAY.people(call.people.length)}</span>
      ${bridge.room?.record ? html`<span class="tag">${SAY.recorded}</span>` : nothing}
    </header>
    <div class="banners" aria-live="polite">${banners(page)}</div>
    ${stage(page)} ${panel(page)} ${bar(page)}
  </main>`;
}

/** @param {Page} page */
function banners(page) {
  const { bridge, call } = page;
  const seconds = html`<span aria-hidden="true">(${page.secondsSince(call.since)} s)</span>`;
  return [
    call.state === "trying" ? banner(SAY.trying, undefined, seconds) : nothing,
    page.isBack ? html`<div class="banner small">${SAY.back}</div>` : nothing,
    bridge.state === "away" ? banner(SAY.bridgeAway) : nothing,
    call.canPlay ? nothing : banner(SAY.silent, () => call.playSound()),
    page.asked && !call.isOn("microphone") ? asked(page) : nothing,
    page.muted && !call.isOn("microphone") ? banner(call.may.microphone ? SAY.muted : SAY.blocked) : nothing,
    page.unplugged ? banner({ ...page.unplugged, button: SAY.read }, () => page.read("unplugged")) : nothing,
    fromStudio(page),
    page.wantsDevice ? troubles(page) : nothing,
  ];
}

/** @param {Page} page */
function asked(page) {
  return html`<div class="banner asked">
    <strong>${SAY.asked.headline}</strong>
    <button type="button" class="main" @click=${() => page.turn("microphone", true)}>${SAY.asked.button}</button>
  </div>`;
}
