import { expect, test } from "vitest";
import { quantile } from "./quantile";

test("quantiles lie between neighbours", () => {
  const check = (values: number[], q: number, expected: number) => expect(quantile(values, q)).toBe(expected);
  check([4, 1, 3, 2], 0.5, 2.5);
  check([1, 2, 3], 0, 1);
  check([1, 2, 3], 1, 3);
  check([7], 0.99, 7);
  check([1, NaN, 3], 0.5, 2);
  check([], 0.5, NaN);
});
