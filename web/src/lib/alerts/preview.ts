// What a rule would have done, as a chart takes it. Owns putting series on one grid of times, the limit as a line and firings as
// bands; refuses to say how often: the server does.

import type { AlertFiring, AlertPreview } from "../wire";
import { merged, type Band } from "../bands";
import { names } from "../explore";
import { dateTime, duration } from "../format";

interface Line {
  label: string;
  values: (number | null)[];
  colour?: string;
  isDashed?: boolean;
}

export interface Drawn {
  times: number[];
  lines: Line[];
  bands: Band[];
  span: [number, number];
}

/** With agents' names in place of their ids. */
export function drawnOf(preview: AlertPreview, nameOf: (id: string) => string = (id) => id): Drawn {
  const span: [number, number] = [Date.parse(preview.from) / 1000, Date.parse(preview.to) / 1000];
  const step = Math.max(1, preview.step_seconds);
  const length = Math.max(1, Math.round((span[1] - span[0]) / step) + 1);
  const times = Array.from({ length }, (_, index) => span[0] + index * step);
  const labels = names(preview.series.map((one) => ({ labels: one.labels["agent"] ? { ...one.labels, agent: nameOf(one.labels["agent"]) } : one.labels })));
  const lines: Line[] = preview.series.map((one, at) => {
    const values = new Array<number | null>(length).fill(null);
    one.times.forEach((time, index) => {
      const place = Math.round((time - span[0]) / step);
      if (0 <= place && place < length) values[place] = one.values[index] ?? null;
    });
    return { label: labels[at] || "value", values };
  });
  const { limit } = preview;
  if (typeof limit === "number") lines.push({ label: "limit", values: times.map(() => limit), colour: "bad", isDashed: true });
  return { times, lines, span, bands: merged(preview.firings.map((one) => bandOf(one, span[1]))) };
}

function bandOf(firing: AlertFiring, end: number): Band {
  const from = Date.parse(firing.fired_at) / 1000;
  return { from, to: firing.resolved_at ? Date.parse(firing.resolved_at) / 1000 : end, colour: "bad" };
}

/** `2026-11-26 14:03:07, for 4 min`. */
export function firingWords(firing: AlertFiring): string {
  const from = Date.parse(firing.fired_at);
  return firing.resolved_at ? `${dateTime(from)}, for ${duration(Date.parse(firing.resolved_at) - from)}` : `${dateTime(from)}, and fires still`;
}
