import { expect, test } from "vitest";
import { Ring } from "./ring";

test("the oldest make room, and order stays", () => {
  const ring = new Ring(3, 2);
  [1, 2, 3, 4].forEach((time) => ring.push(time, [time * 10, null]));
  expect(ring.toColumns()).toEqual([[2, 3, 4], [20, 30, 40], [NaN, NaN, NaN]]);
  ring.push(1, [0, 0]);
  expect(ring.length).toBe(3);
  ring.clear();
  expect(ring.toColumns()).toEqual([[], [], []]);
});
