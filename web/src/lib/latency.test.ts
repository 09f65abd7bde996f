import { expect, it } from "vitest";
import { heatOf, heatQuestion, questions, valuesOf } from "./latency";

const answer = (series: [string, (number | null)[]][], label = "le") => ({ times: [0, 10], warnings: [], series: series.map(([bound, values]) => ({ labels: { [label]: bound }, values })) });

it("cumulative buckets become counts of each bucket, from the first to the last that has any", () => {
  const heat = heatOf(answer([["+Inf", [7, 4.9]], ["0.01", [6.2, 4]], ["0.001", [0, 0]], ["0.002", [2, null]]]));
  expect(heat.bounds).toEqual([0.002, 0.01, Infinity]);
  expect(heat.counts).toEqual([[2, 0], [4, 4], [1, 1]]);
});

it("nothing measured is no picture", () => {
  expect(heatOf(answer([]))).toEqual({ times: [0, 10], bounds: [], counts: [] });
});

it("an operation's name cannot leave its quotes", () => {
  expect(heatQuestion('a"} or up{x="', "15s")).toContain('{operation="a\\"} or up{x=\\""}[15s]');
  expect(questions("task_claim", "60s")).toHaveLength(4);
});

it("a series is found by a label, and its absence is a gap", () => {
  const stages = answer([["commit", [1, 2]]], "stage");
  expect(valuesOf(stages, "stage", "commit")).toEqual([1, 2]);
  expect(valuesOf(stages, "stage", "queue")).toEqual([null, null]);
  expect(valuesOf(undefined, "stage", "queue")).toEqual([]);
});
