/** @typedef {{id: string, identity: string, self: boolean, at: Date, text: string}} Line */

/** Whose name is not known yet. */
const SOMEBODY = "Somebody";
const TOPIC = "lk.chat";
const MOST = 16_384;
const MOST_LINES = 500;

/** What is written in the call, on the topic that LiveKit's own clients write to. */
export class Chat {
  /** @type {Line[]} */
  lines = [];
  unread = 0;
  /** @type {Map<string, string>} */
  #names = new Map();
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
      let text = "";
      for await (const part of reader) {
        text += part;
        if (text.length > MOST) return;
      }
      this.unread++;
      this.#add({ id: reader.info.id, identity, self: false, at: new Date(), text });
      this.#listener.wrote(this.nameOf(identity), text);
    });
  }

  close() {
    this.#room = undefined;
  }

  /** @param {string} identity LiveKit tells of people who only watch some seconds late, after what they wrote */
  nameOf(identity) {
    const name = this.#room?.remoteParticipants.get(identity)?.name;
    if (name) this.#names.set(identity, name);
    return this.#names.get(identity) ?? SOMEBODY;
  }

  /** @param {string} text @returns {Promise<boolean>} whether it went out */
  async write(text) {
    const room = this.#room;
    if (!room) return false;
    try {
      const { id } = await room.localParticipant.sendText(text, { topic: TOPIC });
      this.#add({ id, identity: room.localParticipant.identity, self: true, at: new Date(), text });
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
