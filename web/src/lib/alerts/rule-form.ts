// A rule as a person fills it in, and as the server takes it. Owns the way between both, the suggested name and at which field an
// error belongs; refuses to judge: the server does.

import { ApiError } from "../api";
import type { AlertRule, AlertRuleRequest, AlertSeverity, AlertStatistic, AlertThreshold } from "../wire";
import { mistake, type Mistake } from "../promql";
import { ownLabels } from "./causes";
import { parsePairs, writePairs } from "./pairs";
import { parseSpan, writeSpan } from "./spans";

export type Subject = "metric" | "operation" | "expr";

export interface RuleForm {
  subject: Subject;
  metric: string;
  operation: string;
  statistic: AlertStatistic;
  /** `cache="tools"`. */
  matching: string;
  scope: "fleet" | "agent";
  window: string;
  side: "above" | "below";
  limit: string;
  expr: string;
  wait: string;
  keep: string;
  severity: AlertSeverity;
  name: string;
  summary: string;
  description: string;
  causedBy: string;
}

export const STATISTICS: Record<"metric" | "operation", readonly [AlertStatistic, string][]> = {
  operation: [["p99_ms", "99th percentile, ms"], ["p95_ms", "95th percentile, ms"], ["p90_ms", "90th percentile, ms"], ["p50_ms", "median, ms"], ["mean_ms", "mean, ms"], ["error_ratio", "share of errors, 0 to 1"], ["calls_per_second", "calls a second"]],
  metric: [["value", "newest value"], ["mean", "mean"], ["min", "smallest"], ["max", "largest"], ["rate_per_second", "growth a second, of a counter"]],
};

export const BLANK: RuleForm = {
  subject: "operation", metric: "", operation: "", statistic: "p99_ms", matching: "", scope: "fleet", window: "1m", side: "above", limit: "", expr: "",
  wait: "0s", keep: "0s", severity: "warning", name: "", summary: "", description: "", causedBy: "",
};

/** With the statistic that a subject has. */
export function withSubject(form: RuleForm, subject: Subject): RuleForm {
  if (subject === "expr") return { ...form, subject };
  const isOwn = STATISTICS[subject].some(([one]) => one === form.statistic);
  return { ...form, subject, statistic: isOwn ? form.statistic : (STATISTICS[subject][0]?.[0] ?? "value") };
}

export function formOf(rule: AlertRule): RuleForm {
  const limit = rule.threshold?.above ?? rule.threshold?.below ?? null;
  const threshold = rule.threshold ?? {};
  return {
    ...BLANK,
    subject: rule.threshold ? (threshold.operation ? "operation" : "metric") : "expr",
    metric: threshold.metric ?? "", operation: threshold.operation ?? "", statistic: threshold.statistic ?? (threshold.operation ? "p99_ms" : "value"),
    matching: writePairs(threshold.matching ?? {}), scope: threshold.scope ?? "fleet", window: writeSpan(threshold.window_seconds ?? 60),
    side: (threshold.below ?? null) === null ? "above" : "below", limit: limit === null ? "" : String(limit),
    expr: rule.expr, wait: writeSpan(rule.for_seconds), keep: writeSpan(rule.keep_firing_for_seconds), severity: rule.severity, name: rule.name,
    summary: rule.annotations["summary"] ?? "", description: rule.annotations["description"] ?? "", causedBy: (rule.caused_by ?? []).join(", "),
  };
}

export type Field = keyof RuleForm;
export interface Problem {
  field: Field;
  text: string;
}

/** What is missing before the server can be asked; a name is not needed to look back. */
export function missing(form: RuleForm): Problem | null {
  if (form.subject === "metric" && form.metric.trim() === "") return { field: "metric", text: "Choose a metric." };
  if (form.subject === "operation" && form.operation.trim() === "") return { field: "operation", text: "Choose an operation." };
  if (form.subject === "expr") return form.expr.trim() === "" ? { field: "expr", text: "Write an expression, such as `up == 0`." } : spans(form);
  if (form.limit.trim() === "" || !Number.isFinite(Number(form.limit))) return { field: "limit", text: "Say the limit as a number." };
  const labels = parsePairs(form.matching);
  return labels.problem === null ? spans(form) : { field: "matching", text: labels.problem };
}

