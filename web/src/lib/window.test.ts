import { expect, test } from "vitest";
import { windowOf } from "./window";

test("only what is near the view exists", () => {
  expect(windowOf(5000, 1, 30, 3000, 600)).toEqual({ from: 97, to: 123, offset: 2910, height: 150_000 });
  expect(windowOf(10, 4, 20, 0, 100)).toEqual({ from: 0, to: 10, offset: 0, height: 60 });
  expect(windowOf(0, 1, 30, 500, 600)).toMatchObject({ from: 0, to: 0, height: 0 });
  const shrunk = windowOf(5, 1, 30, 90_000, 600);
  expect([shrunk.from <= 5, shrunk.to]).toEqual([true, 5]);
});
