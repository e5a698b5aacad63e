/** What a room may be like: its fields in the bridge's spelling, and the four presets. */

/**
 * @typedef {{name: string, label: string, hint?: string} & ({kind: "text" | "check"} | {kind: "number", most: number} |
 *   {kind: "choice", choices: [string, string][]})} Field
 */

export const MOST_PEOPLE = 1_000_000;

/** @type {Field[]} */
export const FIELDS = [
  { name: "name", label: "Name", kind: "text" },
  { name: "seats", label: "Seats", kind: "text", hint: "Reserved places, as in host, guest1, guest2" },
  { name: "max_participants", label: "People at most", kind: "number", most: MOST_PEOPLE },
  {
    name: "mediaType",
    label: "Speakers send",
    kind: "choice",
    choices: [
      ["MEDIA_TYPE_VIDEO_AUDIO", "Picture and sound"],
      ["MEDIA_TYPE_VIDEO_ONLY", "Picture only"],
      ["MEDIA_TYPE_AUDIO_ONLY", "Sound only"],
    ],
  },
  {
    name: "record_mode",
    label: "Recording shows",
    kind: "choice",
    choices: [
      ["ROOM_COMPOSITE_GRID", "Everybody"],
      ["ROOM_COMPOSITE_SPEAKER", "Who speaks"],
      ["ROOM_COMPOSITE_AND_CHAT", "Everybody and the chat"],
    ],
  },
  { name: "allow_webinar_mode", label: "Audience", kind: "check", hint: "Guests watch by a link of their own" },
  { name: "lobby", label: "Lobby", kind: "check", hint: "People wait until you admit them" },
  { name: "allow_chat", label: "Chat", kind: "check" },
  { name: "allow_share_screen", label: "Screen sharing", kind: "check" },
  { name: "record", label: "Record", kind: "check", hint: "Whenever the room is open" },
];

const TEAM = {
  name: "",
  seats: "",
  max_participants: 20,
  mediaType: "MEDIA_TYPE_VIDEO_AUDIO",
  record_mode: "ROOM_COMPOSITE_GRID",
  allow_webinar_mode: false,
  lobby: false,
  allow_chat: true,
  allow_share_screen: true,
  record: false,
};

/** @typedef {typeof TEAM & Record<string, string | number | boolean>} Policy as a form holds it */

/** @type {Record<string, {label: string, what: string, policy: Policy}>} */
export const PRESETS = {
  team: { label: "Team", what: "20 people talk, with chat and screens.", policy: TEAM },
  webinar: {
    label: "Webinar",
    what: "Speakers on stage, an audience of up to 200 watches.",
    policy: { ...TEAM, max_participants: 200, allow_webinar_mode: true, allow_share_screen: false },
  },
  audio: {
    label: "Audio",
    what: "50 people by sound alone, as on the radio.",
    policy: { ...TEAM, max_participants: 50, mediaType: "MEDIA_TYPE_AUDIO_ONLY", allow_share_screen: false },
  },
  recorded: {
    label: "Recorded",
    what: "A stage with an audience of up to 50, recorded.",
    policy: {
      ...TEAM,
      max_participants: 50,
      allow_webinar_mode: true,
      record: true,
      record_mode: "ROOM_COMPOSITE_SPEAKER",
    },
  },
};

/** A room's own, as a form holds it. @param {import("./feed.js").Room} room @returns {Policy} */
export function policyOf(room) {
  const fields = FIELDS.map(({ name }) => [name, name === "seats" ? room.seats.join(", ") : room[name]]);
  return Object.fromEntries(fields);
}

/** Fields of a form as the bridge takes them. @param {Record<string, string | number | boolean>} form */
export function sent(form) {
  const { seats, ...others } = form;
  return seats === undefined ? others : { ...others, seats: seatsIn(String(seats)) };
}

/** @param {string} text */
function seatsIn(text) {
  return text.split(/[\s,]+/).filter(Boolean);
}
