// Numbers of a report in the report's own words, so that the page, the printed page and the terminal agree to
// the digit. Owns what `crates/paceline-analysis/src/report/words.rs` owns there, and follows it.

import { NONE } from "../format";
import type { Period } from "./model";

const group = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

export const count = (value: number): string => group.format(value);

/** `412 µs`, `4.12 ms`, `41.2 s`, `6.9 min`, `2.5 h` */
export function duration(ms: number): string {
  if (ms < 1) return `${threeDigits(ms * 1000)} µs`;
  if (ms < 1_000) return `${threeDigits(ms)} ms`;
  if (ms < 120_000) return `${threeDigits(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${threeDigits(ms / 60_000)} min` : `${threeDigits(ms / 3_600_000)} h`;
}

function threeDigits(value: number): string {
  return trimmed(fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0));
}

/** `99.98 %`; never `100 %` when something is missing from it, never `0 %` when something is there. */
export function percent(share: number): string {
  const text = trimmed(fixed(share * 100, 2));
  if (text === "100" && share < 1) return "> 99.99 %";
  return text === "0" && 0 < share ? "< 0.01 %" : `${text} %`;
}

/** `+45 %`, `−12 %`, `±0 %` */
export function change(ratio: number): string {
  const value = Math.sign(ratio) * Math.round(Math.abs(ratio) * 100);
  return value === 0 ? "±0 %" : `${value < 0 ? "−" : "+"}${count(Math.abs(value))} %`;
}

export const score = (value: number): string => fixed(value, 2);

export function plural(number: number, one: string, many: string): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** `Wed 14 October 09:00 UTC`, in the time zone of the period. */
export function moment(at: string, period: Period): string {
  const minutes = period.utc_offset_minutes;
  const local = new Date(Date.parse(at) + minutes * 60_000);
  const pad = (value: number) => String(value).padStart(2, "0");
  const zone = minutes === 0 ? "UTC" : `UTC${minutes < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
  return `${DAYS[local.getUTCDay()]} ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())} ${zone}`;
}

export function or<T>(value: T | null | undefined, words: (value: T) => string): string {
  return value === null || value === undefined ? NONE : words(value);
}

/** Exact halves go to the even neighbour, as in Rust; `toFixed` takes the larger. Only eighths have such halves. */
export function fixed(value: number, places: number): string {
  const scaled = value * 10 ** places;
  const isHalf = Number.isInteger(value * 8) && Math.abs(scaled % 1) === 0.5;
  return (isHalf ? (2 * Math.round(scaled / 2)) / 10 ** places : value).toFixed(places);
}

const trimmed = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
