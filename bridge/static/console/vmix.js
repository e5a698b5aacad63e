import { live } from "../vendor/lit-html/directives/live.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { row as link } from "./links.js";
import { copyButton, section, tag, typed } from "./parts.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./feed.js").Scene} Scene */

/** @type {Record<string, string>} */
const KINDS = {
  seat: "whoever sits there",
  screen: "the screen they share",
  room: "the whole room",
  take: "what you take to it",
};

/** The scene that buttons take to, before anybody did. */
const NO_TAKE = { name: "main", kind: "take", shows: "", pages: 0, sound: "" };

/** What vMix takes in, and what the bridge knows of it. @param {Page} page @param {Room} room */
export function vmix(page, room) {
  const told = page.feed.inside?.slug === room.slug ? page.feed.inside : undefined;
  const scenes = told?.scenes ?? [];
  const isShown = (/** @type {string} */ name) => told?.tally.some(({ seat, inputs }) => seat === name && inputs);
  const missing = scenes.flatMap(({ name, kind, pages }) => (kind === "seat" && !pages && !isShown(name) ? name : []));
  return section(page, "vmix", {
    title: "vMix",
    note: missing.length
      ? `no input for ${missing.join(", ")}`
      : scenes.some(({ pages }) => pages)
        ? "every seat has an input"
        : "",
    body: () => html`
      ${missing.length ? html`<p class="hint">No vMix input shows <strong>${missing.join(", ")}</strong>. Add a Web Browser input, 1920x1080, with the address, and call it as written here.</p>` : nothing}
      <ul class="rows">${withTake(scenes).map((scene) => row(page, room, scene))}</ul>
      ${program(page, room)}
    `,
  });
}

/** There is always one to take to. @param {Scene[]} scenes */
function withTake(scenes) {
  return scenes.some(({ kind }) => kind === "take") ? scenes : [...scenes, { ...NO_TAKE }];
}

/** @param {Page} page @param {Room} room @param {Scene} scene */
function row(page, room, scene) {
  const input = `${scene.name}@${room.slug}`;
  const url = address(page.details.scenes, scene);
  return html`<li class="item">
    <span class="name"><strong>${input}</strong><small>${KINDS[scene.kind]}</small></span>
    <span class="how">${scene.kind === "take" ? take(page, room, scene) : nothing} ${shown(scene)}</span>
    <span class="acts">
      ${copyButton(page, `input-${scene.name}`, input, `the input name ${input}`, "Copy name")}
      ${copyButton(page, `scene-${scene.name}`, url, `the address of ${input}`, "Copy address")}
    </span>
  </li>`;
}

/** @param {import("./details.js").SceneLink[]} links @param {Scene} scene */
function address(links, scene) {
  const whole = links.find(({ kind }) => kind === "room")?.url.split("?")[0] ?? "";
  const known = links.find(({ name }) => name === scene.name)?.url;
  return known ?? (scene.kind === "take" ? `${whole}?scene=${scene.name}` : "");
}

/** @param {Scene} scene */
function shown({ pages, sound }) {
  if (sound === "blocked") return tag("check", "sound held back");
  return pages ? tag("ready", pages === 1 ? "open" : `open ${pages} times`) : tag("stopped", "not open");
}

/** @param {Page} page @param {Room} room @param {Scene} scene */
function take(page, room, { name, shows }) {
  const takes = ["", ...room.seats, ...room.seats.map((seat) => `${seat}.screen`)];
  const choose = async (/** @type {Event} */ event) => {
    const seat = typed(event);
    page.set({}); // what it shows is what the bridge says
    await page.press(`/r/${room.slug}/take.json`, { scene: name, seat });
  };
  return html`<label class="take"><span class="unseen">${name} shows</span>
    <select .value=${live(shows)} @change=${choose}>
      ${takes.map((seat) => html`<option value=${seat} .selected=${live(seat === shows)}>${seat || "slate"}</option>`)}
    </select>
  </label>`;
}

/** @param {Page} page @param {Room} room */
function program(page, room) {
  const links = page.details.links.filter(({ role }) => role === "program");
  return links.length
    ? html`<h3>The show goes back to the guests</h3><ul class="rows">${links.map((one) => link(page, room, one))}</ul>`
    : nothing;
}
