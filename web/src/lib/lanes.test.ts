import { expect, test } from "vitest";
import { laneCount, lanes } from "./lanes";

test("what overlaps lies in different lanes, what follows in the same", () => {
  const placed = lanes([{ from: 5, to: 9 }, { from: 0, to: 4 }, { from: 3, to: 6 }, { from: 6, to: 7 }]);
  expect(placed.map((one) => [one.span.from, one.lane])).toEqual([[0, 0], [3, 1], [5, 0], [6, 1]]);
  expect([laneCount(placed), laneCount([])]).toEqual([2, 0]);
});
