// Operations over a time, from the record or from the feed, as rows of one kind. Owns shares of the total and the sentence
// about what takes the time; refuses to compute a percentile: those are the server's.

import { digits, rate, words } from "./format";
import type { Range } from "./range";
import { bounds, CHOICES } from "./range";
import type { OperationRow } from "./state/operations";

const DAY_MS = 86_400_000;
/** Measured between two calls rather than by one: nobody spends their length, so they have no share. */
const WAITS = new Set(["message_deliver", "leader_failover"]);
export const isWait = (name: string): boolean => WAITS.has(name);

export interface Figures {
  count: number;
  failed: number;
  mean_ms: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  max_ms: number;
  stages_mean_ms?: { queue: number; execute: number; commit: number } | null;
}

export interface Performance {
  period: { from: string; to: string; name: string };
  operations: { operation: string; current: Figures | null; previous: Figures | null }[];
  reliability: { operations: number; failed: number; errors: { operation: string; error: string; count: number }[] };
  bottlenecks: { operation: string; time_share: number }[];
  slowest: { at: string; operation: string; duration_ms: number; success: boolean; agent_id: string | null; context: string | null }[];
}

export interface Stages {
  queue: number;
  execute: number;
  commit: number;
  /** What no stage accounts for: parsing, waiting on purpose, answering. */
  other: number;
}

export interface Operation {
  name: string;
  count: number;
  failed: number;
  rate: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  /** Milliseconds. */
  mean: number | null;
  /** Of the time that all operations took; null where it has none. */
  share: number | null;
  /** Mean milliseconds of each; null where they were not measured. */
  stages: Stages | null;
}

/** How to ask for a time: whole days as `paceline report` counts them, else from one moment to another. */
export function period(range: Range, nowMs: number): Record<string, string> {
  const choice = range.kind === "last" ? CHOICES.find((one) => one.word === range.word) : undefined;
  if (choice && DAY_MS <= choice.spanMs) return { days: String(choice.spanMs / DAY_MS) };
  const { fromMs, toMs } = bounds(range, nowMs);
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

export function fromRecord(record: Performance): Operation[] {
  const seconds = (Date.parse(record.period.to) - Date.parse(record.period.from)) / 1000;
  return shared(record.operations.flatMap(({ operation, current }) => (current === null ? [] : [{
    name: operation,
    count: current.count,
    failed: current.failed,
    rate: 0 < seconds ? current.count / seconds : null,
    p50: current.p50_ms,
    p95: current.p95_ms,
    p99: current.p99_ms,
    mean: current.mean_ms,
    share: null,
    stages: current.stages_mean_ms ? withRest(current.stages_mean_ms, current.mean_ms) : null,
  }])), (row) => row.count);
}

/** Rates, percentiles and shares of the last minute. */
export function fromFeed(rows: readonly OperationRow[]): Operation[] {
  const ms = (us: number | null) => (us === null ? null : us / 1000);
  return shared(rows.filter((row) => 0 < row.count).map((row) => ({
    name: row.name,
    count: row.count,
    failed: row.errors + row.rejected,
    rate: row.rate ?? 0,
    p50: ms(row.p50),
    p95: ms(row.p95),
    p99: ms(row.p99),
    mean: ms(row.mean),
    share: null,
    stages: row.mean === null || row.queue === null ? null
      : withRest({ queue: row.queue / 1000, execute: (row.execute ?? 0) / 1000, commit: (row.commit ?? 0) / 1000 }, row.mean / 1000),
  })), (row) => row.rate ?? 0);
}

function withRest(stages: Omit<Stages, "other">, mean: number): Stages | null {
  if (stages.queue + stages.execute + stages.commit === 0) return null;
  return { ...stages, other: Math.max(0, mean - stages.queue - stages.execute - stages.commit) };
}

function shared(rows: Operation[], weight: (row: Operation) => number): Operation[] {
  const time = (row: Operation) => (WAITS.has(row.name) ? 0 : (row.mean ?? 0) * weight(row));
  const all = rows.reduce((sum, row) => sum + time(row), 0);
  for (const row of rows) row.share = WAITS.has(row.name) || row.mean === null || all === 0 ? null : time(row) / all;
  return rows;
}

/** What takes most of the time, and on what it waits. */
export function bottleneck(rows: readonly Operation[]): string | null {
  const first = [...rows].sort((a, b) => (b.share ?? 0) - (a.share ?? 0))[0];
  if (!first || !first.share) return null;
  const begin = `${share(first.share)} of all time goes into ${words(first.name)}`;
  const most = largest(first);
  return most ? `${begin}; ${most[1]} of that is ${STAGE_WORDS[most[0]]}.` : `${begin}.`;
}

const STAGE_WORDS: Record<keyof Stages, string> = {
  queue: "waiting for the store",
  execute: "reading and changing",
  commit: "committing to disk",
  other: "outside the store",
};

/** The same of one operation, beside all the others. */
export function ownSentence(row: Operation, ofAll: number | null): string {
  const most = largest(row);
  const parts = [most ? `${most[1]} of its time is ${STAGE_WORDS[most[0]]}` : "", ofAll === null ? "" : `${share(ofAll)} of the time of all operations is its own`];
  const text = parts.filter((part) => part !== "").join("; ");
  return text === "" ? "" : `${text}.`;
}

function largest(row: Operation): [keyof Stages, string] | null {
  if (!row.stages || !row.mean) return null;
  const [stage, ms] = (Object.entries(row.stages) as [keyof Stages, number][]).reduce((best, one) => (best[1] < one[1] ? one : best));
  return [stage, share(Math.min(1, ms / row.mean))];
}

/** Of a whole, to a tenth of a percent. */
export function share(part: number | null): string {
  if (part === null) return "–";
  return 0 < part && part < 0.001 ? "< 0.1 %" : `${(part * 100).toFixed(1)} %`;
}

/** In the unit in which it is a number that a person counts with. */
export function pace(perSecond: number | null): string {
  if (perSecond === null || perSecond === 0 || 0.1 <= perSecond) return rate(perSecond);
  if (1 / 360 <= perSecond) return `${digits(perSecond * 60)}/min`;
  return 1 / 8_640 <= perSecond ? `${digits(perSecond * 3_600)}/h` : `${digits(perSecond * 86_400)}/d`;
}

/** Whom a recorded operation was about, where that has a page. */
export function subjectOf(context: string | null): string | null {
  try {
    const subject = context ? JSON.parse(context)?.subject : null;
    return typeof subject === "string" ? subject : null;
  } catch {
    return null;
  }
}
