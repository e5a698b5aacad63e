import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { copyButton, section } from "./parts.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./details.js").Script} Script */

/** The scripts for vMix: to read, one by one, or all of them. @param {Page} page @param {Room} room */
export function scripts(page, room) {
  return section(page, "scripts", {
    title: "Scripts for vMix",
    note: page.details.scripts.length ? `${page.details.scripts.length}` : "",
    body: () => html`
      <div class="acts">
        <button type="button" @click=${() => page.download(`/r/${room.slug}/scripts.zip`)}>Download all as zip</button>
        <span class="small">Import them in vMix under Settings, Scripting. They hold the room's key.</span>
      </div>
      <ul class="rows">${page.details.scripts.map((script) => row(page, room, script))}</ul>
    `,
  });
}

/** @param {Page} page @param {Room} room @param {Script} script */
function row(page, room, { name, title, description }) {
  const path = `/r/${room.slug}/scripts/${name}.vb`;
  const isShown = page.beside === `script-${name}`;
  return html`<li class="item">
    <span class="name"><strong>${title || name}</strong><small>${name}</small></span>
    <span class="small">${description}</span>
    <span class="acts">
      <button type="button" aria-label=${`Show the script ${name}`} aria-expanded=${isShown} @click=${() => show(page, name, path)}>Show</button>
      <button type="button" aria-label=${`File of the script ${name}`} @click=${() => page.download(path)}>File</button>
    </span>
    ${
      isShown
        ? html`<div class="script">${copyButton(page, `script-${name}`, page.besideText, `the script ${name}`)}
            <pre tabindex="0" aria-label=${`The script ${name}`}>${page.besideText}</pre></div>`
        : nothing
    }
  </li>`;
}

/** @param {Page} page @param {string} name @param {string} path */
async function show(page, name, path) {
  if (page.beside === `script-${name}`) return page.toggleBeside("");
  const { said, problem } = await page.api.text(path);
  if (problem) page.say(problem, true);
  else page.toggleBeside(`script-${name}`, said.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n"));
}
