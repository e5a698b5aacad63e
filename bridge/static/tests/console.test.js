import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../console/drafts.js";
import { Feed } from "../console/feed.js";
import { Listed, ROW } from "../console/listed.js";
import { FIELDS, PRESETS, policyOf, sent } from "../console/policy.js";
import { written } from "../console/routes.js";
import { ranked, reasonOf, refusal, warningOf } from "../console/say.js";

globalThis.addEventListener ??= () => {};

const KEYS = { room_key: "rk", view_key: "vk", studio_key: "sk", studio_view_key: "svk" };
const PLACE = { control: "http://127.0.0.1:8790", slug: "show", who: "guest1", keys: KEYS };

/** A feed that heard this, and what it said of presses. */
function feedWith(/** @type {object[]} */ ...messages) {
  /** @type {unknown[][]} */
  const pressed = [];
  const options = { session: () => "", changed: () => {}, over: () => {} };
  const feed = new Feed({ ...options, pressed: (presses) => void pressed.push(presses) });
  for (const message of messages) feed.hear(message);
  return { feed, pressed };
}

const room = (/** @type {string} */ slug, /** @type {string} */ name, more = {}) => ({
  slug,
  name,
  state: "ready",
  ...more,
});

test("rooms stand by their names, as people count", () => {
  const { feed } = feedWith({ type: "rooms", rooms: [room("b", "Room 10"), room("a", "Room 9")] });
  assert.deepEqual(
    feed.sorted.map(({ slug }) => slug),
    ["a", "b"],
  );
  feed.hear({ type: "room", room: room("b", "Alpha") });
  assert.equal(feed.sorted[0]?.slug, "b");
  feed.hear({ type: "room", room: room("b", "Alpha", { state: "live" }) });
  assert.equal(feed.sorted[0]?.state, "live");
  feed.hear({ type: "gone", slug: "b" });
  assert.equal(feed.sorted.length, 1);
});

test("presses of before are no news, and two hundred are kept", () => {
  const { feed, pressed } = feedWith({ type: "presses", presses: Array.from({ length: 200 }, (_, at) => ({ at })) });
  assert.equal(pressed.length, 0);
  feed.hear({ type: "presses", presses: [{ at: "new" }] });
  assert.deepEqual([feed.presses.length, feed.presses.at(-1)?.at, pressed.length], [200, "new", 1]);
  feed.hear({ type: "hello" });
  assert.equal(feed.presses.length, 0);
});

test("what is typed stays, and says when somebody else changed it", () => {
  const drafts = new Drafts();
  drafts.edit("name", "mine", "old");
  assert.equal(drafts.value("name", "theirs"), "mine");
  assert.deepEqual([drafts.isOvertaken("name", "old"), drafts.isOvertaken("name", "theirs")], [false, true]);
  assert.equal(drafts.isChanged("name", "mine"), false);
  drafts.edit("name", "theirs", "theirs");
  assert.equal(drafts.value("name", "later"), "later");
});

test("of a thousand rooms a few rows are drawn", () => {
  const listed = new Listed(() => {});
  listed.height = 640;
  for (const [top, within] of [
    [0, 0],
    [500 * ROW, 500],
    [999 * ROW, 999],
  ]) {
    listed.top = Number(top);
    const { first, end } = listed.window(1000);
    assert.ok(first <= Number(within) && Number(within) < end && end - first < 30);
  }
  listed.setFilter("LIVE  ma");
  const rooms = [room("main", "Main", { state: "live" }), room("other", "Other", { state: "live" })];
  assert.deepEqual(
    listed.of(/** @type {any} */ (rooms)).map(({ slug }) => slug),
    ["main"],
  );
});

test("a route is written as each program needs it", () => {
  const mute = { path: "mute?who={who}", what: "" };
  const url = "http://127.0.0.1:8790/r/show/mute?who=guest1";
  assert.equal(written("url", mute, PLACE), `${url}&key=rk`);
  assert.equal(written("curl", mute, PLACE), `curl -H 'X-Bridge-Key: rk' '${url}'`);
  assert.equal(written("companion", mute, PLACE), `${url}&soft=1`);
  assert.equal(
    written("vmix", mute, PLACE),
    `Function=BrowserNavigate&Input=Buttons&Value=${encodeURIComponent(`${url}&key=rk`)}`,
  );
  const people = { path: "people.json", what: "", reads: true };
  assert.equal(written("url", people, PLACE), "http://127.0.0.1:8790/r/show/people.json?key=vk");
});

test("a form is sent as the bridge takes it, and holds every field of a preset", () => {
  assert.deepEqual(sent({ seats: " host,guest1  guest2 ", record: true }), {
    seats: ["host", "guest1", "guest2"],
    record: true,
  });
  assert.deepEqual(sent({ name: "x" }), { name: "x" });
  const names = FIELDS.map(({ name }) => name).sort();
  for (const { policy } of Object.values(PRESETS)) assert.deepEqual(Object.keys(policy).sort(), names);
  assert.equal(policyOf(/** @type {any} */ ({ seats: ["a", "b"] })).seats, "a, b");
});

test("what the bridge says by keys is said in sentences", () => {
  assert.equal(refusal({ message: "the name is taken", hint: "choose another" }), "The name is taken. Choose another.");
  assert.equal(reasonOf("media_server_down"), "LiveKit does not answer. The bridge is at it.");
  assert.equal(reasonOf("something_new"), "Something new. The bridge is at it.");
  assert.match(warningOf("people_over_max"), /nobody more gets in/);
  assert.equal(warningOf(undefined), "");
});

test("the worst check stands first", () => {
  const check = (/** @type {"ok" | "warn" | "bad"} */ state) => ({ name: "", state, text: "", fix: "" });
  assert.deepEqual(
    ranked([check("ok"), check("bad"), check("warn")]).map(({ state }) => state),
    ["bad", "warn", "ok"],
  );
});
