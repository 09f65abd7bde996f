import { expect, test } from "vitest";
import { frames, presentations } from "./trace.mjs";

const MAIN = { pid: 7, tid: 1 };
const span = (name, ts, dur, tdur = dur, thread = MAIN) => ({ ph: "X", name, ts, dur, tdur, ...thread });
const arrival = (ts) => ({ ph: "I", name: "WebSocketReceive", ts, ...MAIN });
const NAMES = [MAIN, { pid: 9, tid: 1 }].map((thread) => ({ ph: "M", name: "thread_name", args: { name: "CrRendererMain" }, ...thread }));

const TRACE = [
  ...NAMES,
  span("RunTask", 0, 500),
  // Two frames of the feed; the arrival is inside of its task.
  span("RunTask", 1_000, 2_000, 1_500), arrival(1_100), span("FunctionCall", 1_200, 400, 300),
  span("RunTask", 4_000, 6_000, 5_000), span("FireAnimationFrame", 4_100, 2_000), span("FunctionCall", 4_200, 1_000),
  span("UpdateLayoutTree", 6_200, 700), span("Layout", 7_000, 600), span("LocalFrameView::performLayout", 7_100, 300), span("Paint", 8_000, 400),
  span("RunTask", 20_000, 1_000), arrival(20_100),
  span("RunTask", 30_000, 1_000), arrival(30_100),
  span("RunTask", 4_000, 90_000, 90_000, { pid: 9, tid: 1 }), span("RunTask", 4_000, 90_000, 90_000, { pid: 7, tid: 2 }),
];

test("a task belongs to the frame of the feed that came last", () => {
  const [first, second, ...more] = frames(TRACE);
  expect([first.wall_ms, first.cpu_ms, second.wall_ms, second.cpu_ms, more]).toEqual([8, 6.5, 1, 1, []]);
});

test("time counts once, for what it was for", () => {
  const [{ script_ms, style_ms, layout_ms, paint_ms }] = frames(TRACE);
  expect([script_ms, style_ms, layout_ms, paint_ms].map((ms) => Math.round(ms * 1e3))).toEqual([2_300, 700, 600, 400]);
});

test("a frame that comes to a worker begins where it comes, and what the worker does is told apart", () => {
  const worker = { pid: 7, tid: 5 };
  const name = { ph: "M", name: "thread_name", args: { name: "DedicatedWorker thread" }, ...worker };
  const moved = TRACE.map((one) => (one.name === "WebSocketReceive" ? { ...one, ...worker } : one));
  const [first] = frames([...moved, name, span("RunTask", 1_000, 300, 200, worker), span("RunTask", 5_000, 80, 70, worker)]);
  // The main thread's first task began before the frame came, and its last before the next one did.
  expect([first.cpu_ms, first.worker_ms]).toEqual([6, 0.07]);
});

test("without a page there is nothing", () => {
  expect([frames([]), presentations([])]).toEqual([[], []]);
});

test("a picture is shown after the main thread is done with it, and one without news is none", () => {
  const picture = (id, name, ph, ts, source_id = 1) => ({ name, ph, ts, id2: { local: "0x1" }, args: { id, begin_frame_id: { source_id } }, ...MAIN });
  const shown = [
    picture("a", "AnimationFrame", "b", 4_100), picture("a", "AnimationFrame::Presentation", "n", 15_500),
    picture("b", "AnimationFrame", "b", 20_500), picture("b", "AnimationFrame::Presentation", "n", 22_000, 0),
    picture("c", "AnimationFrame::Presentation", "n", 30_000),
  ];
  expect(presentations([...TRACE, ...shown])).toEqual([5.5]);
});
