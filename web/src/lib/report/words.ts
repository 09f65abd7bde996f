// Numbers on a report's charts and figures in the report's own words, so that they agree with its tables to the
// digit. Owns what the page writes itself, and follows `crates/paceline-analysis/src/report/words.rs`.

import { NONE } from "../format";

const group = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

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
