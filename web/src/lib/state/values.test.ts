import { expect, test } from "vitest";
import type { ValuesFrame } from "../feed-types";
import { number, ValuesState } from "./values";

const frame = (more: Partial<ValuesFrame>): ValuesFrame => ({ type: "values", id: "q", seq: 1, at: "1970-01-01T00:00:05Z", refs: [], values: [], ...more });

test("series come, change and go", () => {
  const state = new ValuesState();
  state.apply(frame({ full: true, new: [{ ref: 0, labels: { a: "b" } }], refs: [0], values: [0.5] }));
  state.apply(frame({ refs: [0, 7], values: ["+Inf", 1] }));
  expect(state.series.get(0)).toMatchObject({ labels: { a: "b" }, value: Infinity });
  expect(state.series.get(0)?.history.toColumns()).toEqual([[5, 5], [0.5, Infinity]]);
  state.apply(frame({ gone: [0] }));
  expect(state.series.size).toBe(0);
});

test("what JSON has no number for is a number here", () => {
  expect([number("NaN"), number("-Inf"), number("stale"), number(undefined), number(2)]).toEqual([NaN, -Infinity, NaN, NaN, 2]);
});
