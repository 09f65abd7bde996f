import { expect, test } from "vitest";
import { openSeconds, when } from "./when";

test("today needs no date", () => {
  const noon = new Date(2026, 10, 26, 12, 3, 7).getTime();
  expect(when(noon, noon + 60_000)).toBe("12:03:07");
  expect(when(noon, noon + 86_400_000)).toBe("2026-11-26 12:03");
  expect([when(null, noon), when(Number.NaN, noon)]).toEqual(["–", "–"]);
});

test("what lies beyond the last bucket is not known better", () => {
  expect([0.02, 9.5, 10, null].map(openSeconds)).toEqual(["20 ms", "9.5 s", "≥ 10 s", "–"]);
});
