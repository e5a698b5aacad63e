import { withLinks } from "../../shared/chat.js";
import { icons } from "../../shared/icons.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { select, studioSound } from "./parts.js";

/** @typedef {import("../page.js").Page} Page */

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** What lies beside the pictures, over them on a phone. @param {Page} page */
export function panel(page) {
  if (!page.panel) return nothing;
  const title = page.panel === "chat" ? "Chat" : "Settings";
  return html`<aside class="panel" aria-label=${title} @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && page.toggle("")}>
    <header>
      <h2>${title}</h2>
      <button type="button" class="quiet" aria-label="Close" @click=${() => page.toggle("")}>${icons.close}</button>
    </header>
    ${page.panel === "chat" ? chat(page) : settings(page)}
  </aside>`;
}

/** @param {Page} page */
function chat(page) {
  return html`<ol id="lines" class="lines" tabindex="0" aria-label="What was written">
      ${repeat(
        page.call.chat.lines,
        ({ id }) => id,
        (one) => line(one, page.call.chat.nameOf(one.identity)),
      )}
    </ol>
    <form class="write" @submit=${(/** @type {SubmitEvent} */ event) => page.write(event)}>
      <input id="text" name="text" aria-label="Your words" placeholder="Write to everybody" maxlength="2000" autocomplete="off" />
      <button class="main">Send</button>
    </form>`;
}

/** @param {import("../../shared/chat.js").Line} line @param {string} from */
function line({ self, at, text }, from) {
  return html`<li>
    <small><b>${self ? "You" : from}</b> ${TIME.format(at)}</small>
    <p>${withLinks(text).map(({ text, link }) => (link ? html`<a href=${text} target="_blank" rel="noopener noreferrer">${text}</a>` : text))}</p>
  </li>`;
}

/** @param {Page} page */
function settings(page) {
  const { may } = page.call;
  const speakers = page.devices.lists.speaker.length && "setSinkId" in HTMLMediaElement.prototype;
  return html`<div class="settings">
    ${may.camera ? select(page, "camera", "Camera") : nothing}
    ${may.microphone ? html`${select(page, "microphone", "Microphone")} ${studioSound(page)}` : nothing}
    ${speakers ? select(page, "speaker", "Loudspeaker") : nothing}
  </div>`;
}
