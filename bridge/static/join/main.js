import { provideUuid } from "../shared/uuid.js";
import { html, render } from "../vendor/lit-html/lit-html.js";
import { isBrowserSupported, LivekitError } from "../vendor/livekit-client.js";
import { Page } from "./page.js";
import { screen } from "./screen.js";
import { door } from "./views/door.js";
import { notice } from "./views/notice.js";
import { inside } from "./views/room.js";

provideUuid();
// What the client leaves uncaught is handled by its events, and its message holds the token.
addEventListener("unhandledrejection", (event) => event.reason instanceof LivekitError && event.preventDefault());

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
const tooOld = !("RTCPeerConnection" in globalThis) || !isBrowserSupported();
let seen = "";
let lines = 0;

const page = new Page({
  code: location.pathname.split("/").pop() ?? "",
  sharp: new URLSearchParams(location.search).get("quality") === "1080",
  draw,
  announce: (text) => {
    said.textContent = text;
  },
});

root.replaceChildren();
draw();
page.start();

function draw() {
  const now = screen({ ...page, tooOld });
  document.title = page.bridge.room?.name ?? "Join";
  render(view(now), root);
  focusHeadline(`${now.view} ${"why" in now ? now.why : ""}`);
  followChat();
}

/** @param {import("./screen.js").Screen} now */
function view(now) {
  if (now.view === "room") return inside(page);
  return now.view === "door" ? door(page, now.busy) : html`${notice(page, now.why)}`;
}

/** Where a view gives way to another, the focus goes there too, and it is read out. @param {string} now */
function focusHeadline(now) {
  if (now === seen) return;
  if (seen && !seen.endsWith("hello")) root.querySelector("h1")?.focus();
  seen = now;
}

function followChat() {
  const list = document.getElementById("lines");
  const count = page.call.chat.lines.length;
  if (list && count !== lines) list.scrollTop = list.scrollHeight;
  if (list) lines = count;
}
