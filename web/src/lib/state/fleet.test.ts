import { expect, test } from "vitest";
import type { AgentColumns, FleetFrame } from "../feed-types";
import { FleetState } from "./fleet";

const frame = (more: Partial<FleetFrame>): FleetFrame => ({ type: "fleet", id: "f", seq: 1, at: "2026-10-05T14:00:00.000Z", ...more });
const agent = (ref: number) => ({ ref, agent_id: `agt_${ref}`, name: `name ${ref}`, registered_at_ms: ref });
const columns = (refs: number[], health: AgentColumns["health"], at = 5): AgentColumns => ({
  refs, health, status: refs.map(() => "working"), running: refs, completed: refs, failed: refs, operations: refs,
  errors: refs, changed_at_ms: refs.map(() => at), tasks: refs.map(() => null),
});

test("a full frame replaces, later ones change only what they name", () => {
  const state = new FleetState();
  state.apply(frame({ full: true, new: [agent(0), agent(1)], agents: columns([0, 1], ["healthy", "dead"]) }));
  expect([state.counts(), state.nameOf(1)]).toEqual([{ healthy: 1, warning: 0, stale: 0, dead: 1 }, "name 1"]);
  const moments = { from_ms: 70, after_ms: [0, 7], counts: [1, 2] };
  expect(state.apply(frame({ new: [agent(2)], agents: columns([2, 1], ["warning", "healthy"], 77), moments }))).toBe(moments);
  expect(state.byHealth()).toEqual([2, 0, 1]);
  expect([state.present, state.counts()]).toEqual([[0, 1, 2], { healthy: 2, warning: 1, stale: 0, dead: 0 }]);
  state.apply(frame({ gone: [0] }));
  expect(state.present).toEqual([1, 2]);
  state.apply(frame({ full: true, new: [agent(0)] }));
  expect([state.present, state.queue]).toEqual([[0], null]);
});

test("the order by health stays the same list until it is another order", () => {
  const state = new FleetState();
  state.apply(frame({ full: true, new: [agent(0), agent(1)], agents: columns([0, 1], ["healthy", "healthy"]) }));
  const [order, counts] = [state.byHealth(), state.counts()];
  state.apply(frame({ agents: columns([1, 0], ["healthy", "healthy"], 6) }));
  expect([state.byHealth() === order, state.counts() === counts]).toEqual([true, true]);
  state.apply(frame({ agents: columns([1], ["stale"]) }));
  expect([state.byHealth(), state.counts().stale]).toEqual([[1, 0], 1]);
  state.apply(frame({ gone: [1] }));
  expect([state.byHealth(), state.counts().stale]).toEqual([[0], 0]);
});

test("a full frame tells no lag: what it shows may be hours old", () => {
  expect(new FleetState().apply(frame({ full: true, agents: columns([0], ["healthy"], 5) }))).toBeNull();
});

test("an agent that left and came back under its ref is one line", () => {
  const state = new FleetState();
  state.apply(frame({ full: true, new: [agent(0)] }));
  state.apply(frame({ new: [agent(0)] }));
  expect(state.present).toEqual([0]);
});

test("events are newest first and bounded, rates are remembered", () => {
  const state = new FleetState();
  const event = (n: number) => ({ n, at_ms: n, kind: "agent_joined" as const, text: "" });
  state.apply(frame({ full: true, events: [event(1), event(2)] }));
  state.apply(frame({ events: Array.from({ length: 250 }, (_, index) => event(index + 3)), events_skipped: 4 }));
  expect([state.events.length, state.events[0]?.n, state.eventsSkipped]).toEqual([200, 252, 4]);
  state.apply(frame({ rates: { operations_per_second: 7, errors_per_second: 1, completed_per_second: 2 } }));
  expect(state.history.toColumns()).toEqual([[1791208800], [7], [1], [2]]);
});
