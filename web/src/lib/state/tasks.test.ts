import { expect, test } from "vitest";
import type { TasksFrame } from "../feed-types";
import { TasksState } from "./tasks";

const frame = (more: Partial<TasksFrame>): TasksFrame => ({ type: "tasks", id: "t", seq: 1, at: "", ...more });
const task = (n: number, at: number) => ({ task_id: `tsk_${n}`, status: "ready" as const, changed_at_ms: at });

test("the last change is first, once, and the oldest are forgotten", () => {
  const state = new TasksState();
  state.apply(frame({ full: true, changed: [task(1, 1), task(2, 2)] }));
  expect(state.apply(frame({ changed: [task(1, 3)] }))).toBe(3);
  expect(state.freshest().map((one) => one.task_id)).toEqual(["tsk_1", "tsk_2"]);
  state.apply(frame({ changed: Array.from({ length: 1000 }, (_, n) => task(n + 10, 10 + n)) }));
  expect([state.tasks.size, state.tasks.has("tsk_1")]).toEqual([1000, false]);
});

test("what frames could not tell makes lists stale", () => {
  const state = new TasksState();
  state.apply(frame({ full: true }));
  state.apply(frame({ changed: [task(1, 1)] }));
  expect(state.staleness).toBe(1);
  state.apply(frame({ skipped: 3 }));
  expect(state.staleness).toBe(2);
});
