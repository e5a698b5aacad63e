import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../recording/outbox.js";
import { Start } from "../recording/start.js";

const MIB = 1024 * 1024;

/** @param {Uint8Array} message */
const numberOf = (message) => new DataView(message.buffer).getUint32(0);

function fresh() {
  /** @type {Uint8Array[]} */
  const sent = [];
  /** @type {string[]} */
  const failed = [];
  const outbox = new Outbox(
    (message) => sent.push(message),
    (why) => failed.push(why),
  );
  const put = async (/** @type {number} */ bytes) => {
    outbox.put(new Blob([new Uint8Array(bytes)]));
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return { outbox, sent, failed, put };
}

test("what is large goes in pieces, each with its number", async () => {
  const { sent, put } = fresh();
  await put(MIB + 1);
  await put(5);
  assert.deepEqual(sent.map(numberOf), [0, 1, 2, 3]);
  assert.deepEqual(
    sent.map(({ length }) => length - 4),
    [MIB / 2, MIB / 2, 1, 5],
  );
});

test("what is not on the disk is sent again on another connection", async () => {
  const { outbox, sent, put } = fresh();
  for (const bytes of [1, 2, 3]) await put(bytes);
  outbox.wanted(1, false);
  assert.equal(sent.length, 3);
  outbox.wanted(1, true);
  assert.deepEqual(sent.map(numberOf), [0, 1, 2, 1, 2]);
});

test("it is empty when the last piece is on the disk", async () => {
  const { outbox, put } = fresh();
  await outbox.isEmpty();
  await put(1);
  let isEmpty = false;
  const waiting = outbox.isEmpty().then(() => {
    isEmpty = true;
  });
  await put(1);
  outbox.wanted(1, false);
  await put(0);
  assert.equal(isEmpty, false);
  outbox.wanted(2, false);
  await waiting;
});

test("a bridge that takes nothing is not waited for without an end", async () => {
  const { failed, put } = fresh();
  await put(48 * MIB);
  await put(MIB);
  assert.match(failed[0] ?? "", /took nothing/);
});

test("it begins once, with the first picture or without one after three seconds", () => {
  const seen = new Start();
  assert.equal(seen.isDue({ inside: false, picture: true }, 1), false);
  assert.equal(seen.isDue({ inside: true, picture: true }, 2), true);
  assert.equal(seen.isDue({ inside: true, picture: true }, 3), false);
  const dark = new Start();
  assert.equal(dark.isDue({ inside: true, picture: false }, 1000), false);
  assert.equal(dark.isDue({ inside: true, picture: false }, 3999), false);
  assert.equal(dark.isDue({ inside: true, picture: false }, 4000), true);
});
