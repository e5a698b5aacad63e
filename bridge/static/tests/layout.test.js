import assert from "node:assert/strict";
import { test } from "node:test";
import { alone, boxes, together } from "../scene/layout.js";

/** @typedef {import("../scene/layout.js").Person} Person */

const NOTHING = { big: undefined, small: [] };
const publication = /** @type {any} */ ({ isMuted: false });

/** @param {string} key @param {Partial<Person>} [more] */
const person = (key, more = {}) =>
  /** @type {Person} */ ({ key, speaking: false, spoke: 0, camera: publication, ...more });
const keys = (/** @type {import("../scene/layout.js").Cast} */ { small }) => small.map(({ key }) => key);

test("who sends nothing has no place, and who is only heard has one", () => {
  const people = [
    person("anna"),
    person("guest", { camera: undefined }),
    person("ben", { camera: undefined, microphone: publication }),
  ];
  assert.deepEqual(keys(together("grid", people, NOTHING, [])), ["anna", "ben"]);
});

test("everybody keeps their place while others come and go, and while a last picture is held", () => {
  const all = ["anna", "ben", "chris"].map((key) => person(key));
  const before = together("grid", all, NOTHING, []);
  const held = together("grid", [person("chris"), person("dora"), person("anna")], before, ["ben"]);
  assert.deepEqual(keys(held), ["anna", "ben", "chris", "dora"]);
  assert.deepEqual(keys(together("grid", [person("anna"), person("chris")], before, [])), ["anna", "chris"]);
});

test("a screen is the big picture, and gives way to the one that was shared last", () => {
  const sharing = [person("anna", { screen: publication }), person("ben")];
  assert.deepEqual(together("grid", sharing, NOTHING, []).big, { id: "screen", key: "anna", source: "screen" });
  const speaker = together(
    "speaker",
    [...sharing, person("chris", { speaking: true, screen: publication })],
    NOTHING,
    [],
  );
  assert.deepEqual([speaker.big?.key, speaker.big?.source, keys(speaker)], ["chris", "screen", ["chris"]]);
});

test("who spoke last stays until somebody else speaks", () => {
  const [anna, ben] = [person("anna"), person("ben")];
  let cast = together("speaker", [anna, ben], NOTHING, []);
  const say = (/** @type {Person[]} */ people, /** @type {string[]} */ held = []) => {
    cast = together("speaker", people, cast, held);
    return cast.big?.key;
  };
  assert.equal(cast.big?.key, "anna");
  assert.equal(say([anna, person("ben", { speaking: true })]), "ben");
  assert.equal(say([anna, ben]), "ben");
  assert.equal(say([person("anna", { speaking: true, spoke: 9 }), person("ben", { speaking: true })]), "ben");
  assert.equal(say([anna], ["ben"]), "ben");
  assert.equal(say([anna]), "anna");
});

test("nothing lies over anything or beyond the edge, however many there are", () => {
  for (const [width, height] of /** @type {[number, number][]} */ ([
    [1920, 1080],
    [1459, 1080],
    [320, 180],
  ])) {
    for (let count = 1; count <= 16; count++) {
      const people = Array.from({ length: count }, (_, at) => person(`person ${at}`));
      const shared = [...people, person("sharing", { screen: publication, camera: undefined })];
      for (const cast of [together("grid", people, NOTHING, []), together("grid", shared, NOTHING, [])]) {
        const all = [...boxes(cast, width, height).values()];
        assert.equal(all.length, cast.small.length + (cast.big ? 1 : 0));
        for (const [at, one] of all.entries()) {
          assert.ok(one.left >= 0 && one.top >= 0 && one.width > 0 && one.height > 0);
          assert.ok(
            one.left + one.width <= width + 1 && one.top + one.height <= height + 1,
            JSON.stringify([one, count]),
          );
          for (const other of all.slice(at + 1)) {
            const apart =
              one.left + one.width <= other.left ||
              other.left + other.width <= one.left ||
              one.top + one.height <= other.top ||
              other.top + other.height <= one.top;
            assert.ok(apart, JSON.stringify([one, other]));
          }
        }
      }
    }
  }
});

test("one alone is the whole page", () => {
  for (const cast of [alone("anna", "camera"), together("grid", [person("anna")], NOTHING, [])]) {
    assert.deepEqual([...boxes(cast, 1920, 1080).values()], [{ left: 0, top: 0, width: 1920, height: 1080 }]);
  }
});
