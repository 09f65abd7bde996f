import { expect, test } from "vitest";
import { headline } from "./headline";
import { FleetState } from "./state/fleet";

const NOW = 1_000_000;
const queue = { pending: 0, blocked: 0, ready: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

function fleet(health: ("healthy" | "warning" | "stale" | "dead")[], change: (state: FleetState) => void = () => undefined) {
  const state = new FleetState();
  health.forEach((one, ref) => {
    state.present.push(ref);
    state.agents.health[ref] = one;
  });
  state.queue = { ...queue };
  change(state);
  return headline(state, NOW);
}

test("a fleet that is well is told in one sentence", () => {
  expect(fleet(["healthy", "healthy"], (one) => void (one.queue = { ...queue, running: 3 })).text).toBe("All 2 agents are well. 3 tasks run.");
  expect(fleet(["healthy"]).text).toBe("The only agent is well. Nothing runs.");
  expect(fleet([]).tone).toBe("none");
});

test("each trouble says where to look, the gravest colours the whole", () => {
  const { tone, text, troubles } = fleet(["dead", "stale", "stale"], (state) => {
    state.leaders = [{ election: "main", leader: null, epoch: 4 }];
    state.queue = { ...queue, ready: 2 };
    state.waiting = { p50_ms: 1, p99_ms: 1, oldest_ready_at_ms: NOW - 400_000 };
    state.rates = { operations_per_second: 10, errors_per_second: 1, completed_per_second: 0 };
  });
  expect([tone, text]).toEqual(["bad", "5 things need a look."]);
  expect(troubles.map((one) => [one.text, one.href])).toEqual([
    ["1 agent is dead", "/agents?health=dead"],
    ["2 agents have gone silent", "/agents?health=stale"],
    ["election main has no leader", "/elections/main"],
    ["2 ready tasks wait, the oldest for 6 min", "/tasks?status=ready"],
    ["10 % of operations fail", "/operations"],
  ]);
});

test("little is not called trouble", () => {
  const { tone } = fleet(["healthy"], (state) => {
    state.queue = { ...queue, ready: 500 };
    state.waiting = { p50_ms: 1, p99_ms: 1, oldest_ready_at_ms: NOW - 299_000 };
    state.rates = { operations_per_second: 0.1, errors_per_second: 0.1, completed_per_second: 0 };
  });
  expect(tone).toBe("well");
});
