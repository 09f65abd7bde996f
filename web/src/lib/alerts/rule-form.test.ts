import { expect, test } from "vitest";
import type { AlertRule } from "../wire";
import { ApiError } from "../api";
import { BLANK, fieldOf, formOf, missing, mistakeOf, requestOf, suggested, withSubject } from "./rule-form";
import { ruleState, ruleWords } from "./rule-words";
import { writeSpan } from "./spans";

const RULE: AlertRule = {
  rule_id: "r", name: "ClaimsSlow", group: "api", source: "api", expr: "x > 1", for_seconds: 90, keep_firing_for_seconds: 0, severity: "critical", labels: { team: "a", severity: "critical" },
  annotations: { summary: "slow", runbook_url: "https://example.org" }, caused_by: ["CommitSlow"], enabled: true, health: "ok", evaluation_ms: 1, pending: 0, firing: 0,
  noise: { fired: 0, told: 0, acknowledged: 0, ignored: 0 }, threshold: { operation: "task_claim", statistic: "p99_ms", scope: "fleet", window_seconds: 300, below: 5 },
};
const refused = (message: string, details?: unknown) => new ApiError(400, { code: "invalid_argument", message, details });

test("a rule that is read and saved unchanged is the same, with what the form does not show", () => {
  expect(requestOf(formOf(RULE), RULE)).toEqual({
    name: "ClaimsSlow", threshold: { operation: "task_claim", statistic: "p99_ms", scope: "fleet", window_seconds: 300, below: 5 }, for_seconds: 90, keep_firing_for_seconds: 0,
    severity: "critical", labels: { team: "a" }, annotations: { summary: "slow", runbook_url: "https://example.org" }, caused_by: ["CommitSlow"],
  });
  const { threshold: _, ...promql } = RULE;
  expect(requestOf(formOf(promql), promql).expr).toBe("x > 1");
  expect(requestOf(formOf(promql), promql).threshold).toBeUndefined();
});

test("an annotation that is emptied is gone", () => {
  expect(requestOf({ ...formOf(RULE), summary: " " }, RULE).annotations).toEqual({ runbook_url: "https://example.org" });
});

test("what is missing is said at its field", () => {
  expect(missing(BLANK)?.field).toBe("operation");
  const form = { ...BLANK, operation: "task_claim" };
  expect(missing(form)?.field).toBe("limit");
  expect(missing({ ...form, limit: "many" })?.field).toBe("limit");
  expect(missing({ ...form, limit: "5" })).toBeNull();
  expect(missing({ ...form, limit: "5", wait: "soon" })?.field).toBe("wait");
  expect(missing({ ...withSubject(form, "metric"), metric: "x", limit: "5", matching: "?" })?.field).toBe("matching");
  expect(missing({ ...BLANK, subject: "expr" })?.field).toBe("expr");
});

test("an operation's times are the fleet's", () => {
  expect(requestOf({ ...BLANK, operation: "task_claim", limit: "5", scope: "agent" }).threshold?.scope).toBe("fleet");
  expect(requestOf({ ...BLANK, subject: "metric", metric: "x", limit: "5", scope: "agent" }).threshold).toMatchObject({ metric: "x", scope: "agent", above: 5 });
});

test("a metric has other statistics than an operation", () => {
  expect(withSubject(BLANK, "metric").statistic).toBe("value");
  expect(withSubject({ ...BLANK, subject: "metric", statistic: "max" }, "operation").statistic).toBe("p99_ms");
});

test("a name is suggested", () => {
  expect(suggested({ ...BLANK, operation: "task_claim" })).toBe("TaskClaimP99High");
  expect(suggested({ ...BLANK, subject: "metric", metric: "cache_hits_total", statistic: "rate_per_second", scope: "agent", side: "below" })).toBe("AgentCacheHitsRateLow");
  expect(suggested({ ...BLANK, subject: "expr", expr: "up" })).toBe("");
});

test("a refusal belongs to the field that it names", () => {
  expect(fieldOf(refused("`threshold.operation` `nope` is no operation"))).toBe("operation");
  expect(fieldOf(refused("`for_seconds` must not be negative"))).toBe("wait");
  expect(fieldOf(refused("something else", { field: "above" }))).toBe("limit");
  expect(fieldOf(refused("1:5: parse error: unexpected end"))).toBe("expr");
  expect(fieldOf(refused("too many rules"))).toBeNull();
  expect(fieldOf(new Error("`name`"))).toBeNull();
});

test("a mistake in an expression is at its place", () => {
  expect(mistakeOf("sum(up", refused("`expr`: 1:7: parse error: unclosed left parenthesis"))).toEqual({ from: 6, to: 7, message: "unclosed left parenthesis" });
  expect(mistakeOf("up", refused("`expr` has no answer"))).toEqual({ from: null, to: 0, message: "`expr` has no answer" });
  expect(mistakeOf("up", refused("`name` is taken"))).toBeNull();
});

test("spans are written as they are read", () => {
  expect([0, 30, 90, 3600, 90_000].map(writeSpan)).toEqual(["0s", "30s", "1m 30s", "1h", "1d 1h"]);
});

test("a rule in words", () => {
  expect(ruleWords(RULE)).toBe("task claim p99 below 5 ms");
  expect(ruleWords({ ...RULE, threshold: { metric: "hits", matching: { cache: "a" }, scope: "agent", above: 3 } })).toBe('hits{cache="a"} of each agent above 3');
  expect(ruleWords({ ...RULE, record: "a:b" })).toBe("a:b = x > 1");
  expect(ruleState({ ...RULE, enabled: false, firing: 1 })).toBe("off");
  expect(ruleState({ ...RULE, health: "err", firing: 1 })).toBe("broken");
  expect(ruleState({ ...RULE, firing: 1, pending: 1 })).toBe("firing");
  expect(ruleState(RULE)).toBe("inactive");
});
