import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, pick } from "../shared/tiles.js";

test("tiles are as large as they fit", () => {
  assert.deepEqual(fit(1, 1600, 900), { columns: 1, width: 1600 });
  assert.equal(fit(4, 1600, 900).columns, 2);
  assert.equal(fit(2, 400, 900).columns, 1);
  assert.equal(fit(16, 1600, 900).columns, 4);
  for (let count = 1; count <= 16; count++) {
    const { columns, width } = fit(count, 1280, 600);
    const rows = Math.ceil(count / columns);
    assert.ok(width * columns + 8 * (columns - 1) <= 1280);
    assert.ok(((width * 9) / 16) * rows + 8 * (rows - 1) <= 601);
  }
});

test("who is shown stays where they are while there is room", () => {
  assert.deepEqual(
    pick([], ["a", "b"], () => 0, 4),
    ["a", "b"],
  );
  assert.deepEqual(
    pick(["a", "b"], ["b", "c"], () => 0, 4),
    ["b", "c"],
  );
});

test("who speaks unseen takes the place of whoever has been silent longest", () => {
  /** @type {Record<string, number>} */
  const spoke = { a: 5, b: 1, c: 9 };
  assert.deepEqual(
    pick(["a", "b"], ["a", "b", "c"], (id) => spoke[id] ?? 0, 2),
    ["a", "c"],
  );
  assert.deepEqual(
    pick(["a", "c"], ["a", "b", "c"], (id) => spoke[id] ?? 0, 2),
    ["a", "c"],
  );
});
