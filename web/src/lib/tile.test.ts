import { expect, test } from "vitest";
import { FleetState } from "./state/fleet";
import { doing, isSameTile, tileOf, type Tile } from "./tile";

function fleet(): FleetState {
  const state = new FleetState();
  state.apply({
    type: "fleet", id: "f", seq: 1, at: "2026-10-05T14:00:00.000Z", full: true, new: [{ ref: 0, agent_id: "agt_0", registered_at_ms: 0 }],
    agents: { refs: [0], health: ["healthy"], status: ["working"], running: [1], completed: [7], changed_at_ms: [10_000], tasks: [null] },
  });
  return state;
}

test("a tile is the same until something that it shows changes", () => {
  const state = fleet();
  const before = tileOf(state, 0, 10_100);
  expect(before).toEqual({ id: "agt_0", name: "agt_0", health: "healthy", status: "working", running: 1, completed: 7, isFresh: true });
  expect(isSameTile(before, tileOf(state, 0, 11_499))).toBe(true);
  expect(isSameTile(before, tileOf(state, 0, 11_500))).toBe(false);
  for (const [field, value] of Object.entries({ id: "x", name: "x", health: "dead", status: "idle", running: 2, completed: null })) {
    expect(isSameTile(before, { ...before, [field]: value }), field).toBe(false);
  }
});

test("trouble comes before work, and work before what the agent says", () => {
  const tile = (more: Partial<Tile>) => doing({ ...tileOf(fleet(), 0, 0), ...more });
  expect([tile({ health: "stale" }), tile({}), tile({ running: 3 }), tile({ running: 0 })]).toEqual(["stale", "runs a task", "runs 3", "working"]);
});
