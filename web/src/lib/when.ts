// Times as tables and charts show them. Owns what is left out because it goes without saying, and what is not known.

import { clockTime, date, NONE, seconds } from "./format";

/** The time today, the date with it before. */
export function when(atMs: number | null | undefined, nowMs: number): string {
  if (atMs === null || atMs === undefined || Number.isNaN(atMs)) return NONE;
  return date(atMs) === date(nowMs) ? clockTime(atMs) : `${date(atMs)} ${clockTime(atMs).slice(0, 5)}`;
}

/** The server's histograms of seconds end here: a quantile beyond is answered with this bound. */
const BUCKET_MAX = 10;

/** A quantile of such a histogram. */
export function openSeconds(value: number | null): string {
  return value !== null && BUCKET_MAX <= value ? `≥ ${seconds(value)}` : seconds(value);
}
