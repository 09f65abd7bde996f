import { expect, test } from "vitest";
import * as f from "./format";

test("durations have the unit that fits", () => {
  const check = (ms: number, expected: string) => expect(f.duration(ms)).toBe(expected);
  check(0, "0 ms");
  check(0.31, "310 µs");
  check(0.0004, "0.4 µs");
  check(0.9996, "1 ms");
  check(12.5, "12.5 ms");
  check(999.4, "999 ms");
  check(999.6, "1 s");
  check(1234, "1.23 s");
  check(59_940, "59.9 s");
  check(59_999, "1 min");
  check(200_000, "3 min 20 s");
  check(3_600_000, "1 h");
  check(18_720_000, "5 h 12 min");
  check(86_390_000, "1 d");
  check(273_600_000, "3 d 4 h");
  check(-1500, "−1.5 s");
});

test("numbers have the digits that count", () => {
  const check = (value: number, expected: string) => expect(f.digits(value)).toBe(expected);
  check(0, "0");
  check(0.00012, "1.2e-4");
  check(0.25, "0.25");
  check(9.994, "9.99");
  check(12.34, "12.3");
  check(100, "100");
  check(123456, "123,456");
  expect(f.shortCount(12_345)).toBe("12.3 k");
  expect(f.shortCount(2e6)).toBe("2 M");
  expect(f.count(1234567)).toBe("1,234,567");
  expect(f.percent(0.0345)).toBe("3.45 %");
  expect(f.rate(1234)).toBe("1.23 k/s");
  expect([f.rate(0), f.rate(0.000_099), f.rate(0.018)]).toEqual(["0/s", "< 0.001/s", "0.018/s"]);
  expect(f.bytes(1536)).toBe("1.5 KB");
  expect(f.bytes(0)).toBe("0 B");
});

test("what is not known is a dash", () => {
  for (const show of [f.count, f.digits, f.duration, f.percent, f.rate, f.bytes, f.clockTime, f.dateTime, f.shortCount]) {
    expect([show(null), show(undefined), show(NaN)]).toEqual(["–", "–", "–"]);
  }
});

test("one is one, and ages are read at a glance", () => {
  expect([f.plural(1, "task"), f.plural(2, "task"), f.plural(0, "entry", "entries")]).toEqual(["1 task", "2 tasks", "0 entries"]);
  expect(f.ago(1_000, 1_500)).toBe("now");
  expect(f.ago(1_000, 91_000)).toBe("1 min ago");
  expect(f.ago(200_000, 0)).toBe("in 3 min");
  expect(f.shortId("tsk_01jgxq7b8efv0a3m2n4p5q6r7s")).toBe("tsk_…5q6r7s");
  expect(f.shortId("agent-1767343905998-p10btt")).toBe("agent-…p10btt");
  expect(f.shortId("1767343905998-p10btt")).toBe("1767…p10btt");
  expect([f.sentence("no agent `x`"), f.sentence("Wait…")]).toEqual(["No agent `x`.", "Wait…"]);
  expect(f.parseTime("2026-10-05T14:03:07.250Z")).toBe(1791208987250);
  expect(f.parseTime(null)).toBeNull();
});

test("an axis says what tells its moments apart", () => {
  const at = new Date(2026, 9, 5, 14, 3, 7).getTime();
  const check = (span: number, expected: string) => expect(f.axisTime(at, span)).toBe(expected);
  check(60, "14:03:07");
  check(3600, "14:03");
  check(3 * 86_400, "10-05 14:03");
  check(30 * 86_400, "10-05");
});
