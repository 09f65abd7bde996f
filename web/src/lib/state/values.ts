// The answer to a query that is asked again and again: the newest value of each series, and the last minutes
// of each. Owns their memory; refuses to evaluate anything.

import type { ValuesFrame, WireValue } from "../feed-types";
import { Ring } from "../ring";

const POINTS_MAX = 900;

export interface LiveSeries {
  labels: Record<string, string>;
  value: number;
  history: Ring;
}

export class ValuesState {
  isKnown = false;
  readonly series = new Map<number, LiveSeries>();

  apply(frame: ValuesFrame): number | null {
    if (frame.full) {
      this.isKnown = true;
      this.series.clear();
    }
    for (const one of frame.new ?? []) this.series.set(one.ref, { labels: one.labels, value: NaN, history: new Ring(POINTS_MAX, 1) });
    const at = Date.parse(frame.at) / 1000;
    frame.refs.forEach((ref, line) => {
      const series = this.series.get(ref);
      if (!series) return;
      series.value = number(frame.values[line]);
      series.history.push(at, [series.value]);
    });
    for (const ref of frame.gone ?? []) this.series.delete(ref);
    return null;
  }
}

export function number(value: WireValue | undefined): number {
  if (typeof value === "number") return value;
  return value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : NaN;
}
