import assert from "node:assert/strict";
import { test } from "node:test";
import { options } from "../scene/options.js";
import { Recording } from "../scene/recording.js";

test("an address asks for what it names, and nonsense for nothing", () => {
  const plain = options("");
  assert.deepEqual(
    [plain.show, plain.layout, plain.audio, plain.hold, plain.name],
    ["camera", "grid", true, 3000, false],
  );
  const asked = options(
    "?show=screen&layout=chat&audio=0&name=1&hold=0&buffer=200&fade=300&scene=main&slate=%23202020",
  );
  assert.deepEqual([asked.show, asked.layout, asked.audio, asked.name], ["screen", "chat", false, true]);
  assert.deepEqual([asked.hold, asked.buffer, asked.fade, asked.scene, asked.slate], [0, 200, 300, "main", "#202020"]);
  const nonsense = options("?hold=-1&buffer=x&fade=1e9&layout=mosaic&show=feet");
  assert.deepEqual([nonsense.hold, nonsense.buffer, nonsense.fade], [3000, 120, 10_000]);
  assert.deepEqual([nonsense.layout, nonsense.show], ["grid", "camera"]);
});

test("a recording begins with the first picture, and without one a little later", () => {
  const sound = { kind: "audio" };
  const video = { kind: "video" };
  for (const [tracks, at] of /** @type {const} */ ([
    [[], Number.POSITIVE_INFINITY],
    [[sound], 500],
    [[sound, video], 5000],
  ])) {
    const said = /** @type {string[]} */ ([]);
    const recording = new Recording((word) => said.push(word));
    let began = Number.POSITIVE_INFINITY;
    for (let now = 1; now < 10_000; now += 100) {
      recording.look({ picture: false, tracks: [...tracks] }, now);
      if (said.length) began = Math.min(began, now - 1);
    }
    assert.equal(began, at);
  }
  const said = /** @type {string[]} */ ([]);
  const recording = new Recording((word) => said.push(word));
  for (const now of [1, 2, 3]) recording.look({ picture: true, tracks: [video] }, now);
  recording.end();
  assert.deepEqual(said, ["START_RECORDING", "END_RECORDING"]);
});
