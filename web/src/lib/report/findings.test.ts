import { expect, test } from "vitest";
import { course, direction, lastRecord, sortedBy, tone } from "./findings";
import type { Change, Finding, OperationRow, Report, Timeline } from "./model";

const report = (more: object): Report => ({ findings: [], broken_rules: [], reliability: { success_rate: 1, previous_success_rate: 1 }, ...more }) as unknown as Report;

test("the tone is the worst that was found", () => {
  expect(tone(report({}))).toBe("well");
  expect(tone(report({ findings: [{ slower: false }] }))).toBe("well");
  expect(tone(report({ broken_rules: [{}] }))).toBe("warn");
  expect(tone(report({ reliability: { success_rate: 0.99, previous_success_rate: 1 } }))).toBe("warn");
  expect(tone(report({ findings: [{ slower: true }], broken_rules: [{}] }))).toBe("bad");
  expect(tone(report({ reliability: { success_rate: null, previous_success_rate: null } }))).toBe("none");
});

test("a spell's level comes and goes again", () => {
  const timeline: Timeline = { operation: "a", from: "2026-10-01T00:00:00Z", step_hours: 12, p50_ms: [1, 1, 3, 3, 1], p95_ms: [2, 2, 6, 6, null] };
  const finding = { kind: "spell", slower: true, since: "2026-10-02T00:00:00Z", until: "2026-10-03T00:00:00Z", operations: [{ operation: "a", before_ms: 1, after_ms: 3, change: 2 }] } as unknown as Finding;
  const drawn = course(timeline, finding);
  expect(drawn.level).toEqual([1, 1, 3, 3, 1]);
  expect(drawn.times[1]! - drawn.times[0]!).toBe(43_200);
  expect(course(timeline, { ...finding, kind: "drift" }).level.every((one) => one === null)).toBe(true);
  expect(course(timeline).p95).toBe(timeline.p95_ms);
  expect(lastRecord({ ...timeline, p50_ms: [1, 1, null] })).toBe(Date.parse("2026-10-02T00:00:00Z") / 1000);
});

test("only a change that is sure has a direction", () => {
  const change = (p50: number, low: number, high: number, enough = true): Change => ({ p50, p95: null, p99: null, enough, p50_interval: { low, high }, p95_interval: null });
  expect(direction(change(0.2, 0.1, 0.3), "p50")).toBe("worse");
  expect(direction(change(-0.2, -0.3, -0.1), "p50")).toBe("better");
  for (const unsure of [change(0.2, -0.1, 0.3), change(0.2, 0.1, 0.3, false), change(0.02, 0.01, 0.03), null]) expect(direction(unsure, "p50")).toBeUndefined();
  expect(direction(change(0.2, 0.1, 0.3), "p95")).toBeUndefined();
});

test("the table is sorted by numbers, not by their words", () => {
  const row = { operation: "a", current: { count: 3, max_ms: 9 }, previous: null, change: { p99: 0.5 } } as unknown as OperationRow;
  expect([1, 7, 8, 11].map((column) => sortedBy(column, row))).toEqual([3, 9, null, 0.5]);
});
