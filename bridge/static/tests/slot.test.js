import assert from "node:assert/strict";
import { test } from "node:test";
import { GRACE, Slot } from "../scene/slot.js";

/** @typedef {import("../scene/slot.js").Facts<string>} Facts */

const HOLD = 3000;
const NOBODY = /** @type {Facts} */ ({ who: "", picture: "none" });
const off = (/** @type {string} */ who) => /** @type {Facts} */ ({ who, picture: "off" });
const bare = (/** @type {string} */ who) => /** @type {Facts} */ ({ who, picture: "none" });
const coming = (/** @type {string} */ who) =>
  /** @type {Facts} */ ({ who, picture: "on", feed: `of ${who}`, ready: false, framed: 0 });

/** A slot with seats whose facts a test says, and a clock that it turns. */
function showing(/** @type {string} */ key) {
  const house = {
    slot: /** @type {Slot<string>} */ (new Slot(HOLD)),
    key,
    now: 1,
    /** @type {Record<string, Facts | undefined>} */
    seats: {},
    /** What is there has frames that come without end. @param {string} who @returns {Facts} */
    live: (who) => ({ ...coming(who), ready: true, framed: house.now }),
    /** Time goes by, frame by frame. */
    pass(ms = 0) {
      const until = house.now + ms;
      do {
        house.now = Math.min(until, house.now + 100);
        for (const [seat, facts] of Object.entries(house.seats)) {
          if (facts?.ready && facts.framed !== -1) house.seats[seat] = { ...facts, framed: house.now };
        }
        house.slot.update(house.key, (key) => house.seats[key] ?? NOBODY, house.now);
      } while (house.now < until);
      return [house.slot.feed, house.slot.who];
    },
    say(/** @type {Record<string, Facts>} */ seats, ms = 0) {
      Object.assign(house.seats, seats);
      return house.pass(ms);
    },
  };
  return house;
}

test("a first picture comes with its sound, and neither before its first frame", () => {
  const house = showing("anna");
  assert.deepEqual(house.pass(5000), [undefined, ""]);
  assert.deepEqual(house.say({ anna: coming("anna 1") }, HOLD - 200), [undefined, ""]);
  assert.deepEqual(house.say({ anna: house.live("anna 1") }), ["of anna 1", "anna 1"]);
});

test("who is only heard is heard soon, also where a picture never comes", () => {
  for (const there of [bare("anna 1"), coming("anna 1")]) {
    const house = showing("anna");
    house.pass(GRACE + 100);
    assert.deepEqual(house.say({ anna: there }, HOLD + 200), [undefined, "anna 1"]);
  }
});

test("a camera that is switched off is a slate at once, and its owner is heard", () => {
  for (const there of [off("anna 1"), bare("anna 1")]) {
    const house = showing("anna");
    house.say({ anna: house.live("anna 1") });
    assert.deepEqual(house.say({ anna: there }), [undefined, "anna 1"]);
    assert.deepEqual(house.say({ anna: house.live("anna 1") }), ["of anna 1", "anna 1"]);
  }
});

test("who is gone stays for a while with their last frame, then the slate", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1") });
  assert.equal(house.say({ anna: NOBODY }, HOLD - 200)[0], "of anna 1");
  assert.deepEqual(house.pass(300), [undefined, ""]);
});

test("frames that stop are a slate after a while, until they come again", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1") });
  const frozen = { ...house.live("anna 1"), framed: -1 };
  assert.equal(house.say({ anna: frozen }, HOLD - 200)[0], "of anna 1");
  assert.equal(house.pass(300)[0], undefined);
  assert.equal(house.say({ anna: house.live("anna 1") })[0], "of anna 1");
});

test("who reloads is seen with their last frame until the first new one, and heard with that", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1") });
  house.say({ anna: NOBODY }, 500);
  assert.deepEqual(house.say({ anna: bare("anna 2") }, 500), ["of anna 1", "anna 1"]);
  assert.deepEqual(house.say({ anna: coming("anna 2") }, 500), ["of anna 1", "anna 1"]);
  assert.deepEqual(house.say({ anna: house.live("anna 2") }), ["of anna 2", "anna 2"]);
});

test("who comes back with the camera off is no frozen face", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1") });
  house.say({ anna: NOBODY }, 500);
  assert.deepEqual(house.say({ anna: off("anna 2") }), [undefined, "anna 2"]);
});

test("a take happens with the first frame of the next one, however long that takes", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1") });
  house.key = "ben";
  assert.deepEqual(house.say({ ben: coming("ben 1") }, 30_000), ["of anna 1", "anna 1"]);
  assert.deepEqual(house.say({ ben: house.live("ben 1") }), ["of ben 1", "ben 1"]);
});

test("a take to a camera that is off is the slate at once, to nobody after a second", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1"), ben: off("ben 1") });
  house.key = "ben";
  assert.deepEqual(house.pass(), [undefined, "ben 1"]);
  house.key = "anna";
  house.pass();
  house.key = "chris";
  assert.equal(house.pass(GRACE - 200)[0], "of anna 1");
  assert.deepEqual(house.pass(300), [undefined, ""]);
});

test("a take to nothing is the slate at once, and silence", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1") });
  house.key = "";
  assert.deepEqual(house.pass(), [undefined, ""]);
});

test("while the next one is on their way, the one before may still switch off, leave or come back", () => {
  const house = showing("anna");
  house.say({ anna: house.live("anna 1"), ben: coming("ben 1") });
  house.key = "ben";
  assert.equal(house.pass()[0], "of anna 1");
  assert.equal(house.say({ anna: off("anna 1") })[0], undefined);
  house.key = "anna";
  assert.equal(house.say({ anna: house.live("anna 1") })[0], "of anna 1");
});
