import { expect, test } from "vitest";
import { bounds, readRange, refreshMs, stepMs, writeRange, type Range } from "./range";

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
