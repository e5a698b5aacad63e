import { recall, remember } from "./memory.js";
import { uuid } from "./uuid.js";

/** It makes this browser known again, and is told to nobody but the bridge. */
export function browserSecret() {
  const secret = recall("secret") || uuid() + uuid();
  remember("secret", secret);
  return secret;
}

/** Of this tab, over reloads. A tab that was duplicated has one of its own, since an open page keeps it in no storage. */
export function pageId() {
  const key = "vmix-bridge.page";
  let id = /** @type {string} */ (uuid());
  try {
    id = sessionStorage.getItem(key) ?? id;
    sessionStorage.removeItem(key);
    addEventListener("pagehide", () => sessionStorage.setItem(key, id));
  } catch {
    // blocked: a reload is another page then
  }
  return id;
}
