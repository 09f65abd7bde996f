import { expect, test } from "vitest";
import type { AlertPreview, Anomaly } from "../wire";
import { merged, named, unnamed, wordsAt } from "../bands";
import { byKey, ownAddress } from "../keyed-order";
import { aboutOf } from "./about";
import { withNames } from "./agents";
import { bandsOf, closed, normal, rateSentence, toneOf, valueIn } from "./anomalies";
import { byDays } from "./days";
import { noiseOf } from "./noise";
import { drawnOf, firingWords } from "./preview";

test("noise is counted, and mostly ignored is loud", () => {
  expect(noiseOf({ fired: 40, told: 40, acknowledged: 2, ignored: 38 })).toEqual({ text: "fired 40 times in 30 days, 38 ignored, 2 acknowledged", short: "fired 40 times, 38 ignored", isLoud: true });
  expect(noiseOf({ fired: 1, told: 1, acknowledged: 1, ignored: 0 })).toEqual({ text: "fired once in 30 days, 1 acknowledged", short: "fired once, 1 acknowledged", isLoud: false });
  expect(noiseOf({ fired: 9, told: 0, acknowledged: 0, ignored: 0 }).text).toBe("fired 9 times in 30 days, nobody was told");
  expect(noiseOf({ fired: 0, told: 0, acknowledged: 0, ignored: 0 }).short).toBe("silent");
});

test("a normal range has its unit once", () => {
  expect(normal(0.002, 0.006, valueIn("seconds"))).toBe("2 to 6 ms");
  expect(normal(0.0005, 0.006, valueIn("seconds"))).toBe("500 µs to 6 ms");
  expect(normal(0.1, 0.2, valueIn("ratio"))).toBe("10 to 20 %");
  expect(normal(3, 3, valueIn(""))).toBe("3");
  expect(valueIn("frames")(2)).toBe("2 frames");
  expect([valueIn("milliseconds")(41.3), valueIn("share")(0.0349), valueIn("plain")(1250)]).toEqual(["41.3 ms", "3.49 %", "1,250"]);
});

const RATE = { watched: 10_000, anomalous: 12, by_chance: 3, chance: 0.00004, sentence: "", state_bytes: 1 };

test("how unusual it is, in a sentence and a colour", () => {
  expect(rateSentence({ ...RATE, sentence: "said by the server" })).toBe("said by the server.");
  expect(rateSentence({ ...RATE, anomalous: 0, sentence: "0 of 10,000" })).toBe("None of 10,000 series is anomalous now.");
  expect(rateSentence({ ...RATE, watched: 0 })).toBe("No series is watched yet.");
  expect([toneOf(RATE), toneOf({ ...RATE, chance: 0.01 }), toneOf({ ...RATE, chance: 0.4 }), toneOf({ ...RATE, anomalous: 0 }), toneOf({ ...RATE, watched: 0 })]).toEqual(["bad", "warn", "well", "well", "none"]);
  expect(closed("it is.")).toBe("it is.");
});

const ANOMALY = { kind: "spike", sentence: "high", link: "/x", started_at: "2026-11-26T14:00:00Z", ended_at: null, is_dismissed: false } as unknown as Anomaly;

test("anomalies are bands; one that goes on ends with the chart, one that is none is no band", () => {
  const from = Date.parse("2026-11-26T14:00:00Z") / 1000;
  expect(bandsOf([ANOMALY, { ...ANOMALY, is_dismissed: true }], from + 60)).toEqual([{ from, to: from + 60, colour: "stale", label: "spike: high", href: "/x", isOpen: true }]);
});

test("a band's words are one plain line", () => {
  const [band] = bandsOf([{ ...ANOMALY, sentence: "task time of `agt_01m8cg20gwemjrfhb87tcj591g` is 21 s" }], 0);
  expect(band?.label).toBe("spike: task time of agt_…cj591g is 21 s");
});

