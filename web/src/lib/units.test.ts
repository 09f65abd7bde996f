import { expect, test } from "vitest";
import { unitOf, type Metadata } from "./units";

const METADATA: Record<string, Metadata> = {
  build_queue: { type: "gauge", help: "", unit: "jobs" },
  wait: { type: "histogram", help: "", unit: "seconds" },
};

test.each([
  ["paceline_store_bytes", "bytes", 2048, "2 KB"],
  ["paceline_store_bytes - 5", "bytes", -2048, "−2 KB"],
  ["build_queue", "jobs", 1500, "1.5 k"],
  ["max(x_seconds)", "seconds", 0.25, "250 ms"],
  ["histogram_quantile(0.9, sum by (le) (rate(wait_bucket[5m])))", "seconds", 2, "2 s"],
  ["rate(wait_sum[5m]) / rate(wait_count[5m])", "seconds", 2, "2 s"],
  ["rate(paceline_agent_tasks_total[5m])", "a second", 0.25, "0.25"],
  ["rate(wait_count[5m])", "a second", 3, "3"],
  ["rate(sent_bytes_total[5m])", "bytes a second", 2048, "2 KB/s"],
  ["rate(cpu_seconds_total[5m])", "seconds a second", 0.5, "0.5"],
  ["rate(errors_total[5m]) / rate(all_total[5m])", "share", 0.5, "50 %"],
  ["hit_ratio", "share", 0.123, "12.3 %"],
  ["count(x_seconds)", "", 4, "4"],
  ["x_seconds + y_bytes", "", 4, "4"],
  ["1 + 1", "", 2, "2"],
])("%s is in %s", (text, word, value, told) => {
  const unit = unitOf(text, METADATA);
  expect([unit.word, unit.format(value)]).toEqual([word, told]);
});

test("no value is a dash in any unit", () => {
  for (const text of ["x_seconds", "x_bytes", "x_ratio", "rate(x_bytes_total[5m])", "x"]) expect(unitOf(text, {}).format(null)).toContain("–");
});
