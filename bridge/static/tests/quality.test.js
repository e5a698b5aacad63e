import assert from "node:assert/strict";
import { test } from "node:test";
import { Quality } from "../join/quality.js";

const NOTHING = { sent: 0, wanted: 0, frames: 0, full: 0, lost: 0, far: 0, busy: false, battery: 0, quiet: 0 };
const LAYERS = [
  { active: true, maxBitrate: 200_000, maxFramerate: 20 },
  { active: true, maxBitrate: 1_500_000, maxFramerate: 30 },
];

/** @param {{bytes?: number, reason?: string, fps?: number[], encodings?: any[], muted?: boolean, lost?: number, far?: number}} how */
function camera({ bytes = 0, reason = "none", fps = [20, 30], encodings = LAYERS, muted = false, lost = 0, far = 0 }) {
  const outbound = fps.map((framesPerSecond) => ({
    type: "outbound-rtp",
    bytesSent: bytes / fps.length,
    framesPerSecond,
    qualityLimitationReason: reason,
  }));
  const remote = { type: "remote-inbound-rtp", fractionLost: lost, roundTripTime: far };
  return { id: "camera", muted, full: 30, encodings, stats: [...outbound, remote] };
}

/** @param {number} energy @param {number} duration @param {boolean} [muted] */
const microphone = (energy, duration, muted = false) => ({
  id: "microphone",
  muted,
  full: 0,
  encodings: [{ active: true }],
  stats: [{ type: "media-source", totalAudioEnergy: energy, totalSamplesDuration: duration }],
});

test("who sends nothing has nothing to tell", () => {
  assert.deepEqual(new Quality().look([], 0, 0), NOTHING);
  assert.deepEqual(new Quality().look([camera({ muted: true })], 8, 0), { ...NOTHING, battery: 8 });
});

test("a rate is that of the last two seconds", () => {
  const quality = new Quality();
  assert.equal(quality.look([camera({ bytes: 1_000_000 })], 0, 0).sent, 0);
  assert.equal(quality.look([camera({ bytes: 1_400_000 })], 0, 2000).sent, 1600);
});

test("what is wanted and what is had counts once the line is filled, and only where it is the line that limits", () => {
  const quality = new Quality();
  quality.look([camera({})], 0, 0);
  const early = quality.look([camera({ bytes: 50_000, reason: "bandwidth", fps: [5, 9] })], 0, 4000);
  assert.deepEqual([early.wanted, early.full], [0, 0]);
  const { sent, wanted, frames, full } = quality.look(
    [camera({ bytes: 155_000, reason: "bandwidth", fps: [5, 9] })],
    0,
    10_000,
  );
  assert.deepEqual({ sent, wanted, frames, full }, { sent: 140, wanted: 1700, frames: 9, full: 30 });
  const busy = quality.look([camera({ reason: "cpu", lost: 0.07, far: 0.48 })], 0, 12_000);
  assert.deepEqual([busy.wanted, busy.busy, busy.lost.toFixed(1), busy.far], [0, true, "7.0", 480]);
});

test("layers that nobody watches are not missed", () => {
  const quality = new Quality();
  const [low, high] = LAYERS;
  for (const now of [0, 10_000]) {
    const { frames, full } = quality.look(
      [camera({ fps: [20], encodings: [low, { ...high, active: false }] })],
      0,
      now,
    );
    if (now) assert.deepEqual([frames, full], [20, 20]);
  }
  const off = LAYERS.map((layer) => ({ ...layer, active: false }));
  assert.equal(quality.look([camera({ fps: [0], encodings: off })], 0, 12_000).full, 0);
});

test("a microphone that is on and hears nothing is counted from when it heard something last", () => {
  const quality = new Quality();
  assert.equal(quality.look([microphone(0, 0)], 0, 0).quiet, 0);
  assert.equal(quality.look([microphone(0.1, 30)], 0, 30_000).quiet, 0);
  assert.equal(quality.look([microphone(0.1000001, 91)], 0, 91_000).quiet, 61);
  assert.equal(quality.look([microphone(0.1, 93, true)], 0, 93_000).quiet, 0);
  assert.equal(quality.look([microphone(0.1, 95)], 0, 95_000).quiet, 0, "switched on again it begins anew");
});
