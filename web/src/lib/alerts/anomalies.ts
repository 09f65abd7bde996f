// Anomalies in words and as bands of charts. Owns the word for each kind, numbers with their units and which bands a chart gets;
// refuses to judge a value.

import type { Anomaly, AnomalyKind, AnomalyRate } from "../wire";
import type { Band } from "../bands";
import { bytes, count, digits, duration, percent, seconds, shortId } from "../format";
import { withNames } from "./agents";
import type { Tone } from "../headline";

export const KINDS: Record<AnomalyKind, string> = {
  spike: "spike", level_shift: "new level", drift: "slow drift", lost_periodicity: "lost its rhythm", flat_line: "flat line", gone: "gone", unusual_shape: "unusual shape", peer_out_of_line: "unlike its peers",
};

/** Of an anomaly, whose unit is its metric's, or of an alert (`AlertUnit`). */
export function valueIn(unit: string): (value: number | null) => string {
  if (unit === "seconds") return seconds;
  if (unit === "ms" || unit === "milliseconds") return duration;
  if (unit === "ratio" || unit === "share") return percent;
  if (unit === "bytes") return bytes;
  return (value) => (unit === "" || unit === "plain" || value === null ? digits(value) : `${digits(value)} ${unit}`);
}

/** `2 to 6 ms`, with the unit once where both ends have it. */
export function normal(low: number, high: number, format: (value: number | null) => string): string {
  const [from, to] = [format(low), format(high)];
  if (from === to) return from;
  const unit = / [^\d]+$/.exec(to)?.[0] ?? "";
  return unit !== "" && from.endsWith(unit) ? `${from.slice(0, -unit.length)} to ${to}` : `${from} to ${to}`;
}

/** As one line of plain text: agents by a part of their id, no marks of code. */
export const line = (text: string): string => withNames(text, shortId).replaceAll("`", "");

export function bandsOf(anomalies: readonly Anomaly[], toSeconds: number): Band[] {
  return anomalies.filter((one) => !one.is_dismissed).map((one) => ({
    from: Date.parse(one.started_at) / 1000,
    to: one.ended_at ? Date.parse(one.ended_at) / 1000 : toSeconds,
    colour: "stale",
    label: `${KINDS[one.kind] ?? one.kind}: ${line(one.sentence)}`,
    href: one.link,
    isOpen: !one.ended_at,
  }));
}

/** How likely it is that nothing is wrong, as a colour. */
export function toneOf(rate: AnomalyRate): Tone {
  if (rate.watched === 0) return "none";
  return rate.anomalous === 0 || 0.05 <= rate.chance ? "well" : rate.chance < 0.001 ? "bad" : "warn";
}

/** The server's sentence; a plain one where all is well. */
export function rateSentence(rate: AnomalyRate): string {
  if (rate.watched === 0) return "No series is watched yet.";
  // What chance would make of nothing tells nobody anything.
  if (rate.anomalous === 0) return `None of ${count(rate.watched)} series is anomalous now.`;
  return closed(rate.sentence);
}

/** With its full stop. Not with a capital letter: many begin with a name as it is written. */
export const closed = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);
