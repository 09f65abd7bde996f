// History by PromQL. Owns the questions' form and turning answers into columns on one grid of times;
// refuses to know which series there are.

import type { Api } from "./api";

export interface RangeAnswer {
  /** Seconds since 1970, evenly spaced. */
  times: number[];
  series: { labels: Record<string, string>; values: (number | null)[] }[];
  warnings: string[];
}

interface Matrix {
  data: { resultType: "matrix"; result: { metric: Record<string, string>; values: [number, string][] }[] };
  warnings?: string[];
}

export interface InstantAnswer {
  resultType: string;
  result: { labels: Record<string, string>; value: number }[];
}

export async function queryRange(api: Api, query: string, fromMs: number, toMs: number, stepMs: number, signal?: AbortSignal): Promise<RangeAnswer> {
  const step = stepMs / 1000;
  // On the step's grid, so that the same moments are asked for again and lines do not tremble.
  const start = Math.floor(fromMs / stepMs) * step;
  const end = Math.floor(toMs / stepMs) * step;
  const answer = await api.get<Matrix>("/prometheus/api/v1/query_range", { query, start, end, step }, signal);
  return { ...toGrid(answer.data.result, start, end, step), warnings: answer.warnings ?? [] };
}

export function toGrid(result: Matrix["data"]["result"], start: number, end: number, step: number): Omit<RangeAnswer, "warnings"> {
  const length = Math.round((end - start) / step) + 1;
  const times = Array.from({ length }, (_, index) => start + index * step);
  const series = result.map(({ metric, values }) => {
    const column = new Array<number | null>(length).fill(null);
    for (const [at, text] of values) {
      const index = Math.round((at - start) / step);
      if (0 <= index && index < length) column[index] = finite(text);
    }
    return { labels: metric, values: column };
  });
  return { times, series };
}

export async function queryNow(api: Api, query: string, signal?: AbortSignal): Promise<InstantAnswer> {
  type Vector = { data: { resultType: string; result: { metric: Record<string, string>; value: [number, string] }[] | [number, string] } };
  const { data } = await api.get<Vector>("/prometheus/api/v1/query", { query }, signal);
  if (data.resultType === "scalar") {
    const [, text] = data.result as [number, string];
    return { resultType: "scalar", result: [{ labels: {}, value: toNumber(text) }] };
  }
  const rows = data.result as { metric: Record<string, string>; value?: [number, string] }[];
  return { resultType: data.resultType, result: rows.map((row) => ({ labels: row.metric, value: toNumber(row.value?.[1] ?? "NaN") })) };
}

export function toNumber(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}

/** A label value as PromQL writes it between quotes. */
export function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** A series in a legend: what tells it from others, or its name. */
export function seriesName(labels: Record<string, string>): string {
  const { __name__: name = "", ...rest } = labels;
  const pairs = Object.entries(rest).map(([key, value]) => `${key}=${quoted(value)}`);
  return pairs.length === 0 ? name || "value" : `${name}{${pairs.join(", ")}}`;
}

function finite(text: string): number | null {
  const value = toNumber(text);
  return Number.isFinite(value) ? value : null;
}
