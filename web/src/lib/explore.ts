// Questions of the explorer. Owns their place in the address, asking each on its own, and which of very many
// series are drawn; refuses components.

import type { Api } from "./api";
import { count, duration } from "./format";
import { seriesName, toGrid, toNumber } from "./prometheus";
import type { Metadata } from "./units";

export const QUERIES_MAX = 8;
/** Drawn at once; more lines are a carpet. */
export const DRAWN_MAX = 50;
/** Read at once; of a larger answer a part that nobody chose. */
export const SERIES_MAX = 2000;

const parameter = (index: number) => (index === 0 ? "q" : `q${index + 1}`);
export const letter = (index: number): string => String.fromCharCode(65 + index);

export function readQueries(params: URLSearchParams): string[] {
  const all = Array.from({ length: QUERIES_MAX }, (_, index) => params.get(parameter(index)) ?? "");
  const last = all.findLastIndex((one) => one !== "");
  return all.slice(0, Math.max(1, last + 1));
}

/** What to change in the address. */
export function writeQueries(queries: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(Array.from({ length: QUERIES_MAX }, (_, index) => [parameter(index), queries[index]?.trim() || null]));
}

export interface Series {
  labels: Record<string, string>;
  values: (number | null)[];
}

export interface Told {
  /** How it was answered, in a sentence. */
  how: string;
  remarks: string[];
}

export interface RangeResult extends Told {
  times: number[];
  series: Series[];
}

export interface InstantRow {
  labels: Record<string, string>;
  value: number;
}

interface Stats {
  samples: { totalQueryableSamples: number };
  series: number;
  timings: { execTotalTime: number };
  resolution: string;
}

interface Envelope<R> {
  data: { resultType: string; result: R; stats?: Stats };
  warnings?: string[];
  infos?: string[];
}

type Matrix = { metric: Record<string, string>; values: [number, string][] }[];
type Instant = { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] | [number, string];

export async function askRange(api: Api, query: string, fromMs: number, toMs: number, stepMs: number, signal: AbortSignal): Promise<RangeResult> {
  const step = stepMs / 1000;
  // On the step's grid, so that lines do not tremble.
  const [start, end] = [Math.floor(fromMs / stepMs) * step, Math.floor(toMs / stepMs) * step];
  const answer = await api.get<Envelope<Matrix>>("/prometheus/api/v1/query_range", { query, start, end, step, limit: SERIES_MAX, stats: "all" }, signal);
  return { ...toGrid(answer.data.result, start, end, step), ...told(answer, stepMs) };
}

export async function askInstant(api: Api, query: string, atMs: number, signal: AbortSignal): Promise<Told & { rows: InstantRow[] }> {
  const answer = await api.get<Envelope<Instant>>("/prometheus/api/v1/query", { query, time: atMs / 1000, limit: SERIES_MAX, stats: "all" }, signal);
  const { resultType, result } = answer.data;
  if (resultType === "string") return { rows: [], ...told(answer, null), how: `A text: ${(result as [number, string])[1]}` };
  if (resultType === "scalar") return { rows: [{ labels: {}, value: toNumber((result as [number, string])[1]) }], ...told(answer, null) };
  const rows = (result as Exclude<Instant, [number, string]>).map((one) => ({ labels: one.metric, value: toNumber((one.value ?? one.values?.at(-1))?.[1] ?? "NaN") }));
  return { rows, ...told(answer, null) };
}

const RESOLUTIONS: Record<string, string> = { raw: "the samples themselves", five_minutes: "means of 5 minutes", one_hour: "means of an hour" };

function told(answer: Envelope<unknown>, stepMs: number | null): Told {
  const { stats } = answer.data;
  const remarks = [...(answer.warnings ?? []), ...(answer.infos ?? [])].map(shortened);
  if (!stats) return { how: "", remarks };
  const every = stepMs === null ? "" : `, one point every ${duration(stepMs)}`;
  const source = RESOLUTIONS[stats.resolution] ?? stats.resolution;
  const samples = `${count(stats.samples.totalQueryableSamples)} samples of ${count(stats.series)} series`;
  return { how: `From ${source} (${samples})${every}, in ${duration(stats.timings.execTotalTime * 1000)}.`, remarks };
}

