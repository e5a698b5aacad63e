import { icons } from "../../shared/icons.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { kinds } from "../bridge.js";
import { SAY } from "../words.js";

/** @typedef {import("../page.js").Page} Page */

/** What one does with oneself. @param {Page} page */
export function bar(page) {
  if (page.leaving) {
    return html`<nav class="bar" aria-label="Leave">
      <span>${SAY.leave}</span>
      <button type="button" class="plain" id="leave-yes" @click=${() => page.visit.leave()}>Leave</button>
      <button type="button" class="plain" @click=${() => page.askToLeave(false)}>Stay</button>
    </nav>`;
  }
  const { call, bridge } = page;
  const media = bridge.room ? kinds(bridge.room) : { camera: false, microphone: false };
  const { may } = call;
  return html`<nav class="bar" aria-label="Your controls">
    ${may.microphone || media.microphone ? device(page, "microphone", "Mute", "Unmute") : nothing}
    ${may.camera || media.camera ? device(page, "camera", "Stop camera", "Start camera") : nothing}
    ${may.screen && canShare() ? screen(page) : nothing}
    ${page.mayWrite ? button(icons.chat, "Chat", () => page.toggle("chat"), { open: page.panel === "chat", count: call.chat.unread }) : nothing}
    ${may.any ? button(icons.settings, "Settings", () => page.toggle("settings"), { open: page.panel === "settings" }) : nothing}
    ${button(icons.leave, "Leave", () => page.askToLeave(true), { id: "leave" })}
  </nav>`;
}

/** @param {Page} page @param {import("../words.js").Device} kind @param {string} stop @param {string} start */
function device(page, kind, stop, start) {
  const on = page.call.isOn(kind);
  const icon = on ? icons[kind] : icons[`${kind}Off`];
  const act = () => page.turn(kind, !on);
  return button(icon, on ? stop : start, act, { id: kind, disabled: !page.call.may[kind], off: !on });
}

/** @param {Page} page */
function screen({ call }) {
  const on = call.me.isScreenShareEnabled;
  return button(icons.screen, on ? "Stop sharing" : "Share screen", () => call.share(!on, call.may.screenSound), {
    open: on,
  });
}

/**
 * @param {unknown} icon
 * @param {string} label
 * @param {() => void} act
 * @param {{id?: string, disabled?: boolean, off?: boolean, open?: boolean, count?: number}} [state]
 */
function button(icon, label, act, { id = label.toLowerCase(), disabled = false, off = false, open, count = 0 } = {}) {
  const expanded = open === undefined || label.includes("har") ? nothing : String(open);
  return html`<button type="button" id=${id} ?disabled=${disabled} ?data-off=${off} ?data-open=${open === true}
    aria-expanded=${expanded} @click=${act}>
    ${icon}<span>${label}</span>
    ${count ? html`<b class="count">${count}<span class="unseen"> new</span></b>` : nothing}
  </button>`;
}

const canShare = () => Boolean(navigator.mediaDevices?.getDisplayMedia);
