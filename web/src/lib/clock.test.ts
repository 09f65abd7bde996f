import { expect, test } from "vitest";
import { ClockOffset } from "./clock";

test("the shortest round trip decides", () => {
  const clock = new ClockOffset();
  expect([clock.offsetMs, clock.errorMs]).toEqual([0, null]);
  clock.add(1000, 1100, 1900);
  expect(clock.offsetMs).toBe(850);
  clock.add(2000, 2004, 2502);
  expect([clock.offsetMs, clock.errorMs]).toEqual([500, 2]);
  clock.add(3000, 3050, 9999);
  expect(clock.offsetMs).toBe(500);
});

test("a clock that was set back begins anew", () => {
  const clock = new ClockOffset();
  clock.add(1000, 1010, 2000);
  clock.add(1020, 900, 2010);
  expect(clock.errorMs).toBeNull();
});
