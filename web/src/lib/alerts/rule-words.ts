// A rule in a few words: what it compares, and how it is. Owns those words.

import type { AlertRule, AlertStatistic, AlertThreshold } from "../wire";
import { digits, duration, percent, words } from "../format";
import { writePairs } from "./pairs";

const STATISTICS: Record<AlertStatistic, string> = {
  p50_ms: "median", p90_ms: "p90", p95_ms: "p95", p99_ms: "p99", mean_ms: "mean", error_ratio: "share of errors", calls_per_second: "calls a second",
  value: "", rate_per_second: "growth a second", mean: "mean", min: "smallest", max: "largest",
};

export function ruleWords(rule: AlertRule): string {
  if (rule.record) return `${rule.record} = ${rule.expr}`;
  return rule.threshold ? thresholdWords(rule.threshold) : rule.expr;
}

/** `task claim p99 of each agent above 50 ms`. */
export function thresholdWords(one: AlertThreshold): string {
  const statistic = one.statistic ?? (one.operation ? "p99_ms" : "value");
  const labels = writePairs(one.matching ?? {});
  const about = one.operation ? words(one.operation) : `${one.metric ?? ""}${labels === "" ? "" : `{${labels}}`}`;
  const side = (one.below ?? null) === null ? `above ${limitWords(statistic, one.above ?? NaN)}` : `below ${limitWords(statistic, one.below ?? NaN)}`;
  return [about, STATISTICS[statistic], one.scope === "agent" ? "of each agent" : "", side].filter((part) => part !== "").join(" ");
}

function limitWords(statistic: AlertStatistic, limit: number): string {
  if (statistic.endsWith("_ms")) return duration(limit);
  return statistic === "error_ratio" ? percent(limit) : digits(limit);
}

export type RuleState = "off" | "broken" | "recording" | "firing" | "pending" | "inactive";

export function ruleState(rule: AlertRule): RuleState {
  if (!rule.enabled) return "off";
  if (rule.health === "err") return "broken";
  if (rule.record) return "recording";
  if (0 < rule.firing) return "firing";
  return 0 < rule.pending ? "pending" : "inactive";
}
