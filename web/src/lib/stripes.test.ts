import { expect, test } from "vitest";
import { stripes } from "./stripes";

test("parts stand side by side with a gap between them, and what is empty has no place", () => {
  const parts = [{ colour: "red", size: 1 }, { colour: "blue", size: 0 }, { colour: "green", size: 3 }];
  expect(stripes(parts)).toBe("linear-gradient(to right, red 0% calc(25% - 2px), transparent calc(25% - 2px) 25%, green 25% 100%)");
  expect(stripes([{ colour: "red", size: 7 }])).toBe("linear-gradient(to right, red 0% 100%)");
});

test("a few of thousands are seen, and one more moves nothing", () => {
  const edge = (few: number) => stripes([{ colour: "red", size: few }, { colour: "green", size: 10_000 }]).match(/red 0% calc\((.*?)%/)?.[1];
  expect(edge(1)).toBe("0.5");
  expect(edge(301)).toBe(edge(302));
});

test("nothing at all has no picture", () => {
  expect(stripes([])).toBe("none");
  expect(stripes([{ colour: "red", size: 0 }])).toBe("none");
});
