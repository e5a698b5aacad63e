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
    ${may.microphone || media.microphone ? microphone(page) : nothing}
    ${may.camera || media.camera ? camera(page) : nothing}
    ${may.screen && canShare() ? screen(page) : nothing}
    ${page.mayWrite ? opener(page, "chat", "Chat", call.chat.unread) : nothing}
    ${may.any ? opener(page, "settings", "Settings") : nothing}
    ${button({ id: "leave", icon: icons.leave, text: "Leave", act: () => page.askToLeave(true) })}
  </nav>`;
}

/** @param {Page} page */
function microphone(page) {
  const on = page.call.isOn("microphone");
  return button({
    id: "microphone",
    icon: on ? icons.microphone : icons.microphoneOff,
    text: on ? "Mute" : "Unmute",
    off: !on,
    disabled: !page.call.may.microphone,
    act: () => page.turn("microphone", !on),
  });
}

/** @param {Page} page */
function camera(page) {
  const on = page.call.isOn("camera");
  return button({
    id: "camera",
    icon: on ? icons.camera : icons.cameraOff,
    text: "Camera",
    says: on ? "Stop camera" : "Start camera",
    off: !on,
    disabled: !page.call.may.camera,
    act: () => page.turn("camera", !on),
  });
}

/** @param {Page} page */
function screen({ call }) {
  const on = call.me.isScreenShareEnabled;
  return button({
    id: "screen",
    icon: icons.screen,
    text: "Share",
    says: on ? "Stop to share the screen" : "Share the screen",
    open: on,
    act: () => call.share(!on, call.may.screenSound),
  });
}

/** @param {Page} page @param {"chat" | "settings"} panel @param {string} text @param {number} [count] */
function opener(page, panel, text, count = 0) {
  const open = page.panel === panel;
  const says = count ? `${text}, ${count} new` : text;
  return button({ id: panel, icon: icons[panel], text, says, open, count, opens: true, act: () => page.toggle(panel) });
}

/**
 * @param {object} options
 * @param {string} options.id
 * @param {unknown} options.icon
 * @param {string} options.text
 * @param {() => void} options.act
 * @param {string} [options.says] what a screen reader reads
 * @param {boolean} [options.opens]
 * @param {boolean} [options.open]
 * @param {boolean} [options.off]
 * @param {boolean} [options.disabled]
 * @param {number} [options.count]
 */
function button({ id, icon, text, act, says = text, opens, open = false, off = false, disabled = false, count = 0 }) {
  return html`<button type="button" id=${id} aria-label=${says} aria-expanded=${opens ? String(open) : nothing}
    ?disabled=${disabled} ?data-off=${off} ?data-open=${open} @click=${act}>
    ${icon}<span>${text}</span>
    ${count ? html`<b class="count">${count}</b>` : nothing}
  </button>`;
}

const canShare = () => Boolean(navigator.mediaDevices?.getDisplayMedia);
