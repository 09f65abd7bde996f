import { expect, test } from "vitest";
import type { AlertsFrame } from "../feed-types";
import { AlertsState } from "./alerts";

const frame = (more: Partial<AlertsFrame>): AlertsFrame => ({ type: "alerts", id: "a", seq: 1, at: "", firing: 0, pending: 0, explained: 0, version: 1, ...more });

test("what another alert explains is no cause of its own", () => {
  const state = new AlertsState();
  state.apply(frame({ firing: 21, explained: 20, worst: "critical" }));
  expect([state.isKnown, state.causes, state.worst]).toEqual([true, 1, "critical"]);
  state.apply(frame({ version: 2 }));
  expect([state.causes, state.worst]).toEqual([0, null]);
});

test("every frame makes lists stale, with the version of before too", () => {
  const state = new AlertsState();
  state.apply(frame({}));
  state.apply(frame({}));
  expect(state.staleness).toBe(2);
});
