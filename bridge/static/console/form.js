import { live } from "../vendor/lit-html/directives/live.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { asking, section } from "./parts.js";
import { FIELDS, PRESETS, policyOf, sent } from "./policy.js";
import { counted } from "./say.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./feed.js").Room} Room */
/** @typedef {import("./policy.js").Field} Field */
/** @typedef {import("./policy.js").Policy} Policy */

/** What the chosen room is like. @param {Page} page @param {Room} room */
export function policy(page, room) {
  const now = policyOf(room);
  const form = `policy-${room.id}-`;
  const changed = FIELDS.filter(({ name }) => page.drafts.isChanged(form + name, now[name] ?? ""));
  return section(page, "policy", {
    title: "Policy",
    note: changed.length ? "not saved" : "",
    body: () => html`<form class="policy" @submit=${(/** @type {SubmitEvent} */ event) => save(event, page, room)}>
        ${fields(page, form, now)}
        <div class="acts">
          <button type="submit" class="main" ?disabled=${!changed.length}>Save</button>
          ${changed.length ? html`<button type="button" @click=${() => undo(page, form)}>Undo</button>` : nothing}
          <span class="gap"></span>
          ${asking(page, {
            key: "remove",
            label: "Remove the room",
            question: removeQuestion(room),
            yes: "Remove it",
            act: () => void page.press("/api/conferences/remove", { id: room.id }, "DELETE"),
          })}
        </div>
      </form>`,
  });
}

/** @param {Room} room */
function removeQuestion({ people, name }) {
  const inside = people ? `${counted(people, "person is", "people are")} put out, and ` : "";
  return `${inside}“${name}” is gone, its links and scripts with it.`;
}

/** Only what was changed here is sent, so that two who change different things both have it. @param {SubmitEvent} event @param {Page} page @param {Room} room */
async function save(event, page, room) {
  event.preventDefault();
  const [now, form] = [policyOf(room), `policy-${room.id}-`];
  const changed = FIELDS.filter(({ name }) => page.drafts.isChanged(form + name, now[name] ?? ""));
  const values = Object.fromEntries(changed.map(({ name }) => [name, page.drafts.value(form + name, now[name] ?? "")]));
  if (await page.press("/api/conferences/update", { id: room.id, ...sent(values) })) undo(page, form);
}

/** @param {Page} page @param {string} form */
function undo(page, form) {
  page.drafts.drop(form);
  page.set({});
}

/** A new room: a preset, and what is to be other than there. @param {Page} page */
export function newRoom(page) {
  const now = PRESETS[page.preset]?.policy ?? policyOf(/** @type {any} */ ({ seats: [] }));
  return html`<form class="new" @submit=${(/** @type {SubmitEvent} */ event) => create(event, page, now)}>
    <header class="head"><h1 id="new-title" tabindex="-1">New room</h1></header>
    <fieldset class="presets">
      <legend class="unseen">Preset</legend>
      ${Object.entries(PRESETS).map(
        ([name, { label, what }]) => html`<label class="preset">
          <input type="radio" name="preset" value=${name} .checked=${live(name === page.preset)} @change=${() => page.set({ preset: name })}>
          <strong>${label}</strong><small>${what}</small>
        </label>`,
      )}
    </fieldset>
    <div class="policy">${fields(page, "new-", now)}</div>
    <div class="acts">
      <button type="submit" class="main">Create and open</button>
      <button type="submit" value="closed">Create closed</button>
      <button type="button" @click=${() => page.set({ view: "room", isListShown: true })}>Cancel</button>
    </div>
  </form>`;
}

/** @param {SubmitEvent} event @param {Page} page @param {Policy} now */
async function create(event, page, now) {
  event.preventDefault();
  const active = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value !== "closed";
  const values = Object.fromEntries(
    FIELDS.map(({ name }) => [name, page.drafts.value(`new-${name}`, now[name] ?? "")]),
  );
  const made = await page.press("/api/conferences/create", { ...sent(values), active });
  if (!made) return;
  page.drafts.drop("new-");
  page.chooseNew(made.slug);
}

/** @param {Page} page @param {string} form @param {Policy} now */
function fields(page, form, now) {
  const of = (/** @type {Field} */ field) => one(page, form, field, now[field.name] ?? "");
  return html`${FIELDS.filter(({ kind }) => kind !== "check").map(of)}
    <div class="switches">${FIELDS.filter(({ kind }) => kind === "check").map(of)}</div>`;
}

/** @param {Page} page @param {string} form @param {Field} field @param {string | number | boolean} now */
function one(page, form, field, now) {
  const { drafts } = page;
  const key = form + field.name;
  const id = (form === "new-" ? form : "policy-") + field.name;
  const value = drafts.value(key, now);
  const edit = (/** @type {string | number | boolean} */ to) => page.edit(key, to, now);
  const isNew = form === "new-";
  const overtaken =
    !isNew && drafts.isOvertaken(key, now)
      ? html`<small class="overtaken">Someone changed it to “${shown(field, now)}” meanwhile.</small>`
      : nothing;
  const hint = field.hint ? html`<small>${field.hint}</small>` : nothing;
  if (field.kind === "check") {
    return html`<label class="check"><input type="checkbox" id=${id} .checked=${live(value === true)}
      @change=${(/** @type {any} */ { target }) => edit(target.checked)}><span>${field.label}${hint}${overtaken}</span></label>`;
  }
  return html`<label class="field"><span>${field.label}</span>${input(field, id, value, edit)}${hint}${overtaken}</label>`;
}

/** @param {Field} field @param {string} id @param {string | number | boolean} value @param {(to: string | number) => void} edit */
function input(field, id, value, edit) {
  if (field.kind === "choice") {
    return html`<select id=${id} @change=${(/** @type {any} */ { target }) => edit(target.value)}>
      ${field.choices.map(([name, label]) => html`<option value=${name} .selected=${live(name === value)}>${label}</option>`)}
    </select>`;
  }
  if (field.kind === "number") {
    return html`<input type="number" id=${id} min="1" max=${field.most} required .value=${live(String(value))}
      @input=${(/** @type {any} */ { target }) => edit(target.value === "" ? "" : Number(target.value))}>`;
  }
  return html`<input type="text" id=${id} maxlength="1000" ?required=${field.name === "name"} .value=${live(String(value))} autocomplete="off"
    @input=${(/** @type {any} */ { target }) => edit(target.value)}>`;
}

/** @param {Field} field @param {string | number | boolean} value */
function shown(field, value) {
  if (field.kind === "choice") return field.choices.find(([name]) => name === value)?.[1] ?? value;
  return typeof value === "boolean" ? (value ? "on" : "off") : value;
}
