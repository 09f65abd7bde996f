import { expect, test } from "vitest";
import { cut } from "./lean";
import { weigh } from "./pack";

test("a build above its budget is refused", () => {
  expect(weigh(1024, 1024)).toEqual({ fits: true, text: "script: 1.0 KB gzip of at most 1.0 KB" });
  expect(weigh(1025, 1024).fits).toBe(false);
});

test("what is cut must be there, once", () => {
  expect(cut("a b c", [["b ", ""]])).toBe("a c");
  expect(() => cut("a c", [["b ", ""]])).toThrow("uPlot has changed");
  expect(() => cut("b b ", [["b ", ""]])).toThrow("uPlot has changed");
});
