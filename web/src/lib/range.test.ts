import { expect, test } from "vitest";
import { between, bounds, readRange, refreshMs, stepMs, writeRange, type Range } from "./range";

test("a range goes into the address and back", () => {
  const check = (range: Range) => {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(writeRange(range))) if (value !== null) params.set(key, value);
    expect(readRange(params)).toEqual(range);
  };
  check({ kind: "live" });
  check({ kind: "last", word: "7d" });
  check({ kind: "between", fromMs: 1000, toMs: 5000 });
});

test("nonsense in the address is live", () => {
  for (const text of ["range=yesterday", "from=5&to=1", "from=x&to=y", "from=1"]) {
    expect(readRange(new URLSearchParams(text))).toEqual({ kind: "live" });
  }
});

test("bounds, steps and refreshing follow the span", () => {
  expect(bounds({ kind: "last", word: "1h" }, 3_600_000)).toEqual({ fromMs: 0, toMs: 3_600_000 });
  expect(bounds({ kind: "between", fromMs: 5, toMs: 5 }, 0)).toEqual({ fromMs: 5, toMs: 1005 });
  expect(stepMs(15 * 60_000, 300)).toBe(5_000);
  expect(stepMs(90 * 86_400_000, 300)).toBe(43_200_000);
  expect([refreshMs({ kind: "live" }), refreshMs({ kind: "last", word: "7d" }), refreshMs({ kind: "between", fromMs: 0, toMs: 1 })]).toEqual([5000, 60_000, null]);
});

test("a stretch is told without what both ends share", () => {
  const at = (day: number, hour: number) => new Date(2026, 9, day, hour, 3, 7).getTime();
  expect(between(at(5, 14), at(5, 15))).toBe("10-05 14:03:07 to 15:03:07");
  expect(between(at(5, 14), at(6, 14))).toBe("10-05 14:03 to 10-06 14:03");
});
