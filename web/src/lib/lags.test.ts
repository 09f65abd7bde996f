import { expect, test } from "vitest";
import { Lags } from "./lags";

test("every change counts, however many share a moment", () => {
  const lags = new Lags();
  lags.addAll({ from_ms: 1_000, after_ms: [0, 40, 50], counts: [1, 97, 2] }, 1_100);
  expect([lags.quantile(0), lags.quantile(0.5), lags.quantile(0.985), lags.quantile(0.995), lags.quantile(1)]).toEqual([10, 60, 60, 100, 100]);
  expect([...lags.all]).toEqual([[100, 1], [60, 97], [10, 2]]);
});

test("a clock that is a little off makes no negative lag", () => {
  const lags = new Lags();
  lags.add(1_000, 999.2);
  expect([...lags.all]).toEqual([[0, 1]]);
});

test("the corner tells of the latest, the count of all", () => {
  const lags = new Lags();
  expect([lags.isEmpty, lags.quantile(0.5)]).toEqual([true, Number.NaN]);
  for (let one = 0; one < 5_000; one += 1) lags.add(0, one);
  expect([lags.quantile(0), lags.all.size]).toEqual([5_000 - 2_048, 5_000]);
});
