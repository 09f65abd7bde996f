import { expect, test } from "vitest";
import { widthOf } from "./steady";

test("a number of as many digits is as wide, whatever they are", () => {
  expect(widthOf("7")).toBe("1.00ch");
  expect(widthOf("1,968")).toBe("4.55ch");
  expect(widthOf("2,001")).toBe(widthOf("1,968"));
});
