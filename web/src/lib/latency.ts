// Durations over time from a histogram's series. Owns sorting buckets by their bound and cutting off those that nothing
// fell into; refuses to ask for them.

import { apart, occupied } from "./heat";
import type { RangeAnswer } from "./prometheus";
import { quoted } from "./prometheus";

export interface Heat {
  times: number[];
  /** Seconds; the last may be infinite. */
  bounds: number[];
  /** Operations of each step. */
  counts: number[][];
}

/** From `sum by (le) (increase(…_bucket[step]))`: how many fell into each bucket in each step. */
export function heatOf(answer: RangeAnswer): Heat {
  const series = answer.series
    .map((one) => ({ bound: one.labels["le"] === "+Inf" ? Infinity : Number(one.labels["le"]), values: one.values }))
    .filter((one) => !Number.isNaN(one.bound))
    .sort((a, b) => a.bound - b.bound);
  // `increase` answers fractions; an operation is one or none.
  const counts = apart(series.map((one) => one.values)).map((row) => row.map(Math.round));
  const { from, to } = occupied(counts);
  return { times: answer.times, bounds: series.slice(from, to).map((one) => one.bound), counts: counts.slice(from, to) };
}

/** One column a step, none counted twice. */
export function heatQuestion(operation: string, step: string): string {
  return `sum by (le) (increase(paceline_operation_duration_seconds_bucket{operation=${quoted(operation)}}[${step}]))`;
}

/** Median, 99th percentile, mean of each stage, calls a second by outcome. */
export function questions(operation: string, window: string): string[] {
  const of = `{operation=${quoted(operation)}}`;
  const buckets = `sum by (le) (rate(paceline_operation_duration_seconds_bucket${of}[${window}]))`;
  const stage = (part: string) => `sum by (stage) (rate(paceline_operation_stage_seconds_${part}${of}[${window}]))`;
  return [
    `histogram_quantile(0.5, ${buckets})`,
    `histogram_quantile(0.99, ${buckets})`,
    `${stage("sum")} / ${stage("count")}`,
    `sum by (outcome) (rate(paceline_operation_duration_seconds_count${of}[${window}]))`,
  ];
}

/** Values of the series whose label has a value; nulls where there is none. */
export function valuesOf(answer: RangeAnswer | undefined, label: string, value: string): (number | null)[] {
  return answer?.series.find((one) => one.labels[label] === value)?.values ?? (answer?.times ?? []).map(() => null);
}
