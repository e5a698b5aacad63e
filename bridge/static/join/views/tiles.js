import { attached } from "../../shared/attached.js";
import { icons } from "../../shared/icons.js";
import { fit } from "../../shared/tiles.js";
import { AsyncDirective } from "../../vendor/lit-html/async-directive.js";
import { directive } from "../../vendor/lit-html/directive.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { SAY } from "../words.js";
import { initials } from "./parts.js";

/** @typedef {import("../people.js").Person} Person */
/** @typedef {import("../page.js").Page} Page */

/** Everybody who may be seen or heard, and what they show: oneself last, or small in a corner. @param {Page} page */
export function stage(page) {
  const me = page.call.people.find((person) => person.self && person.sends);
  const others = page.shown();
  const screens = page.call.people.filter((person) => person.screen && !person.self);
  const program = page.call.program;
  const isLarge = Boolean(program?.picture) && page.programIsLarge;
  const inCorner = others.length < 2 && !screens.length && !isLarge;
  const tiles = me && !inCorner ? [...others, me] : others;
  return html`<div class="stage" ?data-screens=${screens.length > 0 || isLarge} ?data-program=${program}>
    ${program ? programTile(page, program) : nothing}
    ${repeat(screens, ({ id }) => `${id} screen`, screenTile)}
    <ul class="tiles" aria-label="People" ${fitted(tiles.length)}>
      ${repeat(tiles, ({ id }) => id, personTile)}
    </ul>
    ${others.length ? nothing : html`<p class="alone">${SAY.alone}</p>`}
    ${me && inCorner ? html`<ul class="own" aria-label="You">${personTile(me)}</ul>` : nothing}
  </div>`;
}

/** @param {Person} person */
function personTile(person) {
  const { name, self, camera, muted, speaking, weak } = person;
  return html`<li class="tile" ?data-speaking=${speaking} aria-label=${self ? "You" : name}>
    <video class=${self ? "mirrored" : ""} muted playsinline ?hidden=${!camera} ${attached(camera)}></video>
    ${camera ? nothing : html`<span class="initials" aria-hidden="true">${initials(name)}</span>`}
    <span class="name">
      ${muted ? html`<span role="img" aria-label="Microphone off">${icons.microphoneOff}</span>` : nothing}
      ${speaking && !muted ? icons.speaking : nothing}
      <span>${self ? "You" : name}</span>
      ${weak ? html`<small>weak connection</small>` : nothing}
    </span>
  </li>`;
}

/** The show, in its own place. @param {Page} page @param {import("../people.js").Program} program */
function programTile(page, { picture, hasSound }) {
  const { call, programIsLarge: large } = page;
  const hears = call.hearsProgram;
  return html`<figure class="tile program" aria-label=${SAY.program} ?data-large=${large && picture}>
    ${picture ? html`<video muted playsinline ${attached(picture)}></video>` : nothing}
    <figcaption>
      <span>${SAY.program}</span>
      ${picture ? html`<button type="button" class="plain" @click=${() => page.setProgramLarge(!large)}>${large ? SAY.smaller : SAY.larger}</button>` : nothing}
      ${hasSound ? html`<button type="button" class="plain" aria-pressed=${hears} @click=${() => call.hearProgram(!hears)}>${hears ? SAY.programOff : SAY.programOn}</button>` : nothing}
    </figcaption>
  </figure>`;
}

/** @param {Person} person */
function screenTile({ name, screen }) {
  return html`<figure class="tile screen">
    <video muted playsinline aria-label=${`${name}'s screen`} ${attached(screen)}></video>
    <figcaption class="name">${name}'s screen</figcaption>
  </figure>`;
}

/** The list's tiles are as large as they may be. */
class Fitted extends AsyncDirective {
  #count = 0;
  /** @type {HTMLElement | undefined} */
  #element;
  #observer = new ResizeObserver(() => this.#fit());

  /** @param {number} _count */
  render(_count) {}

  /** @param {import("../../vendor/lit-html/directive.js").ElementPart} part @param {[number]} values */
  update(part, [count]) {
    const element = /** @type {HTMLElement} */ (part.element);
    if (!this.#element) this.#observer.observe(element);
    this.#element = element;
    this.#count = count;
    this.#fit();
  }

  disconnected() {
    this.#observer.disconnect();
  }

  #fit() {
    const { clientWidth = 0, clientHeight = 0, style } = this.#element ?? {};
    style?.setProperty("--tile", `${fit(this.#count, clientWidth, clientHeight).width}px`);
  }
}

const fitted = directive(Fitted);
