import { expect, test } from "vitest";
import { branches, preview, sizeText } from "./json-text";

test("a value is told on one line", () => {
  const check = (value: unknown, expected: string, max?: number) => expect(preview(value, max)).toBe(expected);
  check({ pr: 7, ok: true, why: null, list: ["a", [1]] }, '{ pr: 7, ok: true, why: null, list: ["a", [1]] }');
  check("two\nlines", '"two\\nlines"');
  check([], "[]");
  check({ a: "x".repeat(50) }, '{ a: "xxxx…', 10);
  check(42, "42");
  check("<img src=x onerror=alert(1)>", '"<img src=x onerror=alert(1)>"');
});

test("a preview visits no more than it shows", () => {
  let visited = 0;
  const wide = new Proxy({}, {
    ownKeys: () => Array.from({ length: 10_000 }, (_, index) => `k${index}`),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: () => ((visited += 1), 1),
  });
  expect(preview(wide, 40).length).toBe(41);
  expect(visited).toBeLessThan(50);
});

test("branches are fields or elements, and no more than asked for", () => {
  expect(branches({ a: 1, b: 2 }, 1)).toEqual([{ name: "a", value: 1 }]);
  expect(branches(["x", "y"], 5)).toEqual([{ name: "0", value: "x" }, { name: "1", value: "y" }]);
  expect([sizeText([1]), sizeText({ a: 1, b: 2 }), sizeText([])]).toEqual(["1 element", "2 fields", "0 elements"]);
});
