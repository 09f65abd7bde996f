import { expect, test } from "vitest";
import { figure, isBetter, levels, ordered, told, whole, type BenchmarkResult, type Course } from "./benchmarks";

const course = (medians: number[], more: Partial<Course> = {}): Course => ({
  operation: "enqueue", figure: "rate", unit: "tasks/s", load: "closed 64", is_cost: false, steps: [],
  points: medians.map((median, result) => ({ result, runs: 3, median })), ...more,
});
const step = { result: 3, change: -0.5, low: -0.52, high: -0.48 };
const results: BenchmarkResult[] = [0, 1, 2, 3].map((day) => ({ name: `r${day}`, measured_at: `2026-11-0${day + 1}T12:00:00Z`, version: "0.1.0", commit: day === 3 ? "abc1234" : null, partial: false }));

test("a level is the median of the stretch between two steps", () => {
  expect(levels(course([100, 110, 120, 50, 52], { steps: [step] }))).toEqual([110, 110, 110, 51, 51]);
  expect(levels(course([]))).toEqual([]);
});

test("whether a step is good depends on what is measured", () => {
  expect(isBetter(course([]), step)).toBe(false);
  expect(isBetter(course([], { is_cost: true }), step)).toBe(true);
  expect(told(course([]), step, results)).toBe("From 2026-11-04 on (commit `abc1234`) −50 %, between −52 % and −48 %: worse.");
});

test("what moved comes first", () => {
  const names = ordered([course([], { operation: "b" }), course([], { operation: "c", steps: [step] }), course([], { operation: "a" })]).map((one) => one.operation);
  expect(names).toEqual(["c", "a", "b"]);
});

test("one result changes nothing", () => {
  expect([whole(course([5])), whole(course([5, 10])), whole(course([]))]).toEqual([null, 1, null]);
  expect([figure(0.1234), figure(5.678), figure(56.78), figure(25_000.4), figure(null)]).toEqual(["0.123", "5.68", "56.8", "25,000", "–"]);
});
