import { expect, test } from "vitest";
import { headline, isNews } from "./headline";
import { FleetState } from "./state/fleet";

const NOW = 10_000_000;
const queue = { pending: 0, blocked: 0, ready: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

function fleet(health: ("healthy" | "warning" | "stale" | "dead")[], change: (state: FleetState) => void = () => undefined) {
  const state = new FleetState();
  health.forEach((one, ref) => {
    state.present.push(ref);
    state.agents.health[ref] = one;
    state.agents.changedAt[ref] = NOW - 1_000;
  });
  state.queue = { ...queue };
  change(state);
  return headline(state, NOW);
}

test("an alert that fires is trouble, a critical one the first, and what is good to know is none", () => {
  const state = new FleetState();
  state.present.push(0);
  state.agents.health[0] = "stale";
  const told = (causes: number, worst: "info" | "warning" | "critical") => headline(state, NOW, { causes, worst });
  expect(told(1, "critical").text).toBe("A critical alert fires, and one more thing needs a look.");
  expect(told(3, "warning")).toMatchObject({ tone: "warn", text: "1 agent has gone silent, and one more thing needs a look." });
  expect(told(3, "warning").troubles[1]).toEqual({ tone: "warn", text: "3 alerts fire, the worst a warning", href: "/alerts" });
  expect(told(3, "info").troubles.length).toBe(1);
});

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
  expect([tone, text]).toEqual(["bad", "1 agent died in the last hour, and 4 more things need a look."]);
  expect(troubles.map((one) => [one.text, one.href])).toEqual([
    ["1 agent died in the last hour", "/agents?health=dead"],
    ["2 agents have gone silent", "/agents?health=stale"],
    ["election main has no leader", "/elections/main"],
    ["2 ready tasks wait, the oldest for 6 min", "/tasks?status=ready"],
    ["10 % of operations fail", "/operations"],
  ]);
});

test("work that nobody alive can take is said so", () => {
  const { text } = fleet(["dead"], (state) => {
    state.agents.changedAt = [0];
    state.queue = { ...queue, ready: 1 };
    state.waiting = { p50_ms: null, p99_ms: null, oldest_ready_at_ms: NOW - 400_000 };
  });
  expect(text).toBe("1 ready task waits, the oldest for 6 min, and no agent is alive.");
});

test("little is not called trouble", () => {
  const { tone } = fleet(["healthy"], (state) => {
    state.queue = { ...queue, ready: 500 };
    state.waiting = { p50_ms: 1, p99_ms: 1, oldest_ready_at_ms: NOW - 299_000 };
    state.rates = { operations_per_second: 0.1, errors_per_second: 0.1, completed_per_second: 0 };
  });
  expect(tone).toBe("well");
});

test("a death is news for an hour", () => {
  const long = (state: FleetState) => void (state.agents.changedAt = state.present.map(() => NOW - 3_600_000));
  expect(fleet(["healthy", "healthy", "dead"], long)).toMatchObject({ tone: "well", text: "All 2 agents are well. Nothing runs. 1 died earlier." });
  expect(fleet(["dead", "dead"], long)).toMatchObject({ tone: "none", text: "No agent is alive. 2 died earlier." });
  expect(fleet(["dead"])).toMatchObject({ tone: "bad", text: "1 agent died in the last hour." });
});

test("one trouble is the sentence, two are counted", () => {
  expect(fleet(["stale"]).text).toBe("1 agent has gone silent.");
  expect(fleet(["stale", "warning"]).text).toBe("1 agent has gone silent, and one more thing needs a look.");
});

test("other numbers are no news, another judgement or trouble is", () => {
  const runs = (running: number) => fleet(["healthy"], (one) => void (one.queue = { ...queue, running }));
  expect(isNews(runs(3), runs(4))).toBe(false);
  expect(isNews(runs(3), fleet(["stale"]))).toBe(true);
  expect(isNews(fleet(["stale"]), fleet(["warning"]))).toBe(true);
  expect(isNews(fleet(["stale", "warning"]), fleet(["warning"]))).toBe(true);
});
