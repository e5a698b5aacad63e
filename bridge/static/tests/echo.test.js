import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, likeness, STEP_MS } from "../program/echo.js";

const SECOND = 1000 / STEP_MS;

/** Numbers that look random and are the same each time. @param {number} seed */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Somebody speaks: syllables of some loudness, words, pauses. @param {number} seed @param {number} seconds */
function speech(seed, seconds) {
  const random = dice(seed);
  /** @type {number[]} */
  const levels = [];
  while (levels.length < seconds * SECOND) {
    const talks = random() < 0.7;
    const base = talks ? -22 - 10 * random() : -62;
    const steps = talks ? 2 + Math.floor(random() * 5) : 2 + Math.floor(random() * 14);
    for (let step = 0; step < steps; step++) levels.push(base + 6 * (random() - 0.5));
  }
  return levels.slice(0, seconds * SECOND);
}

/** Both at once. @param {number[]} some @param {number[]} others */
const mixed = (some, others) =>
  some.map((one, at) => 10 * Math.log10(10 ** (one / 10) + 10 ** ((others[at] ?? -70) / 10)));

/** @param {number[]} levels @param {number} ms */
const late = (levels, ms) => [...Array(ms / STEP_MS).fill(-65), ...levels].slice(0, levels.length);

/** @param {number[]} voices @param {number[]} bus told second by second */
function heard(voices, bus) {
  const echo = new Echo();
  for (let at = 0; at < voices.length; at += SECOND)
    echo.look(voices.slice(at, at + SECOND), bus.slice(at, at + SECOND));
  return echo.isHeard;
}

test("guests who are on the bus are noticed, whatever else is on it and however late they are", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const guests = speech(seed, 30);
    const back = late(guests, 400).map((level) => level - 6);
    assert.ok(heard(guests, back), "alone");
    const music = guests.map((_, at) => -34 + 2 * Math.sin(at));
    assert.ok(heard(guests, mixed(back, music)), "over music");
    assert.ok(heard(guests, late(guests, 1200)), "late");
  }
});

test("a host who speaks while guests do is no echo", () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8])
    assert.ok(!heard(speech(seed, 60), speech(seed + 100, 60)), `seed ${seed}`);
});

test("where nobody speaks, or it is too early to say, nothing is said, and what was known stays", () => {
  const silence = Array(300).fill(-70);
  assert.equal(likeness(silence, silence), undefined);
  assert.equal(likeness(speech(1, 5), speech(1, 5)), undefined);
  const echo = new Echo();
  const guests = speech(1, 30);
  for (let at = 0; at < guests.length; at += SECOND)
    echo.look(guests.slice(at, at + SECOND), guests.slice(at, at + SECOND));
  assert.ok(echo.isHeard);
  echo.look(silence, silence);
  assert.ok(echo.isHeard);
  const others = speech(9, 30);
  const host = speech(77, 30);
  for (let at = 0; at < others.length; at += SECOND)
    echo.look(others.slice(at, at + SECOND), host.slice(at, at + SECOND));
  assert.ok(!echo.isHeard);
});
