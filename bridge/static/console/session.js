import { refusal } from "./say.js";

const KEY = "vmix-bridge.console";
const ANSWER_MS = 10_000;

/** Who may use this tab. It lasts as long as the tab, and over reloads of it. */
export class Session {
  token = recalled();
  /** Why nobody is in, as a sentence. */
  why = "";
  isAsking = false;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** By the ticket in the address, if there is one; nothing of it stays there. */
  async start() {
    const ticket = takeTicket();
    if (ticket) await this.open({ ticket });
  }

  /** @param {{ticket: string} | {token: string}} by */
  async open(by) {
    this.isAsking = true;
    this.#changed();
    try {
      const response = await fetch("/console/session", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(by),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const said = await response.json();
      if (said.success) this.#keep(said.session, "");
      else if (!this.token || "token" in by) this.why = refusal(said);
    } catch {
      this.why = "The bridge does not answer. Start it with vmix-bridge up, then try again.";
    }
    this.isAsking = false;
    this.#changed();
  }

  /** @param {string} why */
  end(why) {
    this.#keep("", why);
    this.#changed();
  }

  /** @param {string} token @param {string} why */
  #keep(token, why) {
    this.token = token;
    this.why = why;
    try {
      if (token) sessionStorage.setItem(KEY, token);
      else sessionStorage.removeItem(KEY);
    } catch {
      // a browser that keeps nothing asks again after a reload
    }
  }
}

function recalled() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

function takeTicket() {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("ticket") ?? "";
  if (location.hash) history.replaceState(null, "", location.pathname);
  return ticket;
}
