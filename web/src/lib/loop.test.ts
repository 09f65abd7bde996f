import { expect, test } from "vitest";
import { Loop } from "./loop";

function setUp() {
  const state = { now: 5000, hidden: false, frames: [] as (() => void)[], paints: [] as (() => void)[], alarms: [] as (() => void)[] };
  const loop = new Loop(
    {
      onFrame: (run) => void state.frames.push(run),
      afterPaint: (run) => void state.paints.push(run),
      after: (_, run) => void state.alarms.push(run),
      isHidden: () => state.hidden,
      now: () => state.now,
    },
    () => 100,
  );
  return { state, loop };
}

test("what came between two pictures is applied in one, in its order", () => {
  const { state, loop } = setUp();
  const seen: string[] = [];
  loop.onPaint(() => seen.push("painted"));
  loop.add(() => (seen.push("a"), 5050));
  loop.add(() => (seen.push("b"), null));
  expect([state.frames.length, seen]).toEqual([1, []]);
  state.frames[0]?.();
  expect(seen).toEqual(["a", "b", "painted"]);
});

test("lag is from the server's commit to the picture, on the server's clock", () => {
  const { state, loop } = setUp();
  loop.add(() => 5060);
  state.frames[0]?.();
  state.now = 5010;
  state.paints[0]?.();
  expect([...loop.lags.all]).toEqual([[50, 1]]);
});

test("a hidden page keeps up without pictures", () => {
  const { state, loop } = setUp();
  state.hidden = true;
  let applied = 0;
  loop.add(() => ((applied += 1), 1));
  expect([applied, state.frames.length, loop.lags.isEmpty]).toEqual([1, 0, true]);
});

test("what can wait rides with the next frame's picture, and gets one of its own where no frame comes", () => {
  const { state, loop } = setUp();
  const seen: string[] = [];
  loop.soon(() => seen.push("tick"));
  loop.add(() => (seen.push("frame"), null));
  expect([state.frames.length, seen]).toEqual([1, []]);
  state.frames[0]?.();
  expect(seen).toEqual(["frame", "tick"]);
  // The picture that was asked for in vain is not asked for.
  state.alarms[0]?.();
  expect(state.frames.length).toBe(1);
  loop.soon(() => seen.push("alone"));
  state.alarms[1]?.();
  state.frames[1]?.();
  expect(seen).toEqual(["frame", "tick", "alone"]);
  state.hidden = true;
  loop.soon(() => seen.push("unseen"));
  expect(seen.at(-1)).toBe("unseen");
});
