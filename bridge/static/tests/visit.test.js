import assert from "node:assert/strict";
import { test } from "node:test";
import { Visit } from "../join/visit.js";

const ROOM = /** @type {import("../join/bridge.js").RoomFacts} */ ({
  state: "ready",
  server: "local",
  role: "speaker",
});
const TICKET = { ticket: { url: "", token: "", identity: "", name: "" } };
const MINUTE = 60_000;

/** A visit whose bridge gives these answers, one after the other, then the last for ever. */
function visiting(/** @type {import("../join/bridge.js").Answer[]} */ ...answers) {
  const bridge = {
    state: "open",
    room: { ...ROOM },
    lobby: "",
    asked: 0,
    /** @type {string[]} */
    knocks: [],
    async ask(/** @type {string} */ _name) {
      bridge.asked++;
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? { refusal: "" };
    },
    knock(/** @type {string} */ name) {
      bridge.lobby = "waiting";
      bridge.knocks.push(name);
    },
    stopKnocking() {
      bridge.lobby = "";
    },
  };
  const call = {
    rests: 0,
    calls: 0,
    fails: false,
    hasSignal: false,
    end: (/** @type {import("../join/call.js").End} */ _end) => {},
    signalled: () => call.hasSignal,
    async leave() {},
    rest() {
      call.rests++;
    },
    async comeIn() {
      call.calls++;
      if (call.fails) throw new Error("the token");
      return {
        ended: new Promise(
          (/** @type {(end: import("../join/call.js").End) => void} */ resolve) => (call.end = resolve),
        ),
      };
    },
  };
  const clock = { now: 1 };
  const visit = new Visit({ bridge, call, changed: () => {}, now: () => clock.now });
  visit.name = "Anna";
  return { visit, bridge, call, clock };
}

/** Everything that is to happen at once has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("who clicks is inside", async () => {
  const { visit, call } = visiting(TICKET);
  void visit.join();
  await settled();
  assert.equal(visit.step, "inside");
  assert.equal(call.calls, 1);
});

test("a room that is closed is waited for, with camera and microphone off", async () => {
  const { visit, bridge, call } = visiting(TICKET);
  bridge.room.state = "stopped";
  void visit.join();
  await settled();
  assert.deepEqual([visit.step, visit.why, call.rests], ["coming", "not_open", 1]);
  assert.equal(bridge.asked, 0);
  bridge.room.state = "ready";
  visit.look();
  await settled();
  assert.equal(visit.step, "inside");
});

test("a room that was closed is joined again within 15 minutes, and later only after a click", async () => {
  for (const [minutes, step, why] of /** @type {const} */ ([
    [14, "inside", "joining"],
    [16, "out", "long_closed"],
  ])) {
    const { visit, bridge, call, clock } = visiting(TICKET);
    void visit.join();
    await settled();
    bridge.room.state = "stopped";
    call.end("gone");
    await settled();
    assert.deepEqual([visit.step, visit.why], ["coming", "closed"]);
    clock.now += minutes * MINUTE;
    bridge.room.state = "ready";
    visit.look();
    await settled();
    assert.deepEqual([visit.step, visit.why], [step, why]);
    void visit.join();
    await settled();
    assert.equal(visit.step, "inside");
  }
});

test("an ended call is joined again, but not by who was put out or joined elsewhere", async () => {
  for (const [end, step] of /** @type {const} */ ([
    ["gone", "inside"],
    ["removed", "out"],
    ["moved", "out"],
  ])) {
    const { visit, call } = visiting(TICKET);
    void visit.join();
    await settled();
    call.end(end);
    await settled();
    assert.equal(visit.step, step);
    assert.equal(call.calls, step === "inside" ? 2 : 1);
  }
});

test("in the lobby one knocks, and goes in or away by the studio's word", async () => {
  for (const [word, step, why] of /** @type {const} */ ([
    ["admitted", "inside", "joining"],
    ["refused", "out", "refused"],
  ])) {
    const { visit, bridge, call } = visiting({ refusal: "not_admitted" }, TICKET);
    void visit.join();
    await settled();
    assert.deepEqual([visit.why, bridge.knocks, call.rests], ["lobby", ["Anna"], 1]);
    bridge.lobby = word;
    visit.look();
    await settled();
    assert.deepEqual([visit.step, visit.why], [step, why]);
  }
});

test("what cannot change by itself ends it", async () => {
  for (const why of ["seat_taken", "barred", "token_needed", "no_audience"]) {
    const { visit, bridge } = visiting({ refusal: why });
    await visit.join();
    assert.deepEqual([visit.step, visit.why, bridge.asked], ["out", why, 1]);
  }
});

test("what may change by itself is asked again as soon as something did", async () => {
  for (const [refusal, why] of /** @type {const} */ ([
    ["room_full", "room_full"],
    ["too_many_requests", "limited"],
    ["rehearsal", "rehearsal"],
    ["media_server_down", "call_away"],
    ["", "bridge_away"],
  ])) {
    const { visit, bridge } = visiting({ refusal }, TICKET);
    void visit.join();
    await settled();
    assert.deepEqual([visit.step, visit.why], ["coming", why]);
    bridge.state = bridge.state === "open" ? "away" : "open";
    visit.look();
    await settled();
    assert.equal(visit.step, "inside");
  }
});

test("a network that lets signalling through and no media is named", async () => {
  const { visit, call, bridge } = visiting(TICKET);
  call.fails = call.hasSignal = true;
  void visit.join();
  await settled();
  assert.equal(visit.why, "call_away");
  bridge.state = "away";
  visit.look();
  await settled();
  assert.equal(visit.why, "blocked");
  await visit.leave();
});

test("who leaves stays out, whatever comes", async () => {
  const { visit, bridge, call } = visiting(TICKET);
  bridge.room.state = "stopped";
  void visit.join();
  await settled();
  await visit.leave();
  bridge.room.state = "ready";
  visit.look();
  await settled();
  assert.deepEqual([visit.step, visit.why, call.calls], ["out", "left", 0]);
});
