import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { DEVICES } from "../devices.js";
import { SAY, troubleWords } from "../words.js";

/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../words.js").Device} Device */

/**
 * @param {Words} words
 * @param {() => void} [act] what its button does
 * @param {unknown} [more]
 */
export function banner({ headline, under, button }, act, more = nothing) {
  return html`<div class="banner">
    <div>
      <strong>${headline}</strong>
      ${under ? html`<p>${under} ${more}</p>` : nothing}
    </div>
    ${act && button ? html`<button type="button" class="plain" @click=${act}>${button}</button>` : nothing}
  </div>`;
}

/** What keeps the devices from us, each reason once. @param {Page} page */
export function troubles(page) {
  const { devices, browser, bridge } = page;
  const reasons = [...new Set(DEVICES.map((device) => devices.trouble[device]).filter((trouble) => trouble))];
  const secure = bridge.room?.secure_url ?? "";
  return reasons.map((reason) => {
    const whom = DEVICES.filter((device) => devices.trouble[device] === reason);
    const words = troubleWords(/** @type {import("../words.js").Trouble} */ (reason), whom, browser, secure);
    const address = reason === "insecure" && secure ? html`<a href=${secure}>${secure}</a>` : nothing;
    return banner(words, () => (reason === "app" ? page.copyLink() : page.tryDevices()), address);
  });
}

/**
 * @param {Page} page
 * @param {import("../devices.js").Kind} kind
 * @param {string} label
 * @param {boolean} [mayBeOff] whether there is a choice of none
 */
export function select(page, kind, label, mayBeOff = false) {
  const { devices } = page;
  const off = mayBeOff && kind !== "speaker" && !devices.on[kind];
  const chosen = page.inUse(kind);
  return html`<label class="field">
    <span>${label}</span>
    <select @change=${(/** @type {Event} */ event) => page.choose(kind, valueIn(event))}>
      ${devices.lists[kind].map(
        ({ id, label }) => html`<option value=${id} .selected=${!off && id === chosen}>${label}</option>`,
      )}
      ${devices.lists[kind].length ? nothing : html`<option value="" .selected=${!off}>${kind === "speaker" ? "As the computer has it" : `Any ${kind}`}</option>`}
      ${mayBeOff ? html`<option value="off" .selected=${off}>No ${kind}</option>` : nothing}
    </select>
  </label>`;
}

/** @param {Page} page */
export function studioSound(page) {
  return html`<label class="check">
    <input type="checkbox" .checked=${page.devices.studioSound}
      @change=${(/** @type {Event} */ event) => page.setStudioSound(/** @type {HTMLInputElement} */ (event.target).checked)} />
    <span>${SAY.studioSound}<small>${SAY.studioSoundWhy}</small></span>
  </label>`;
}

/** @param {Event} event */
export const valueIn = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** @param {string} name */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  return [words[0], words.length > 1 ? words[words.length - 1] : undefined]
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("");
}

/** What the studio says, until it is read. @param {Page} page */
export function fromStudio(page) {
  if (!page.said) return nothing;
  return banner({ headline: SAY.from, under: page.said, button: SAY.read }, () => page.read("said"));
}
