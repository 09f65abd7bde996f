import { expect, test } from "vitest";
import { backoffMs } from "./backoff";

test("tries come further apart, up to ten seconds, never all at once", () => {
  expect(backoffMs(0, 0)).toBe(125);
  expect(backoffMs(0, 1)).toBe(250);
  expect(backoffMs(3, 1)).toBe(2000);
  expect(backoffMs(50, 1)).toBe(10_000);
  expect(backoffMs(50, 0)).toBe(5_000);
});
