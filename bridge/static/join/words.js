/** Every sentence of the join page. */

/** @typedef {{headline: string, under?: string, button?: string}} Words */

/** @satisfies {Record<string, Words>} why somebody is not inside, or not yet */
export const WHY = {
  hello: { headline: "One moment.", under: "The studio's computer is being asked." },
  joining: { headline: "One moment.", under: "You are being connected." },
  not_open: { headline: "The room is not open yet.", under: "You come in by yourself as soon as it opens." },
  closed: {
    headline: "The room was closed.",
    under: "If it opens again within 15 minutes you are back by yourself.",
  },
  long_closed: { headline: "The room was closed a while ago.", button: "Ask again" },
  long_away: { headline: "You were away for a while.", button: "Come back" },
  lobby: {
    headline: "You are next.",
    under: "The studio sees you and lets you in. Camera and microphone stay off until then.",
  },
  refused: { headline: "The studio did not let you in.", under: "Ask whoever sent you the link." },
  room_full: { headline: "All places are taken.", under: "We try again by ourselves; stay on this page." },
  limited: {
    headline: "Many people come in at once.",
    under: "We try again by ourselves; stay on this page.",
  },
  seat_taken: {
    headline: "Somebody else sits in this seat.",
    under: "If that is you on another device, leave there first, or ask the studio to free the seat.",
    button: "Try again",
  },
  token_needed: { headline: "This link does not open a room any more.", under: "Ask whoever sent it for a new one." },
  no_audience: {
    headline: "This link is for watching, and the room has no audience now.",
    under: "Ask for a speaker's link.",
  },
  barred: { headline: "The studio ended your visit.", under: "Ask them if you should come back." },
  removed: {
    headline: "The studio ended your visit.",
    under: "Ask them if you should come back.",
    button: "Come back",
  },
  moved: { headline: "You joined from another window.", under: "This one has stopped.", button: "Continue here" },
  left: { headline: "You left the room.", under: "You may close this page.", button: "Come back" },
  rehearsal: { headline: "The studio is rehearsing.", under: "There is no call to join yet." },
  bridge_away: { headline: "The studio's computer does not answer.", under: "We try again by ourselves." },
  call_away: { headline: "The call does not answer.", under: "We try again by ourselves." },
  blocked: {
    headline: "Your network blocks the call.",
    under: "Switch off the VPN, or use your phone's hotspot. We try again by ourselves.",
  },
  lost: { headline: "Connection lost.", under: "Trying to come back…" },
  old_browser: {
    headline: "This browser is too old for video calls.",
    under: "Use a current Chrome, Edge, Firefox or Safari.",
  },
};

/** @typedef {keyof typeof WHY} Why */
/** @typedef {"camera" | "microphone"} Device */
/** @typedef {"denied" | "missing" | "busy" | "failed" | "insecure" | "app"} Trouble */

const ALLOW = {
  chrome: "Click the camera in the address bar, choose Allow, and then:",
  firefox: "Click the crossed-out camera in the address bar, take the block away, and then:",
  safari: "In Safari's menu choose Settings for this Website, allow camera and microphone, and then:",
  phone: "Tap the sign beside the address, allow camera and microphone, and then:",
};

/**
 * @param {Trouble} trouble
 * @param {Device[]} devices
 * @param {keyof typeof ALLOW} browser
 * @param {string} secure the same page's https address, where there is one
 * @returns {Words}
 */
export function troubleWords(trouble, devices, browser, secure) {
  const what = devices.join(" and ");
  switch (trouble) {
    case "denied":
      return { headline: `Your browser keeps the ${what} from us.`, under: ALLOW[browser], button: "Try again" };
    case "missing":
      return {
        headline: `No ${devices.join(" and no ")} was found.`,
        under: `Plug one in; it appears here by itself. You can join without.`,
      };
    case "busy":
      return {
        headline: `Another program holds your ${what}.`,
        under: "Close it (Zoom, Teams, OBS), then:",
        button: "Try again",
      };
    case "insecure":
      return {
        headline: "Your browser gives cameras only to secure pages.",
        under: secure ? "Open this address instead:" : "Ask the studio for the secure address.",
      };
    case "app":
      return {
        headline: "This app's browser has no camera.",
        under: "Copy the link into Safari or Chrome.",
        button: "Copy the link",
      };
    default:
      return { headline: `Your ${what} does not start.`, under: "Unplug it, plug it in, then:", button: "Try again" };
  }
}

/** @param {{role: string, seat?: string, title?: string, chat?: boolean}} room */
export function asWhom({ role, seat, title, chat }) {
  if (role === "guest") return chat ? "You watch and may write." : "You watch.";
  if (seat) return title ? `You join as ${title}, in seat ${seat}.` : `You join as a speaker in seat ${seat}.`;
  return "You join as a speaker.";
}

/** What stands over the pictures, or is only said to a screen reader. */
export const SAY = {
  back: "Back.",
  onAir: "ON AIR",
  preview: "In preview",
  bridgeAway: {
    headline: "The studio's computer does not answer.",
    under: "You stay connected; controls come back by themselves.",
  },
  asked: { headline: "The studio asks you to speak.", button: "Unmute" },
  muted: { headline: "The studio muted you.", under: "You may unmute when it is your turn." },
  blocked: { headline: "The studio muted you.", under: "The studio unmutes you." },
  silent: { headline: "Your browser holds the sound back.", button: "Turn on sound" },
  from: "The studio says",
  read: "Read",
  alone: "Nobody else is here yet.",
  recorded: "This room is recorded.",
  lobby: "The studio lets you in.",
  program: "The show",
  programOn: "Hear the show",
  programOff: "Silence the show",
  larger: "Larger",
  smaller: "Smaller",
  noName: "Write your name.",
  level: "Say something: the bar moves.",
  heard: "We hear you.",
  leave: "Leave the room?",
  studioSound: "Studio sound",
  studioSoundWhy: "For music, with headphones: stereo, without echo and noise removal.",
  /** @param {string} name */
  came: (name) => `${name} came in.`,
  /** @param {string} name */
  went: (name) => `${name} left.`,
  /** @param {Device} device @param {string} next */
  unplugged: (device, next) => ({
    headline: `Your ${device} was unplugged.`,
    under: next ? `We use “${next}” now.` : "Plug one in; it appears here by itself.",
  }),
  trying: { headline: "Connection lost.", under: "Trying to come back…" },
  /** @param {number} count */
  people: (count) => (count === 1 ? "Only you" : `${count} people`),
};
