import { expect, test } from "vitest";
import { weigh } from "./pack";

test("a build above its budget is refused", () => {
  expect(weigh(1024, 1024)).toEqual({ fits: true, text: "script: 1.0 KB gzip of at most 1.0 KB" });
  expect(weigh(1025, 1024).fits).toBe(false);
});
