/** @typedef {{id: string, from: string, self: boolean, at: Date, text: string}} Line */

const TOPIC = "lk.chat";
const MOST_BYTES = 16_384;
const MOST_LINES = 500;

/** What is written in the call, on the topic that LiveKit's own clients write to. */
export class Chat {
  /** @type {Line[]} */
  lines = [];
  unread = 0;
  /** @type {import("../vendor/livekit-client.js").Room | undefined} */
  #room;
  #listener;

  /** @param {{changed: () => void, wrote: (from: string, text: string) => void}} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** @param {import("../vendor/livekit-client.js").Room} room */
  open(room) {
    this.#room = room;
    room.registerTextStreamHandler(TOPIC, async (reader, { identity }) => {
      if ((reader.info.size ?? 0) > MOST_BYTES) return;
      const from = room.remoteParticipants.get(identity)?.name || identity;
      const text = (await reader.readAll()).slice(0, MOST_BYTES);
      this.#add({ id: reader.info.id, from, self: false, at: new Date(), text });
      this.unread++;
      this.#listener.wrote(from, text);
    });
  }

  close() {
    this.#room = undefined;
  }

  /** @param {string} text @returns {Promise<boolean>} whether it went out */
  async write(text) {
    const room = this.#room;
    if (!room) return false;
    try {
      const { id } = await room.localParticipant.sendText(text, { topic: TOPIC });
      const from = room.localParticipant.name || room.localParticipant.identity;
      this.#add({ id, from, self: true, at: new Date(), text });
      return true;
    } catch {
      return false;
    }
  }

  /** @param {Line} line */
  #add(line) {
    this.lines = [...this.lines, line].slice(-MOST_LINES);
    this.#listener.changed();
  }
}

/** @param {string} text @returns {{text: string, link: boolean}[]} what of it are addresses to click */
export function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
    .map((part, at) => ({ text: part, link: at % 2 === 1 }))
    .filter(({ text }) => text);
}
