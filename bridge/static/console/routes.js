/**
 * @typedef {{path: string, what: string, reads?: boolean}} Route `{who}` stands for somebody, a seat or `all`
 * @typedef {"url" | "curl" | "companion" | "vmix"} Format
 */

/** @type {Route[]} what a button may press, in the order of a show */
export const ROUTES = [
  { path: "start", what: "Opens the room" },
  { path: "stop?if=empty", what: "Closes it if nobody is inside" },
  { path: "stop", what: "Closes it, everybody out" },
  { path: "admit?who=next", what: "Lets in whoever waits longest" },
  { path: "mute?who={who}", what: "Mutes" },
  { path: "unmute?who={who}", what: "Asks to speak" },
  { path: "block?who={who}", what: "Takes the microphone away" },
  { path: "allow?who={who}", what: "Gives it back" },
  { path: "promote?who={who}", what: "May speak" },
  { path: "demote?who={who}", what: "Only watches" },
  { path: "take?scene=main&seat={who}", what: "Takes to the scene main" },
  { path: "say?who={who}&text=Two%20minutes", what: "A line on their page" },
  { path: "free?seat={who}", what: "Frees the seat" },
  { path: "remove?who={who}", what: "Puts out" },
  { path: "state", what: "One word: stopped, ready, live, check", reads: true },
  { path: "people.json", what: "Who is there: a data source of vMix", reads: true },
  { path: "tally.json", what: "What is on air", reads: true },
  { path: "scenes.json", what: "The scenes for vMix", reads: true },
  { path: "events", what: "Everything, as it changes", reads: true },
];

/** @type {[Format, string][]} */
export const FORMATS = [
  ["url", "Address"],
  ["curl", "curl"],
  ["companion", "Companion"],
  ["vmix", "vMix"],
];

/**
 * A route as somebody else needs it written.
 *
 * @param {Format} format
 * @param {Route} route
 * @param {{control: string, slug: string, who: string, keys: import("./details.js").Keys}} room
 */
export function written(format, { path, reads }, { control, slug, who, keys }) {
  const address = `${control}/r/${slug}/${path.replaceAll("{who}", encodeURIComponent(who))}`;
  const key = reads ? keys.view_key : keys.room_key;
  if (format === "curl") return `curl -H 'X-Bridge-Key: ${key}' '${address}'`;
  if (format === "companion") return withQuery(address, "soft=1");
  const url = withQuery(address, `key=${key}`);
  return format === "url" ? url : `Function=BrowserNavigate&Input=Buttons&Value=${encodeURIComponent(url)}`;
}

/** What a Companion action of Generic HTTP has as its header. @param {import("./details.js").Keys} keys */
export const header = ({ room_key }) => JSON.stringify({ "X-Bridge-Key": room_key });

/** @param {string} address @param {string} more */
const withQuery = (address, more) => `${address}${address.includes("?") ? "&" : "?"}${more}`;