/** Prometheus's sentences for people. */
function shortened(remark: string): string {
  if (remark === "results truncated due to limit") return `There are more than ${count(SERIES_MAX)} series; a part of them was read. Narrow the question down, or sum by a label.`;
  const text = remark.replace(/^PromQL (?:info|warning): /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Those that are largest on average, in their order; all that have a value when there are few. */
export function drawn(all: readonly Series[], max = DRAWN_MAX): readonly Series[] {
  const series = all.filter((one) => one.values.some((value) => value !== null));
  if (series.length <= max) return series;
  const sized = series.map((one, index) => ({ index, size: size(one.values) }));
  const largest = new Set(sized.sort((a, b) => b.size - a.size || a.index - b.index).slice(0, max).map((one) => one.index));
  return series.filter((_, index) => largest.has(index));
}

function size(values: readonly (number | null)[]): number {
  const known = values.filter((value): value is number => value !== null && !Number.isNaN(value));
  return known.length === 0 ? -1 : known.reduce((sum, one) => sum + Math.abs(one), 0) / known.length;
}

/** Labels that all have alike are left out of the names, so that what differs is read first. */
export function names(series: readonly { labels: Record<string, string> }[]): string[] {
  const first = series[0]?.labels ?? {};
  const same = new Set(series.length < 2 ? [] : Object.keys(first).filter((key) => key !== "__name__" && series.every((one) => one.labels[key] === first[key])));
  const short = series.map(({ labels }) => seriesName(Object.fromEntries(Object.entries(labels).filter(([key]) => !same.has(key)))));
  const hasName = series.some((one) => one.labels["__name__"]);
  return hasName || new Set(short).size === short.length ? short : series.map((one) => seriesName(one.labels));
}

/** A definition's first sample, as a request that can be sent as it is. */
export function firstSample(name: string, kind: string): { samples: { name: string; value: number; labels?: Record<string, string> }[] } {
  if (kind === "histogram") {
    const bucket = (le: string, value: number) => ({ name: `${name}_bucket`, value, labels: { le } });
    return { samples: [bucket("0.1", 2), bucket("1", 9), bucket("+Inf", 10), { name: `${name}_sum`, value: 4.2 }, { name: `${name}_count`, value: 10 }] };
  }
  return { samples: [{ name, value: kind === "counter" ? 1 : 12.5 }] };
}

export function curl(origin: string, body: { samples: readonly unknown[] }, needsToken: boolean): string {
  const token = needsToken ? ` \\\n  -H "authorization: Bearer $PACELINE_TOKEN"` : "";
  const samples = body.samples.map((one) => JSON.stringify(one)).join(",\n    ");
  return `curl -s ${origin}/api/metrics/samples -H 'content-type: application/json'${token} \\\n  -d '{"samples": [\n    ${samples}\n  ]}'`;
}

/** All series that a metric of this kind has. */
export function watching(name: string, kind: string): string {
  return kind === "histogram" || kind === "summary" ? `{__name__=~"${name}(_bucket|_sum|_count)?"}` : name;
}

export interface Family {
  name: string;
  type: string;
  unit: string;
  help: string;
}

/** What there is to ask about: a histogram's parts are one entry; a name that nobody described is one too, and
 * so is one that was described and has no sample yet. */
export function families(all: readonly string[], metadata: Readonly<Record<string, Metadata>>): Family[] {
  const found = new Map<string, Family>();
  for (const name of [...all, ...Object.keys(metadata)]) {
    const stem = name.replace(/_(?:bucket|sum|count)$/, "");
    const family = metadata[name] ? name : metadata[stem] ? stem : name;
    found.set(family, { name: family, ...(metadata[family] ?? { type: "unknown", unit: "", help: "" }) });
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}
