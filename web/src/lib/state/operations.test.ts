import { expect, test } from "vitest";
import type { OperationsFrame } from "../feed-types";
import { OperationsState } from "./operations";

const rows = (ref: number, count: number) => ({
  refs: [ref], count: [count], errors: [1], rejected: [0], rate: [2.5], p50_us: [310], p95_us: [null], p99_us: [900],
  mean_us: [400], queue_us: [10], execute_us: [300], commit_us: [90],
});
const frame = (more: Partial<OperationsFrame>): OperationsFrame => ({ type: "operations", id: "o", seq: 1, at: "", ...more });

test("rows keep their names and change one by one", () => {
  const state = new OperationsState();
  state.apply(frame({ full: true, names: ["task_claim", "task_enqueue"], rows: rows(0, 5) }));
  state.apply(frame({ rows: rows(1, 7) }));
  expect(state.rows.map((row) => [row.name, row.count, row.p50, row.p95])).toEqual([["task_claim", 5, 310, null], ["task_enqueue", 7, 310, null]]);
  state.apply(frame({ full: true, names: ["task_claim"] }));
  expect(state.rows).toMatchObject([{ name: "task_claim", count: 0, rate: null }]);
});
