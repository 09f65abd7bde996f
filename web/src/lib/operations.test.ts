import { describe, expect, it } from "vitest";
import { bottleneck, fromFeed, fromRecord, ownSentence, pace, period, share, subjectOf, type Figures, type Performance } from "./operations";
import { LIVE } from "./range";

const figures = (more: Partial<Figures> = {}): Figures => ({
  count: 10, failed: 1, mean_ms: 4, p50_ms: 3, p95_ms: 8, p99_ms: 9, max_ms: 10, stages_mean_ms: { queue: 1, execute: 0.5, commit: 2 }, ...more,
});
const record = (operations: Performance["operations"]): Performance => ({
  period: { from: "2026-10-05T14:00:00Z", to: "2026-10-05T14:00:10Z", name: "" }, operations, reliability: { operations: 0, failed: 0, errors: [] }, bottlenecks: [], slowest: [],
});
const one = (operation: string, current: Figures | null) => ({ operation, current, previous: null });

describe("operations of the record", () => {
  const rows = fromRecord(record([one("task_claim", figures()), one("task_get", figures({ count: 30 })), one("message_deliver", figures({ mean_ms: 9_999 })), one("gone", null)]));
  it("have the report's numbers, and shares of the time that calls took", () => {
    expect(rows.map((row) => row.name)).toEqual(["task_claim", "task_get", "message_deliver"]);
    expect(rows[0]).toMatchObject({ count: 10, failed: 1, rate: 1, p50: 3, p95: 8, p99: 9, share: 0.25 });
    expect(rows[0]?.stages).toEqual({ queue: 1, execute: 0.5, commit: 2, other: 0.5 });
  });
  it("give a wait between two calls no share", () => {
    expect(rows[2]?.share).toBeNull();
  });
  it("have no stages where none was measured", () => {
    const bare = fromRecord(record([one("a", figures({ stages_mean_ms: null })), one("b", figures({ stages_mean_ms: { queue: 0, execute: 0, commit: 0 } }))]));
    expect(bare.map((row) => row.stages)).toEqual([null, null]);
  });
});

it("operations of the feed are weighed by the last minute", () => {
  const row = (name: string, more: object) => ({ name, count: 5, errors: 1, rejected: 2, rate: 1, p50: 300, p95: 400, p99: 500, mean: 1_000, queue: 200, execute: 300, commit: 400, ...more });
  const quiet = { rate: null, p50: null, p95: null, p99: null, mean: null, queue: null, execute: null, commit: null };
  const rows = fromFeed([row("task_claim", {}), row("task_get", { rate: 3 }), row("task_list", quiet), row("never", { ...quiet, count: 0 })]);
  expect(rows.map((one) => [one.name, one.share])).toEqual([["task_claim", 0.25], ["task_get", 0.75], ["task_list", null]]);
  expect(rows[0]).toMatchObject({ failed: 3, p50: 0.3 });
  expect(rows[0]?.stages?.other).toBeCloseTo(0.1);
  expect(rows[2]?.stages).toBeNull();
});

describe("sentences", () => {
  const rows = fromRecord(record([one("task_claim", figures()), one("task_get", figures({ count: 30 }))]));
  it("name what takes the time and on what", () => {
    expect(bottleneck(rows)).toBe("75.0 % of all time goes into task get; 50.0 % of that is committing to disk.");
    expect(bottleneck([])).toBeNull();
    expect(ownSentence(rows[0]!, 0.25)).toBe("50.0 % of its time is committing to disk; 25.0 % of the time of all operations is its own.");
    expect(ownSentence({ ...rows[0]!, stages: null }, null)).toBe("");
  });
});

it("a time is asked for in days where the report counts in days", () => {
  const now = Date.parse("2026-10-05T14:00:00Z");
  expect(period({ kind: "last", word: "7d" }, now)).toEqual({ days: "7" });
  expect(period({ kind: "last", word: "1h" }, now)).toEqual({ from: "2026-10-05T13:00:00.000Z", to: "2026-10-05T14:00:00.000Z" });
  expect(period(LIVE, now)).toEqual({ from: "2026-10-05T13:45:00.000Z", to: "2026-10-05T14:00:00.000Z" });
  expect(period({ kind: "between", fromMs: now, toMs: now + 60_000 }, 0)).toEqual({ from: "2026-10-05T14:00:00.000Z", to: "2026-10-05T14:01:00.000Z" });
});

it("small numbers get the unit that they are counted in", () => {
  expect([pace(12.5), pace(0), pace(0.05), pace(0.001), pace(1e-5), pace(null)]).toEqual(["12.5/s", "0/s", "3/min", "3.6/h", "0.864/d", "–"]);
  expect([share(0), share(0.0004), share(0.1234), share(null)]).toEqual(["0.0 %", "< 0.1 %", "12.3 %", "–"]);
});

it("a record's context names its subject, or is left alone", () => {
  expect(subjectOf('{"subject":"tsk_1","surface":"http"}')).toBe("tsk_1");
  expect([subjectOf('{"subject":3}'), subjectOf("{torn"), subjectOf(null), subjectOf("null")]).toEqual([null, null, null, null]);
});
