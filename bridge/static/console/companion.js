import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { copyButton, section, typed, value } from "./parts.js";
import { FORMATS, header, ROUTES, written } from "./routes.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./details.js").Keys} Keys */

const HOW = {
  url: "An address that presses when it is opened. Its key opens this room.",
  curl: "For a terminal. The key is in a header, and in no history of a browser.",
  companion: "For the action GET of Generic HTTP. Its header input is the same for each:",
  vmix: "For a shortcut, a trigger or a web script, with a spare Web Browser input called Buttons.",
};

/** Companion's page, and every route as a button needs it. @param {Page} page @param {Room} room */
export function companion(page, room) {
  const file = `/r/${room.slug}/companion.companionconfig`;
  return section(page, "companion", {
    title: "Companion and buttons",
    body: () => html`
      <div class="acts">
        <button type="button" class="main" @click=${() => page.download(file)}>Download the Companion page</button>
        <button type="button" @click=${() => page.download(`${file}?polling=1`)}>Trigger that asks</button>
        <button type="button" @click=${() => page.download("/companion.companionconfig")}>Page of all rooms</button>
      </div>
      <p class="small">Import it in Companion under Import / Export, then press SETUP once. It holds the room's key.</p>
      ${page.details.keys ? routes(page, room, page.details.keys) : nothing}
    `,
  });
}

/** @param {Page} page @param {Room} room @param {Keys} keys */
function routes(page, room, keys) {
  const { format } = page;
  const whom = [...room.seats, "all", "speakers", "viewers", "next"];
  const who = whom.includes(page.whom) ? page.whom : (whom[0] ?? "all");
  const place = { control: page.feed.hello?.control_url ?? location.origin, slug: room.slug, who, keys };
  return html`<h3>Every route</h3>
    <div class="acts">
      <span class="choice" role="group" aria-label="Written for">
        ${FORMATS.map(
          ([name, label]) =>
            html`<button type="button" aria-pressed=${name === format} @click=${() => page.set({ format: name })}>${label}</button>`,
        )}
      </span>
      <label class="take"><span>for</span>
        <select @change=${(/** @type {Event} */ event) => page.set({ whom: typed(event) })}>
          ${whom.map((one) => html`<option value=${one} .selected=${one === who}>${one}</option>`)}
        </select>
      </label>
    </div>
    <p class="small">${HOW[format]}</p>
    ${format === "companion" ? value(page, "header", header(keys), "the header input") : nothing}
    <ul class="rows">
      ${ROUTES.map((route) => {
        const text = written(format, route, place);
        return html`<li class="item">
          <span class="name"><strong>${route.path.split("?")[0]}</strong><small>${route.what}</small></span>
          <code>${text}</code>
          <span class="acts">${copyButton(page, `route-${route.path}`, text, route.what)}</span>
        </li>`;
      })}
    </ul>`;
}
