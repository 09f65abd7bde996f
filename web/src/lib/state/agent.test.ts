import { expect, test } from "vitest";
import type { AgentFrame } from "../feed-types";
import { AgentState } from "./agent";

const frame = (more: Partial<AgentFrame>): AgentFrame => ({ type: "agent", id: "a", seq: 1, at: "", ...more });
const operation = (n: number) => ({ n, at_ms: n * 10, operation: "task_claim", duration_us: 1, outcome: "ok" });

test("lines are newest first, and a full frame begins anew", () => {
  const state = new AgentState();
  state.apply(frame({ full: true, operations: [operation(1), operation(2)], skipped: 2 }));
  expect(state.apply(frame({ operations: [operation(3)] }))).toBe(30);
  expect([state.operations.map((one) => one.n), state.skipped]).toEqual([[3, 2, 1], 2]);
  state.apply(frame({ full: true, operations: [operation(9)] }));
  expect([state.operations.map((one) => one.n), state.skipped]).toEqual([[9], 0]);
});
