import { expect, test } from "vitest";
import { Calm } from "./calm";

test("a few lines show at once, a flood at its pace", () => {
  const calm = new Calm(5, 500);
  expect([calm.mayShow(40, 0), calm.mayShow(5, 10), calm.mayShow(6, 20), calm.mayShow(60, 509), calm.mayShow(60, 510), calm.mayShow(6, 511)]).toEqual([true, true, false, false, true, false]);
});
