import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_MS, Way } from "../shared/way.js";

const ROOM = /** @type {import("../scene/bridge.js").RoomFacts} */ ({
  state: "live",
  server: "local",
  seat: "guest1",
  shows: "guest1",
  seats: [],
  people: 1,
  metered: false,
});
const TICKET = { ticket: { url: "", token: "", identity: "", name: "" } };

/** A way in whose bridge gives these answers, one after the other, then the last for ever. */
function coming(/** @type {import("../shared/ask.js").Answer[]} */ ...answers) {
  const bridge = {
    state: "open",
    gone: "",
    room: { ...ROOM },
    asked: 0,
    async ask() {
      bridge.asked++;
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? { refusal: "" };
    },
  };
  const call = {
    isInside: false,
    fails: 0,
    end: () => {},
    async comeIn() {
      if (call.fails-- > 0) throw new Error("the token");
      call.isInside = true;
      return {
        ended: new Promise((/** @type {(_: void) => void} */ resolve) => {
          call.end = () => {
            call.isInside = false;
            resolve();
          };
        }),
      };
    },
    async leave() {
      call.end();
    },
  };
  const clock = { now: 1 };
  const way = new Way({
    bridge,
    call,
    isIdle: () => bridge.room.metered && bridge.room.people === 0,
    changed: () => {},
    now: () => clock.now,
  });
  return { way, bridge, call, clock };
}

/** Whatever is ready to happen has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("it is inside, and again whenever the call is lost", async () => {
  const { way, bridge, call } = coming(TICKET);
  void way.run();
  await settled();
  for (const asked of [1, 2, 3]) {
    assert.deepEqual([call.isInside, bridge.asked], [true, asked]);
    call.end();
    await settled();
  }
});

test("it waits for a stopped room without asking, and comes in the moment it opens", async () => {
  const { way, bridge, call } = coming(TICKET);
  bridge.room.state = "stopped";
  void way.run();
  await settled();
  assert.equal(bridge.asked, 0);
  bridge.room = { ...ROOM };
  way.look();
  await settled();
  assert.ok(call.isInside);
});

test("a bridge that is away is asked, and ends no call", async () => {
  const { way, bridge, call } = coming(TICKET);
  bridge.state = "away";
  void way.run();
  await settled();
  assert.ok(call.isInside);
  bridge.state = "open";
  way.look();
  bridge.state = "away";
  way.look();
  await settled();
  assert.deepEqual([call.isInside, bridge.asked], [true, 1]);
});

test("a refusal is known until it is inside", async () => {
  const { way, bridge, call } = coming({ refusal: "room_full" }, TICKET);
  void way.run();
  await settled();
  assert.equal(way.refusal, "room_full");
  bridge.state = "away"; // what it knows has changed: it asks without waiting on
  way.look();
  await settled();
  assert.deepEqual([way.refusal, call.isInside], ["", true]);
});

test("a link that opens nothing any more ends it for good", async () => {
  const { way, bridge, call } = coming(TICKET);
  const over = way.run();
  await settled();
  bridge.gone = "token_needed";
  way.look();
  await over;
  assert.equal(call.isInside, false);
});

test("a metered call is left a minute after the last one, and entered with the next", async () => {
  const { way, bridge, call, clock } = coming(TICKET);
  bridge.room = { ...ROOM, metered: true };
  void way.run();
  await settled();
  bridge.room = { ...bridge.room, people: 0 };
  way.look();
  clock.now += EMPTY_MS - 1;
  way.look();
  await settled();
  assert.ok(call.isInside);
  clock.now += 1;
  way.look();
  await settled();
  assert.equal(call.isInside, false);
  bridge.room = { ...bridge.room, people: 1 };
  way.look();
  await settled();
  assert.ok(call.isInside);
});

test("a metered call is not entered for nobody, and an unmetered one is", async () => {
  for (const metered of [true, false]) {
    const { way, bridge, call } = coming(TICKET);
    bridge.room = { ...ROOM, people: 0, metered };
    way.look();
    void way.run();
    await settled();
    assert.equal(call.isInside, !metered);
  }
});
