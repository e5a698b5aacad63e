/**
 * @typedef {{name: string, role: string, url: string, note: string}} Link
 * @typedef {{name: string, kind: string, url: string}} SceneLink
 * @typedef {{name: string, title: string, description: string, file: string, url: string}} Script
 * @typedef {{room_key: string, view_key: string, studio_key: string, studio_view_key: string}} Keys
 */

/** What lies ready to copy of one room. It is asked for again when something it is made of changed. */
export class Details {
  /** @type {Link[]} */
  links = [];
  /** @type {SceneLink[]} */
  scenes = [];
  /** @type {Script[]} */
  scripts = [];
  /** @type {Keys | undefined} */
  keys;
  problem = "";
  #id = "";
  #madeOf = "";
  #api;
  #changed;

  /** @param {import("./api.js").Api} api @param {() => void} changed */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
  }

  /** @param {import("./feed.js").Room | undefined} room */
  look(room) {
    const madeOf = room ? JSON.stringify([room.slug, room.seats, room.allow_webinar_mode]) : "";
    if (madeOf === this.#madeOf) return;
    this.#madeOf = madeOf;
    if (room?.id !== this.#id) this.#forget();
    this.#id = room?.id ?? "";
    if (room) void this.#load(room);
  }

  /** Somebody renewed links or made other keys. @param {import("./feed.js").Room} room */
  again(room) {
    void this.#load(room);
  }

  /** @param {import("./feed.js").Room} room */
  async #load({ id, slug }) {
    const madeOf = this.#madeOf;
    const [links, scenes, scripts, keys] = await Promise.all([
      this.#api.ask("/api/conferences/links/list", { id }),
      this.#api.ask(`/r/${slug}/scenes.json`),
      this.#api.ask(`/r/${slug}/scripts.json`),
      this.#api.ask("/console/keys", { id }),
    ]);
    if (madeOf !== this.#madeOf) return; // another room was chosen meanwhile
    this.problem = links.problem || scenes.problem || scripts.problem || keys.problem;
    if (this.problem)
      this.#madeOf = ""; // asked again with the next word of the bridge
    else [this.links, this.scenes, this.scripts, this.keys] = [links.said, scenes.said, scripts.said, keys.said];
    this.#changed();
  }

  #forget() {
    [this.links, this.scenes, this.scripts, this.keys, this.problem] = [[], [], [], undefined, ""];
  }
}
