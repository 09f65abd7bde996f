import { expect, test } from "vitest";
import type { Alert } from "../wire";
import { matchersOf, parseMatchers, writeMatchers } from "./matchers";
import { meant } from "./matching";
import { parsePairs, writePairs } from "./pairs";
import { parseSpan } from "./spans";

const one = (name: string, value: string, is_regex = false, is_equal = true) => ({ name, value, is_regex, is_equal });

test("matchers are read as Prometheus and Alertmanager write them", () => {
  expect(parseMatchers('alertname="TaskStuck", agent=~"build-.*"').matchers).toEqual([one("alertname", "TaskStuck"), one("agent", "build-.*", true)]);
  expect(parseMatchers('{c="z",a!="x",b!~"y"}').matchers).toEqual([one("c", "z"), one("a", "x", false, false), one("b", "y", true, false)]);
  expect(parseMatchers("a=bare, b='quoted, with a comma'").matchers).toEqual([one("a", "bare"), one("b", "quoted, with a comma")]);
  expect(parseMatchers('a="{}"').matchers).toEqual([one("a", "{}")]);
});

test("what was written is read again, whatever is in it", () => {
  const all = [one("a", 'quotes " and \\ and\nlines'), one("b", "你好 مرحبا"), one("c", '"><img src=x onerror=1>', true, false), one("d", "a}")];
  expect(parseMatchers(writeMatchers(all)).matchers).toEqual(all);
});

test("what cannot be read is named, and what would match all is refused", () => {
  expect(parseMatchers("").problem).toContain("at least one label");
  expect(parseMatchers('a="x" b="y"').problem).toContain('`a="x" b="y"`');
  expect(parseMatchers("9a=1").problem).toContain("cannot read");
  expect(parseMatchers('a=""').problem).toContain("match every alert");
  expect(parseMatchers('a=~".*"').problem).toContain("match every alert");
  expect(parseMatchers('a!="x"').problem).toContain("match every alert");
  expect(parseMatchers('a!=""').problem).toBeNull();
  expect(parseMatchers('a=~"(?i)x"').problem).toBeNull();
});

test("an alert's own labels silence it alone", () => {
  expect(writeMatchers(matchersOf({ severity: "info", team: "", agent: "a1", alertname: "Slow" }))).toBe('alertname="Slow", agent="a1"');
});

test("which alerts are meant: all must match, expressions are anchored, an absent label is empty", () => {
  const alerts = [{ labels: { alertname: "A", agent: "build-7" } }, { labels: { alertname: "A" } }, { labels: { alertname: "AB" } }] as unknown as Alert[];
  const count = (text: string) => meant(parseMatchers(text).matchers ?? [], alerts)?.length;
  expect(count('alertname="A"')).toBe(2);
  expect(count('alertname=~"A"')).toBe(2);
  expect(count('alertname=~"A.*", agent=""')).toBe(2);
  expect(count('alertname=~".+", agent!~"build.*"')).toBe(2);
  expect(meant([one("alertname", "(?i)a", true)], alerts)).toBeNull();
});

test("times as people write them", () => {
  expect([parseSpan("90m"), parseSpan("2h 30m"), parseSpan("1d"), parseSpan("1w"), parseSpan("1.5h"), parseSpan("30 s")]).toEqual([5400, 9000, 86_400, 604_800, 5400, 30]);
  expect([parseSpan(""), parseSpan("soon"), parseSpan("0s"), parseSpan("-1h"), parseSpan("5")]).toEqual([null, null, null, null, null]);
});

test("labels with values", () => {
  expect(parsePairs('cache="tools", region=eu').pairs).toEqual({ cache: "tools", region: "eu" });
  expect(parsePairs("").pairs).toEqual({});
  expect(parsePairs("cache").problem).toContain("`cache`");
  expect(parsePairs(writePairs({ a: 'x"y', b: "" })).pairs).toEqual({ a: 'x"y', b: "" });
});
