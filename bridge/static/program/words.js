/** Every sentence of the program page. */

/** @typedef {import("./feed.js").Kind} Kind */
/** @typedef {import("./feed.js").Trouble} Trouble */

const THING = { video: "picture", audio: "sound" };
const WHERE = { video: "vMix Video", audio: "the bus" };

/** @type {Record<Exclude<Trouble, "">, (kind: Kind) => string>} what keeps a device from us */
export const TROUBLE = {
  denied: () =>
    "The browser keeps camera and microphone from this page. Allow both beside the address, then load it again.",
  missing: (kind) =>
    kind === "video"
      ? "There is no camera. In vMix switch on External (vMix Video); it is taken by itself."
      : "There is no microphone. Send a bus of vMix to a virtual cable; it is taken by itself.",
  busy: (kind) => `Another program holds ${WHERE[kind]}. It is taken as soon as it is free.`,
  insecure: () => "Browsers give cameras only to secure pages. On the vMix PC open this address instead:",
  failed: (kind) => `The ${THING[kind]} does not start. It is tried again by itself.`,
};

export const SAY = {
  headline: "The show for your guests",
  what: "What you choose here is sent to everybody inside. It is in no scene and counts as nobody.",
  bus: "The sound must be a bus without your guests: else they hear themselves. Talkback is a microphone on this bus alone.",
  video: "Picture",
  audio: "Sound",
  send: "Send to the guests",
  stop: "Stop sending",
  sent: "Your guests see and hear this.",
  seen: "Your guests see this, and hear nothing of it.",
  heard: "Your guests hear this, and see nothing of it.",
  echo: "Guests hear themselves: take them off this bus.",
  waiting: "The room is closed. It is sent as soon as the room opens.",
  coming: "One moment.",
  away: "The studio's computer does not answer. We try again by ourselves.",
  rehearsal: "This is a rehearsal: there is no call to send to.",
  dead: "This link does not open a room any more. Take a new one from the links of the room.",
  off: "Nothing is sent.",
  level: "Level of the sound",
};
