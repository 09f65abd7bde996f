import { expect, test } from "vitest";
import { filterAgents, typesOf } from "./agent-filter";
import { FleetState } from "./state/fleet";

function fleet(): FleetState {
  const state = new FleetState();
  const agent = (ref: number, name: string, agent_types: string[]) => ({ ref, agent_id: `agt_${ref}`, name, agent_types, registered_at_ms: 0 });
  state.apply({ type: "fleet", id: "f", seq: 1, at: "", full: true, new: [agent(0, "Ada", ["developer"]), agent(1, "Bo", ["tester", "developer"])] });
  state.agents.health = ["healthy", "dead"];
  return state;
}

test("words, health and type must all fit", () => {
  const check = (text: string, health: string, type: string, expected: number[]) => expect(filterAgents(fleet(), { text, health, type })).toEqual(expected);
  check("", "", "", [0, 1]);
  check("ad", "", "", [0]);
  check("dev bo", "", "", [1]);
  check("agt_1", "", "", [1]);
  check("", "dead", "", [1]);
  check("", "dead", "tester", [1]);
  check("ada", "dead", "", []);
  expect(typesOf(fleet())).toEqual(["developer", "tester"]);
});