function spans(form: RuleForm): Problem | null {
  const fields: Field[] = form.subject === "expr" ? ["wait", "keep"] : ["window", "wait", "keep"];
  const wrong = fields.find((field) => spanOf(form[field]) === null);
  return wrong ? { field: wrong, text: "Write a time, such as `30s`, `5m` or `1h 30m`." } : null;
}

const spanOf = (text: string) => (/^\s*(?:0\s*s?)?\s*$/.test(text) ? 0 : parseSpan(text));

/** What the form does not show of `kept`, the rule that is edited, stays. */
export function requestOf(form: RuleForm, kept?: AlertRule): AlertRuleRequest {
  const notes: Record<string, string> = { ...(kept?.annotations ?? {}), summary: form.summary.trim(), description: form.description.trim() };
  const request: AlertRuleRequest = {
    name: form.name.trim() || suggested(form) || "Rule",
    for_seconds: spanOf(form.wait) ?? 0,
    keep_firing_for_seconds: spanOf(form.keep) ?? 0,
    severity: form.severity,
    labels: Object.fromEntries(ownLabels(kept?.labels ?? {})),
    annotations: Object.fromEntries(Object.entries(notes).filter(([, text]) => text !== "")),
    caused_by: form.causedBy.split(",").map((one) => one.trim()).filter((one) => one !== ""),
  };
  return form.subject === "expr" ? { ...request, expr: form.expr.trim() } : { ...request, threshold: thresholdOf(form) };
}

function thresholdOf(form: RuleForm): AlertThreshold {
  // An operation's times are not kept by agent.
  const about = form.subject === "operation" ? { operation: form.operation.trim(), scope: "fleet" as const } : { metric: form.metric.trim(), matching: parsePairs(form.matching).pairs ?? {}, scope: form.scope };
  return { ...about, statistic: form.statistic, window_seconds: spanOf(form.window) || 60, [form.side]: Number(form.limit) };
}

const STATISTIC_WORDS: Record<AlertStatistic, string> = {
  p50_ms: "P50", p90_ms: "P90", p95_ms: "P95", p99_ms: "P99", mean_ms: "Mean", error_ratio: "Errors", calls_per_second: "Calls",
  value: "", rate_per_second: "Rate", mean: "Mean", min: "Min", max: "Max",
};

/** `TaskClaimP99High`, as Prometheus's rules are named. */
export function suggested(form: RuleForm): string {
  if (form.subject === "expr") return "";
  const about = form.subject === "operation" ? form.operation : form.metric.replace(/_(?:total|seconds|ratio|bytes)$/, "");
  const head = about.split(/[^A-Za-z0-9]+/).filter(Boolean).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return head === "" ? "" : `${form.subject === "metric" && form.scope === "agent" ? "Agent" : ""}${head}${STATISTIC_WORDS[form.statistic]}${form.side === "above" ? "High" : "Low"}`.slice(0, 200);
}

const WIRE_FIELDS: Record<string, Field> = {
  metric: "metric", operation: "operation", statistic: "statistic", matching: "matching", scope: "scope", window_seconds: "window", above: "limit", below: "limit", expr: "expr",
  for_seconds: "wait", keep_firing_for_seconds: "keep", severity: "severity", name: "name", annotations: "summary", summary: "summary", description: "description", caused_by: "causedBy",
};

/** Where the server's refusal belongs: at the field that it names first; null where it names none. */
export function fieldOf(error: unknown): Field | null {
  if (!(error instanceof ApiError)) return null;
  const details = error.refusal.details as { field?: unknown } | null | undefined;
  const named = typeof details?.field === "string" ? [details.field] : [...error.message.matchAll(/`([^`]+)`/g)].map((one) => one[1] ?? "");
  for (const name of named) {
    const field = WIRE_FIELDS[name.split(".").at(-1) ?? ""];
    if (field) return field;
  }
  return PLACED.test(error.message) ? "expr" : null;
}

/** `1:5: parse error: …`, whatever stands before it. */
const PLACED = /\b\d+:\d+: [^]+$/;

export function mistakeOf(text: string, error: unknown): Mistake | null {
  if (!(error instanceof ApiError) || error.refusal.code === "unreachable" || fieldOf(error) !== "expr") return null;
  return mistake(text, PLACED.exec(error.message)?.[0] ?? error.message);
}
