import { expect, test } from "vitest";
import { quoted, seriesName, toGrid, toNumber } from "./prometheus";

test("answers lie on one grid, with gaps where nothing was", () => {
  const grid = toGrid([{ metric: { a: "1" }, values: [[10, "1"], [30, "NaN"], [40, "2.5"], [99, "7"]] }], 10, 40, 10);
  expect(grid).toEqual({ times: [10, 20, 30, 40], series: [{ labels: { a: "1" }, values: [1, null, null, 2.5] }] });
});

test("labels are written so that no value can break out of its quotes", () => {
  expect(quoted('a"b\\c\nd')).toBe('"a\\"b\\\\c\\nd"');
  expect([seriesName({ __name__: "up" }), seriesName({ __name__: "up", a: "b" }), seriesName({})]).toEqual(["up", 'up{a="b"}', "value"]);
  expect([toNumber("+Inf"), toNumber("-Inf"), toNumber("NaN")]).toEqual([Infinity, -Infinity, NaN]);
});
