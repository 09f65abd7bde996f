import { expect, test } from "vitest";
import type { AgentFrame } from "../feed-types";
import { AgentState } from "./agent";

const agent: AgentFrame["agent"] = { agent_id: "agt_1", status: "idle", health: "healthy", tasks_running: 0, registered_at: "", last_heartbeat_at: "" };
const frame = (more: Partial<AgentFrame>): AgentFrame => ({ type: "agent", id: "a", seq: 1, at: "", agent, ...more });
const operation = (n: number) => ({ n, at_ms: n * 10, operation: "task_claim" as const, duration_us: 1, outcome: "ok" });

test("lines are newest first, and a full frame begins anew", () => {
  const state = new AgentState();
  state.apply(frame({ full: true, operations: [operation(1), operation(2)], skipped: 2 }));
  expect(state.apply(frame({ operations: [operation(3)] }))).toBe(30);
  expect([state.operations.map((one) => one.n), state.skipped, state.agent?.agent_id]).toEqual([[3, 2, 1], 2, "agt_1"]);
  state.apply(frame({ full: true, operations: [operation(9)] }));
  expect([state.operations.map((one) => one.n), state.skipped]).toEqual([[9], 0]);
});
