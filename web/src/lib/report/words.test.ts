import { expect, test } from "vitest";
import { change, count, duration, fixed, percent } from "./words";

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
])("%s", (told, expected) => expect(told).toBe(expected));

test("halves are rounded as in Rust", () => {
  expect([0.125, 0.375, 2.5, 4.35, 0.145, 12.5].map((value) => fixed(value, value < 1 ? 2 : value < 10 ? 1 : 0))).toEqual(["0.12", "0.38", "2.5", "4.3", "0.14", "12"]);
});
