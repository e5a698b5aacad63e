import assert from "node:assert/strict";
import { test } from "node:test";
import { kinds } from "../join/bridge.js";
import { browserOf } from "../join/browser.js";
import { level } from "../join/meter.js";
import { backoff } from "../shared/backoff.js";
import { withLinks } from "../shared/chat.js";

test("each wait is longer, up to a limit, and none is the same for two pages", () => {
  const waits = [0, 1, 2, 3, 10, 1000].map((tries) => backoff(tries, { random: () => 0.5 }));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000]);
  assert.deepEqual([backoff(0, { random: () => 0 }), backoff(0, { random: () => 1 })], [375, 625]);
});

test("addresses in what was written can be clicked, and nothing else", () => {
  assert.deepEqual(withLinks("see https://a.example/x?y=1, or javascript:alert(1)."), [
    { text: "see ", link: false },
    { text: "https://a.example/x?y=1", link: true },
    { text: ", or javascript:alert(1).", link: false },
  ]);
});

test("rooms for sound alone ask for no camera, and guests for nothing", () => {
  const room = /** @type {import("../join/bridge.js").RoomFacts} */ ({ role: "speaker", media: "av" });
  assert.deepEqual(kinds(room), { camera: true, microphone: true });
  assert.deepEqual(kinds({ ...room, media: "audio" }), { camera: false, microphone: true });
  assert.deepEqual(kinds({ ...room, media: "video" }), { camera: true, microphone: false });
  assert.deepEqual(kinds({ ...room, role: "guest" }), { camera: false, microphone: false });
});

test("the meter shows silence, speech and full scale", () => {
  assert.equal(level(new Float32Array(64)), 0);
  assert.equal(level(new Float32Array(64).fill(1)), 1);
  assert.ok(level(new Float32Array(64).fill(0.05)) > 0.4);
});

test("the words about allowing a camera fit the browser", () => {
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/115.0.0.0 Safari/537.36";
  assert.equal(browserOf(chrome), "chrome");
  assert.equal(
    browserOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1 Version/17.0 Safari/605.1"),
    "safari",
  );
  assert.equal(browserOf("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"), "firefox");
  assert.equal(
    browserOf("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"),
    "phone",
  );
});
