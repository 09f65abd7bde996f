import { expect, test } from "vitest";
import type { Period } from "./model";
import { change, count, duration, fixed, listed, moment, percent, plural } from "./words";

// The cases of `crates/paceline-analysis/src/report/words.rs`.
test.each([
  [count(0), "0"],
  [count(1_234_567), "1,234,567"],
  [duration(0.412), "412 µs"],
  [duration(0), "0 µs"],
  [duration(4.119), "4.12 ms"],
  [duration(999.9), "1000 ms"],
  [duration(41_230), "41.2 s"],
  [duration(414_000), "6.9 min"],
  [duration(9_000_000), "2.5 h"],
  [percent(0.9998), "99.98 %"],
  [percent(1), "100 %"],
  [percent(0.999999), "> 99.99 %"],
  [percent(0.000001), "< 0.01 %"],
  [percent(0), "0 %"],
  [change(0.449), "+45 %"],
  [change(-0.12), "−12 %"],
  [change(0.001), "±0 %"],
  [change(-0.001), "±0 %"],
  [change(24), "+2,400 %"],
  [plural(1, "task", "tasks"), "1 task"],
  [listed([]), ""],
  [listed(["a", "b", "c"]), "a, b and c"],
])("%s", (told, expected) => expect(told).toBe(expected));

test("halves are rounded as in Rust", () => {
  expect([0.125, 0.375, 2.5, 4.35, 0.145, 12.5].map((value) => fixed(value, value < 1 ? 2 : value < 10 ? 1 : 0))).toEqual(["0.12", "0.38", "2.5", "4.3", "0.14", "12"]);
});

test("moments are told in the zone of the period", () => {
  const at = (minutes: number) => moment("2026-10-14T09:00:00Z", { utc_offset_minutes: minutes } as Period);
  expect([at(0), at(120), at(-600)]).toEqual(["Wed 14 October 09:00 UTC", "Wed 14 October 11:00 UTC+02:00", "Tue 13 October 23:00 UTC-10:00"]);
});
