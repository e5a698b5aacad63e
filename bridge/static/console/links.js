import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { encode } from "../vendor/uqr.js";
import { asking, copyButton, drawn, section } from "./parts.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./details.js").Link} Link */

const STUDIO = ["scene", "program"];

/** The ways in for people. @param {Page} page @param {Room} room */
export function links(page, room) {
  const rows = page.details.links.filter(({ role }) => !STUDIO.includes(role));
  return section(page, "links", {
    title: "Links",
    note: rows.length ? `${rows.length}` : "",
    body: () => html`
      ${page.details.problem ? html`<p class="reason">${page.details.problem}</p>` : nothing}
      <ul class="rows">${rows.map((link) => row(page, room, link))}</ul>
      ${rows.some(({ note }) => note) ? html`<p class="small">These links work on this machine only. The README says how guests elsewhere get in.</p>` : nothing}
    `,
  });
}

/** @param {Page} page @param {Room} room @param {Link} link */
export function row(page, room, { name, role, url }) {
  const { seats } = room;
  const isShown = page.beside === `qr-${name}`;
  return html`<li class="item">
    <span class="name"><strong>${name}</strong><small>${what(role, name)}</small></span>
    <code>${url}</code>
    <span class="acts">
      ${copyButton(page, `link-${name}`, url, `the link of ${name}`)}
      <button type="button" aria-label=${`QR code of ${name}`} aria-expanded=${isShown} @click=${() => page.toggleBeside(`qr-${name}`)}>QR</button>
      ${asking(page, {
        key: `renew-${name}`,
        label: "Renew",
        name: `Renew the link of ${name}`,
        question: seats.includes(name)
          ? "The old link opens nothing any more, in vMix neither. Nobody inside is put out."
          : "The old link opens nothing any more. Nobody inside is put out.",
        yes: "Renew it",
        act: () => void renew(page, room, name),
      })}
    </span>
    ${isShown ? html`<figure class="code">${drawn(encode(url, { border: 2 }))}<figcaption>${name} of ${room.name}</figcaption></figure>` : nothing}
  </li>`;
}

/** @param {string} role @param {string} name */
function what(role, name) {
  if (role === "guest") return "watches";
  if (role === "speaker") return name === "speaker" ? "speaks, without a seat" : "speaks, in this seat";
  return role === "program" ? "the show for the guests" : "for vMix";
}

/** @param {Page} page @param {Room} room @param {string} name */
async function renew(page, room, name) {
  if (await page.press("/api/conferences/links/renew", { id: room.id, name })) page.details.again(room);
}
