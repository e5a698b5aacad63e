import assert from "node:assert/strict";
import { test } from "node:test";
import { screen } from "../join/screen.js";

const DOOR = { step: "door", why: /** @type {const} */ ("joining"), wasInside: false };
const ROOM = { state: "open", gone: "", room: { server: "local" } };

test("the worst comes first", () => {
  const gone = { ...ROOM, gone: "token_needed" };
  assert.deepEqual(screen({ bridge: gone, visit: DOOR, tooOld: true }), { view: "notice", why: "old_browser" });
  assert.deepEqual(screen({ bridge: gone, visit: DOOR, tooOld: false }), { view: "notice", why: "token_needed" });
});

test("nobody is put out of a call by a link that was renewed, or by a bridge that is away", () => {
  for (const bridge of [
    { ...ROOM, gone: "token_needed" },
    { ...ROOM, state: "away" },
  ]) {
    assert.deepEqual(screen({ bridge, visit: { ...DOOR, step: "inside" }, tooOld: false }), { view: "room" });
  }
});

test("the door stands open while one comes in for the first time, and says so", () => {
  const coming = { ...DOOR, step: "coming" };
  assert.deepEqual(screen({ bridge: ROOM, visit: coming, tooOld: false }), { view: "door", busy: true });
  const again = { ...coming, wasInside: true };
  assert.deepEqual(screen({ bridge: ROOM, visit: again, tooOld: false }), { view: "notice", why: "joining" });
});

test("before anything is known it says what it waits for", () => {
  const nothing = { gone: "" };
  assert.deepEqual(screen({ bridge: { ...nothing, state: "connecting" }, visit: DOOR, tooOld: false }), {
    view: "notice",
    why: "hello",
  });
  assert.deepEqual(screen({ bridge: { ...nothing, state: "away" }, visit: DOOR, tooOld: false }), {
    view: "notice",
    why: "bridge_away",
  });
});

test("a rehearsal has no door", () => {
  const rehearsal = { ...ROOM, room: { server: "rehearsal" } };
  assert.deepEqual(screen({ bridge: rehearsal, visit: DOOR, tooOld: false }), { view: "notice", why: "rehearsal" });
});
