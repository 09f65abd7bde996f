// A report for the eye: how the whole looks, the lines of a chart on which a finding is marked, what the table of
// operations is sorted by. Owns colours' judgement and order; refuses to find anything.

import type { Change, Finding, OperationRow, Report, Timeline } from "./model";

export type Tone = "well" | "warn" | "bad" | "none";

/** Bad when something got slower, a warning when a documented rule is broken or fewer calls succeed. */
export function tone(report: Report): Tone {
  if (report.findings.some((one) => one.slower)) return "bad";
  const { success_rate: rate, previous_success_rate: before } = report.reliability;
  if (rate === null) return "none";
  return 0 < report.broken_rules.length || (before !== null && 0.001 <= before - rate) ? "warn" : "well";
}

export interface Course {
  /** Seconds since 1970. */
  times: number[];
  p50: (number | null)[];
  p95: (number | null)[];
  /** The level before and after, where there is one. */
  level: (number | null)[];
}

export function course(timeline: Timeline, finding?: Finding): Course {
  const from = seconds(timeline.from);
  const times = timeline.p50_ms.map((_, index) => from + index * timeline.step_hours * 3600);
  const moved = finding?.operations.find((one) => one.operation === timeline.operation);
  const level = times.map((at, index) => {
    if (!finding || !moved || finding.kind === "drift" || timeline.p50_ms[index] === null) return null;
    const isDuring = seconds(finding.since) <= at && at < (finding.until ? seconds(finding.until) : Infinity);
    return isDuring ? moved.after_ms : moved.before_ms;
  });
  return { times, p50: timeline.p50_ms, p95: timeline.p95_ms, level };
}

/** When the newest record was, in seconds since 1970. */
export function lastRecord(timeline: Timeline): number {
  return seconds(timeline.from) + (timeline.p50_ms.findLastIndex((one) => one !== null) + 1) * timeline.step_hours * 3600;
}

export const seconds = (at: string): number => Date.parse(at) / 1000;

/** What a column of the document's table of operations is sorted by; columns are in its order. */
export function sortedBy(column: number, { current: now, previous, change }: OperationRow): number | null {
  const values = [null, now?.count, now?.success_rate, now?.mean_ms, now?.p50_ms, now?.p95_ms, now?.p99_ms, now?.max_ms, previous?.count, change?.p50, change?.p95, change?.p99];
  return values[column] ?? null;
}

/** Whether a change is one for sure: its interval lies on one side, and it is more than a twentieth. */
export function direction(change: Change | null, figure: "p50" | "p95"): "worse" | "better" | undefined {
  const [ratio, interval] = [change?.[figure] ?? 0, change?.[`${figure}_interval`]];
  if (!change?.enough || !interval || interval.low * interval.high <= 0 || Math.abs(ratio) < 0.05) return undefined;
  return ratio < 0 ? "better" : "worse";
}
