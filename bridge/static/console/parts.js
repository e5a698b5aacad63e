import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */

/** Words of states that have a colour. @param {Room} room */
export function stateOf({ state, server }) {
  return server === "rehearsal" && (state === "ready" || state === "live") ? "rehearsal" : state;
}

/** @param {string} state @param {string} [text] */
export const tag = (state, text = state) => html`<span class="state" data-state=${state}>${text}</span>`;

/**
 * A button that ends something: it asks once, where the finger already is.
 *
 * @param {Page} page
 * @param {{key: string, label: string, name?: string, question: string, yes: string, act: () => void,
 *   needed?: boolean, isOff?: boolean, isMain?: boolean}} what `name` is for screen readers; `needed`: it asks
 */
export function asking(page, { key, label, name = label, question, yes, act, needed = true, isOff = false }) {
  if (page.asking === key) {
    return html`<span class="ask" role="group" aria-label=${question}>
      <button type="button" id="yes" class="sure" @click=${() => page.confirm(key, act)}>${yes}</button>
      <button type="button" @click=${() => page.ask("")}>Keep</button>
      <span>${question}</span>
    </span>`;
  }
  const press = () => (needed ? page.ask(key) : act());
  return html`<button type="button" id=${`ask-${key}`} aria-label=${name} ?disabled=${isOff} @click=${press}>${label}</button>`;
}

/** @param {Page} page @param {string} key @param {string} text @param {string} what @param {string} [label] */
export function copyButton(page, key, text, what, label = "Copy") {
  const isCopied = page.copied === key;
  return html`<button type="button" class="copy" aria-label=${isCopied ? "Copied" : `${label} ${what}`}
    ?data-copied=${isCopied} @click=${() => page.copy(key, text)}>${isCopied ? "Copied" : label}</button>`;
}

/** Something to read and to copy. @param {Page} page @param {string} key @param {string} text @param {string} what */
export function value(page, key, text, what) {
  return html`<span class="value"><code>${text}</code>${copyButton(page, key, text, what)}</span>`;
}

/**
 * A part of the room that opens and stays as it was left.
 *
 * @param {Page} page
 * @param {string} name
 * @param {{title: string, note?: unknown, body: () => unknown}} what
 */
export function section(page, name, { title, note = nothing, body }) {
  const isOpen = page.isOpen(name);
  return html`<section class="part" aria-labelledby=${`${name}-title`}>
    <h2 id=${`${name}-title`}>
      <button type="button" class="fold" aria-expanded=${isOpen} @click=${() => page.setOpen(name, !isOpen)}>
        <span class="arrow" aria-hidden="true"></span>${title}<small>${note}</small>
      </button>
    </h2>
    ${isOpen ? html`<div class="body">${body()}</div>` : nothing}
  </section>`;
}

/** @param {{size: number, data: boolean[][]}} code of uqr */
export function drawn({ size, data }) {
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join("");
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label="QR code" shape-rendering="crispEdges">
    ${svg`<path d=${path} />`}
  </svg>`;
}

/** @param {Event} event */
export const typed = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/** A time of day, as on a clock on the wall. @param {string} iso */
export function clock(iso) {
  return iso ? new Date(iso).toLocaleTimeString("en-GB") : "";
}
