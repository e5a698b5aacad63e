/** Words for what the bridge says by keys. */

/** @type {Record<string, string>} what a room's `reason` means */
const REASONS = {
  media_server_down: "LiveKit does not answer. The bridge is at it.",
  media_server_refused: "LiveKit refuses the bridge's key.",
  media_server_timeout: "LiveKit takes too long. The bridge is at it.",
  store_broken: "The disk takes nothing.",
};

/** @param {unknown} reason */
export function reasonOf(reason) {
  const key = String(reason ?? "");
  return REASONS[key] ?? (key ? `${sentence(key.replaceAll("_", " "))} The bridge is at it.` : "");
}

/** What was refused and what to do, as sentences. @param {{message?: unknown, hint?: unknown}} said */
export function refusal({ message, hint }) {
  return [message, hint].flatMap((text) => (text ? sentence(String(text)) : [])).join(" ");
}

/** @param {string} text */
export function sentence(text) {
  const trimmed = text.trim();
  return trimmed && trimmed[0]?.toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? "" : ".");
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** @type {Record<string, string>} presses that were carried out, and have a consequence */
const WARNINGS = {
  id_opens_microphones: "Done. Webinar mode is off: whoever holds the room's id comes in as a speaker now.",
  people_over_max: "Done. More people are inside than allowed; nobody is put out, and nobody more gets in.",
  recording_unavailable: "Done. The room asks for recording, and there is none.",
  auto_create_on: "Done. Your LiveKit makes rooms by itself, so that old tokens open a stopped room for a moment.",
};

/** @param {unknown} warning keys, separated by commas */
export function warningOf(warning) {
  const keys = String(warning ?? "").split(",");
  return keys.flatMap((key) => (key ? (WARNINGS[key] ?? `Done. ${sentence(key.replaceAll("_", " "))}`) : [])).join(" ");
}

const RANK = { bad: 0, warn: 1, ok: 2 };
/** The worst first. @param {import("./feed.js").Check[]} checks */
export function ranked(checks) {
  return [...checks].sort((one, other) => RANK[one.state] - RANK[other.state]);
}
