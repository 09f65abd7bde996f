import { expect, test } from "vitest";
import { apart, most, occupied, shade } from "./heat";

test("once is seen beside thousands", () => {
  expect([shade(0, 5000), shade(NaN, 5), shade(1, 5000), shade(5000, 5000), shade(1, 1)]).toEqual([0, 0, 0.33, 1, 1]);
  expect(shade(70, 5000)).toBeGreaterThan(0.6);
});

test("cumulative buckets come apart", () => {
  const counts = apart([[1, null], [4, 2], [4, 1.5]]);
  expect(counts).toEqual([[1, 0], [3, 2], [0, 0]]);
  expect([most(counts), occupied(counts), occupied([[0]])]).toEqual([3, { from: 0, to: 2 }, { from: 0, to: 0 }]);
});
