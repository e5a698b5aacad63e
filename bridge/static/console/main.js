import { render } from "../vendor/lit-html/lit-html.js";
import { listenToKeys } from "./keys.js";
import { Page } from "./page.js";
import { view } from "./view.js";

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
let isDue = false;

const page = new Page({
  draw,
  announce: (text) => {
    said.textContent = text;
  },
});

root.replaceChildren();
listenToKeys(page);
addEventListener("resize", measure);
void page.start();
draw();

/** Once a frame, however much is said in between. */
function draw() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    document.title = page.room ? `${page.room.name} · Console` : "Console";
    const isNew = !document.getElementById("list");
    render(view(page), root);
    if (isNew) measure();
    const id = page.takeFocus();
    if (id) document.getElementById(id)?.focus();
  });
}

function measure() {
  const list = document.getElementById("list");
  if (list && list.clientHeight !== page.list.height) page.list.look(list);
}
