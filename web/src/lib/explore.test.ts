import { expect, test } from "vitest";
import { curl, drawn, families, firstSample, names, readQueries, watching, writeQueries, type Series } from "./explore";

test("questions lie in the address, one parameter each", () => {
  const queries = ["up", "", 'rate(x{a="&?"}[5m])'];
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(writeQueries(queries))) if (value !== null) params.set(key, value);
  expect(params.toString()).toContain("q=up&q3=");
  expect(readQueries(new URLSearchParams(params.toString()))).toEqual(queries);
  expect(readQueries(new URLSearchParams())).toEqual([""]);
});

test("of very many series those that are largest are drawn, in their order", () => {
  const series: Series[] = Array.from({ length: 300 }, (_, index) => ({ labels: { n: String(index) }, values: [null, index % 100, NaN] }));
  const shown = drawn(series, 50);
  expect(shown.length).toBe(50);
  expect(shown.every((one) => 80 <= Number(one.values[1]))).toBe(true);
  expect(drawn(series.slice(0, 50))).toEqual(series.slice(0, 50));
});

test("names leave out what all have alike", () => {
  const of = (labels: Record<string, string>) => ({ labels });
  expect(names([of({ a: "1", b: "x" }), of({ a: "2", b: "x" })])).toEqual(['{a="1"}', '{a="2"}']);
  expect(names([of({ __name__: "up", a: "1" })])).toEqual(['up{a="1"}']);
  expect(names([of({ a: "1" }), of({ a: "1" })])).toEqual(['{a="1"}', '{a="1"}']);
});

test("the command sends a whole first sample", () => {
  expect(curl("http://h:1", firstSample("a", "gauge"), true)).toContain("Bearer $PACELINE_TOKEN");
  const sent = /-d '([^]*)'$/.exec(curl("http://h:1", firstSample("a", "counter"), false))?.[1] ?? "";
  expect(JSON.parse(sent)).toEqual({ samples: [{ name: "a", value: 1 }] });
  const body = firstSample("a", "histogram");
  expect(body.samples.map((one) => one.name)).toEqual(["a_bucket", "a_bucket", "a_bucket", "a_sum", "a_count"]);
  expect(watching("a", "histogram")).toContain("_bucket");
});

test("a histogram's parts are one entry", () => {
  const metadata = { wait_seconds: { type: "histogram", help: "h", unit: "seconds" }, row_count: { type: "gauge", help: "", unit: "" } };
  const found = families(["wait_seconds_bucket", "wait_seconds_sum", "wait_seconds_count", "row_count", "lone_count"], metadata);
  expect(found.map((one) => [one.name, one.type])).toEqual([["lone_count", "unknown"], ["row_count", "gauge"], ["wait_seconds", "histogram"]]);
});
