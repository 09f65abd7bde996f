import { expect, test } from "vitest";
import { linear, logarithmic, roundStep, ticks, timeTicks } from "./scales";

test("scales go there and back", () => {
  const line = linear([0, 10], [100, 200]);
  expect([line(5), line.invert(150)]).toEqual([150, 5]);
  expect(linear([3, 3], [0, 10])(3)).toBe(0);
  const log = logarithmic([1, 100], [0, 10]);
  expect(log(10)).toBeCloseTo(5);
  expect(log.invert(5)).toBeCloseTo(10);
  expect(log(0)).toBe(0);
});

test("ticks are round", () => {
  const check = (from: number, to: number, about: number, expected: number[]) => expect(ticks(from, to, about)).toEqual(expected);
  check(0, 10, 5, [0, 2, 4, 6, 8, 10]);
  check(0.03, 0.31, 3, [0.1, 0.2, 0.3]);
  check(-5, 5, 2, [-5, 0, 5]);
  check(7, 7, 4, [7]);
  expect([roundStep(0.3), roundStep(2), roundStep(70)]).toEqual([0.5, 2, 100]);
});

test("times are round on the clock of the zone", () => {
  const check = (from: number, to: number, about: number, zone: number, expected: number[]) => expect(timeTicks(from, to, about, zone)).toEqual(expected);
  check(0, 900, 4, 0, [0, 300, 600, 900]);
  check(10, 130, 2, 0, [60, 120]);
  // Half past the hour of Greenwich is a full hour where the clock is half an hour behind.
  check(0, 7200, 2, 30, [1800, 5400]);
  check(61, 119, 1, 0, []);
});