test("bands have words where the pointer is", () => {
  const bands = [{ from: 10, to: 20, colour: "bad", label: "a" }, { from: 15, to: 30, colour: "bad", label: "b" }, { from: 1, to: 2, colour: "bad" }];
  expect(named(bands).map((one) => one.label)).toEqual(["b", "a"]);
  expect(named(bands, [21, 40]).map((one) => one.label)).toEqual(["b"]);
  expect(wordsAt(named(bands), 22, 2)).toEqual(["b", "a"]);
  expect(wordsAt(named(bands), 23, 2)).toEqual(["b"]);
  expect(named(unnamed(bands))).toEqual([]);
  expect(merged(bands)).toEqual([{ from: 1, to: 2, colour: "bad" }, { from: 10, to: 30, colour: "bad" }]);
  expect(bands[0]?.to).toBe(20);
});

test("what an expression is about", () => {
  expect(aboutOf("rate(demo_thinking_seconds_bucket[5m])")).toEqual(["demo_thinking_seconds"]);
  expect(aboutOf('rate(paceline_operation_duration_seconds_count{operation="task_claim",outcome="ok"}[5m]) / up')).toEqual(["task_claim", "up"]);
  expect(aboutOf("sum(rate(paceline_operation_duration_seconds_count[5m]))")).toEqual([]);
  expect(aboutOf('x{operation="')).toEqual(["x"]);
});

test("days have words", () => {
  const now = new Date(2026, 10, 26, 12).getTime();
  const day = 86_400_000;
  expect(byDays([now, now - 1000, now - day, now - 3 * day], (at) => at, now).map((one) => [one.word, one.items.length])).toEqual([["Today", 2], ["Yesterday", 1], ["2026-11-23", 1]]);
});

const PREVIEW: AlertPreview = {
  expr: "x > 5", from: "2026-11-26T14:00:00Z", to: "2026-11-26T14:02:00Z", step_seconds: 60, times: 1, sentence: "", limit: 5, series_left_out: 0, unit: "plain",
  firings: [{ labels: {}, fired_at: "2026-11-26T14:01:00Z", resolved_at: null, value: 6 }],
  series: [{ labels: { agent: "agt_1" }, times: [Date.parse("2026-11-26T14:00:00Z") / 1000, Date.parse("2026-11-26T14:02:00Z") / 1000], values: [1, 6] }],
};

test("a preview is lines on one grid, its limit, and bands", () => {
  const drawn = drawnOf(PREVIEW, () => "Ada");
  expect(drawn.lines.map((one) => one.values)).toEqual([[1, null, 6], [5, 5, 5]]);
  expect(drawn.lines.map((one) => one.label)).toEqual(['{agent="Ada"}', "limit"]);
  expect(drawn.bands).toEqual([{ from: drawn.span[1] - 60, to: drawn.span[1], colour: "bad" }]);
  expect(firingWords({ ...(PREVIEW.firings[0] as AlertPreview["firings"][0]), resolved_at: "2026-11-26T14:05:00Z" })).toContain("for 4 min");
  expect(drawnOf({ ...PREVIEW, series: [], firings: [], limit: null, from: PREVIEW.to }).lines).toEqual([]);
});

test("agents have names in sentences", () => {
  const id = "agt_01m8cg9na2emcb77g2ht0h8259";
  expect(withNames(`${id} waits; so does ${id}, not agt_x`, () => "build $1")).toBe("build $1 waits; so does build $1, not agt_x");
  expect(withNames(`heat of agent \`$1 ada\` (${id}) is 4`, () => "gone")).toBe("heat of agent `$1 ada` is 4");
});

test("a list keeps its keys while they are the same", () => {
  const first = byKey([{ k: "a" }, { k: "b" }], (one) => one.k);
  const same = byKey([{ k: "a" }, { k: "b" }], (one) => one.k, first);
  expect(same.keys).toBe(first.keys);
  expect(byKey([{ k: "b" }, { k: "a" }], (one) => one.k, first).keys).toEqual(["b", "a"]);
});

test("only addresses of the dashboard are links", () => {
  expect(ownAddress("/operations/task_claim?from=1")).toBe("/operations/task_claim?from=1");
  for (const foreign of ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example", ""]) expect(ownAddress(foreign)).toBeNull();
});
