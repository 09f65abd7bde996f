// Which time a page shows. Owns the choices and their place in the address; refuses a clock: `now` is an
// argument.

import { clockTime, date, dateTime } from "./format";

export interface Choice {
  word: string;
  label: string;
  spanMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const CHOICES: readonly Choice[] = [
  { word: "live", label: "Live", spanMs: 15 * MINUTE },
  { word: "15m", label: "15 min", spanMs: 15 * MINUTE },
  { word: "1h", label: "1 h", spanMs: HOUR },
  { word: "6h", label: "6 h", spanMs: 6 * HOUR },
  { word: "24h", label: "24 h", spanMs: DAY },
  { word: "7d", label: "7 d", spanMs: 7 * DAY },
  { word: "30d", label: "30 d", spanMs: 30 * DAY },
  { word: "90d", label: "90 d", spanMs: 90 * DAY },
  // For what was imported: a fleet's past is often older than this server.
  { word: "1y", label: "1 y", spanMs: 365 * DAY },
];

/** Live, the last so long, or from one moment to another (a brush). */
export type Range = { kind: "live" } | { kind: "last"; word: string } | { kind: "between"; fromMs: number; toMs: number };

export const LIVE: Range = { kind: "live" };
const SPAN_MIN_MS = 1_000;

export function readRange(params: URLSearchParams): Range {
  const [from, to] = [Number(params.get("from") ?? NaN), Number(params.get("to") ?? NaN)];
  if (from < to) return { kind: "between", fromMs: from, toMs: to };
  const word = params.get("range") ?? "live";
  return word !== "live" && CHOICES.some((one) => one.word === word) ? { kind: "last", word } : LIVE;
}

/** What to change in the address. */
export function writeRange(range: Range): { range: string | null; from: string | null; to: string | null } {
  if (range.kind === "between") return { range: null, from: String(Math.round(range.fromMs)), to: String(Math.round(range.toMs)) };
  return { range: range.kind === "last" ? range.word : null, from: null, to: null };
}

/** The moments it spans. A brush of nothing spans a second. */
export function bounds(range: Range, nowMs: number): { fromMs: number; toMs: number } {
  if (range.kind === "between") return { fromMs: range.fromMs, toMs: Math.max(range.toMs, range.fromMs + SPAN_MIN_MS) };
  const word = range.kind === "last" ? range.word : "live";
  const span = CHOICES.find((one) => one.word === word)?.spanMs ?? 15 * MINUTE;
  return { fromMs: nowMs - span, toMs: nowMs };
}

/** A round step that gives about so many points, at least a second and no finer than they are stored. */
export function stepMs(spanMs: number, points: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map((s) => s * 1000);
  return steps.find((step) => spanMs / points <= step) ?? DAY;
}

/** A stretch in as few words as tell it: the day only where it is another. */
export function between(fromMs: number, toMs: number): string {
  const isOneDay = date(fromMs) === date(toMs);
  return isOneDay ? `${date(fromMs).slice(5)} ${clockTime(fromMs)} to ${clockTime(toMs)}` : `${dateTime(fromMs).slice(5, 16)} to ${dateTime(toMs).slice(5, 16)}`;
}

/** How often to read again what moves: never for a past that is over. */
export function refreshMs(range: Range): number | null {
  if (range.kind === "between") return null;
  const { fromMs, toMs } = bounds(range, 0);
  return Math.max(5_000, Math.min(60_000, (toMs - fromMs) / 300));
}
