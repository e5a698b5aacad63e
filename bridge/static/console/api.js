import { refusal } from "./say.js";

/** @typedef {{said: any, problem: string}} Answer `problem` is a sentence, "" where it was done */

const ANSWER_MS = 20_000;
const AWAY = "The bridge does not answer. Nothing was pressed; try again when it is back.";

/** The bridge's routes, with the session as the key. */
export class Api {
  #session;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {string} path @param {object} [body] none: GET @param {string} [method] @returns {Promise<Answer>} */
  async ask(path, body, method = body ? "POST" : "GET") {
    try {
      const response = await this.#fetch(path, body, method);
      const said = await response.json();
      return response.ok ? { said, problem: "" } : { said, problem: this.#refused(response.status, said) };
    } catch {
      return { said: undefined, problem: AWAY };
    }
  }

  /** A file, kept by the browser under the name that the bridge gives it. @param {string} path @returns {Promise<string>} */
  async download(path) {
    try {
      const response = await this.#fetch(path);
      if (!response.ok) return this.#refused(response.status, await response.json().catch(() => ({})));
      const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download";
      save(await response.blob(), name);
      return "";
    } catch {
      return AWAY;
    }
  }

  /** @param {string} path @returns {Promise<Answer>} `said` is a text */
  async text(path) {
    try {
      const response = await this.#fetch(path);
      const said = await response.text();
      return { said, problem: response.ok ? "" : this.#refused(response.status, { message: said }) };
    } catch {
      return { said: "", problem: AWAY };
    }
  }

  /** @param {string} path @param {object} [body] @param {string} [method] */
  #fetch(path, body, method = "GET") {
    return fetch(path, {
      method,
      headers: {
        "x-access-token": this.#session.token,
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  /** @param {number} status @param {{message?: unknown, hint?: unknown}} said */
  #refused(status, said) {
    if (status === 401) this.#session.end(refusal(said));
    return refusal(said) || `The bridge refused (${status}).`;
  }
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
