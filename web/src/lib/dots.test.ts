import { expect, test } from "vitest";
import { Dots } from "./dots";
import type { FleetFrame } from "./feed-types";
import { FleetState } from "./state/fleet";

function fleet() {
  const state = new FleetState();
  const frame: FleetFrame = {
    type: "fleet", id: "f", seq: 1, at: "2026-10-05T14:00:00.000Z", full: true,
    new: [0, 1, 2].map((ref) => ({ ref, agent_id: `agt_${ref}`, registered_at_ms: 0 })),
    agents: {
      refs: [0, 1, 2], health: ["healthy", "healthy", "dead"], status: ["idle", "working", "idle"], running: [0, 1, 0],
      changed_at_ms: [0, 0, 0], tasks: [null, null, null],
    },
  };
  state.apply(frame);
  return state;
}

function drawn(dots: Dots, state: FleetState, atMs: number) {
  const calls: [number, number][] = [];
  dots.each(state.agents, atMs, (index, shade) => calls.push([index, shade]));
  return calls;
}

test("a dot is drawn when its shade is another one", () => {
  const [dots, state] = [new Dots(), fleet()];
  dots.begin(state.present, 10);
  expect(drawn(dots, state, 5_000)).toEqual([[0, 0], [1, 1], [2, 11]]);
  expect(drawn(dots, state, 6_000)).toEqual([]);
  state.agents.changedAt[0] = 6_500;
  expect(drawn(dots, state, 7_000)).toEqual([[0, 2]]);
  expect(drawn(dots, state, 7_499)).toEqual([]);
  expect(drawn(dots, state, 7_500)).toEqual([[0, 0]]);
});

test("other agents, or another width, begin on an empty ground", () => {
  const [dots, state] = [new Dots(), fleet()];
  dots.begin(state.present, 10);
  drawn(dots, state, 5_000);
  expect([dots.isOther(state.present, 10), dots.isOther(state.present, 9), dots.isOther([...state.present], 10)]).toEqual([false, true, true]);
  dots.begin(state.present, 9);
  expect(drawn(dots, state, 5_000).length).toBe(3);
});
