import { expect, test } from "vitest";
import { cut } from "./lean";
import { heaviest, weigh, type Script } from "./pack";

test("a build above its budget is refused", () => {
  expect(weigh(1024, 1024)).toEqual({ fits: true, text: "script: 1.0 KB gzip for the largest page, of at most 1.0 KB" });
  expect(weigh(1025, 1024).fits).toBe(false);
});

test("what is cut must be there, once", () => {
  expect(cut("a b c", [["b ", ""]])).toBe("a c");
  expect(() => cut("a c", [["b ", ""]])).toThrow("uPlot has changed");
  expect(() => cut("b b ", [["b ", ""]])).toThrow("uPlot has changed");
});

test("a page weighs what it loads, each script once", () => {
  const script = (bytes: number, imports: string[], kind = ""): Script => ({ bytes, imports, isEntry: kind === "first", isDynamicEntry: kind === "later" });
  const scripts = new Map([
    ["first", script(50, ["base"], "first")],
    ["base", script(10, [])],
    ["shared", script(5, ["base"])],
    ["small", script(7, ["shared"], "later")],
    ["large", script(20, ["shared", "base"], "later")],
  ]);
  expect(heaviest(scripts)).toBe(50 + 10 + 5 + 20);
  expect(heaviest(new Map([["first", script(50, [], "first")]]))).toBe(50);
});
