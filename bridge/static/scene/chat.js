/** @typedef {import("../shared/chat.js").Chat} Chat */

/** @type {WeakMap<HTMLElement, unknown>} */
const drawn = new WeakMap();

/** What was written since the page is there, the newest at the foot. @param {HTMLElement} column @param {Chat} chat */
export function chatLines(column, chat) {
  if (drawn.get(column) === chat.lines) return;
  drawn.set(column, chat.lines);
  column.replaceChildren(...chat.lines.slice(-40).map(({ identity, text }) => line(chat.nameOf(identity), text)));
}

/** @param {string} from @param {string} text */
function line(from, text) {
  const element = document.createElement("p");
  const name = document.createElement("b");
  name.textContent = from;
  element.append(name, text);
  return element;
}
