// What a browser's trace says of the page's main thread. Owns sorting its tasks by the frame of the feed that they follow
// and the time of each by what it was for; refuses to judge, and to know the page.

const SCRIPT = new Set(["FunctionCall", "FireAnimationFrame", "TimerFire", "EventDispatch", "EvaluateScript", "RunMicrotasks", "MinorGC", "MajorGC", "WebSocketReceive"]);
const STYLE = new Set(["UpdateLayoutTree", "RecalculateStyles", "ScheduleStyleRecalculation"]);
const LAYOUT = new Set(["Layout", "UpdateLayerTree", "HitTest"]);
const PAINT = new Set(["PrePaint", "Paint", "Layerize", "Commit", "UpdateLayer", "CompositeLayers", "PaintImage", "RasterTask"]);

/** What counts as the browser's own work of showing: the rest of a task is its overhead. */
function kindOf(name) {
  if (SCRIPT.has(name) || name.startsWith("v8") || name.startsWith("V8")) return "script";
  if (STYLE.has(name)) return "style";
  if (LAYOUT.has(name)) return "layout";
  if (PAINT.has(name)) return "paint";
  return null;
}

/**
 * A line for each frame of the feed: milliseconds of the main thread from its arrival to the next one's, as they passed
 * (`wall_ms`) and as the processor worked (`cpu_ms` and its parts), and the processor's for the page's workers
 * (`worker_ms`). What came before the first frame and after the last is
 * left out, because it is not whole.
 */
export function frames(events) {
  const main = mainThread(events);
  const own = events.filter((one) => one.pid === main?.pid && one.tid === main?.tid);
  const spans = own.filter((one) => one.ph === "X").sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const tasks = spans.filter((one) => one.name === "RunTask");
  const arrivals = events.filter((one) => one.pid === main?.pid && one.name === "WebSocketReceive").sort((a, b) => a.ts - b.ts);
  // On the main thread it comes inside of a task, in a worker it is by the time.
  const taskAt = (ts) => tasks.findLast((task) => task.ts <= ts && ts <= task.ts + task.dur);
  const starts = arrivals.map((one) => (one.tid === main.tid ? taskAt(one.ts) : undefined)?.ts ?? one.ts);
  const lines = starts.slice(0, -1).map((from, at) => ({ from, to: starts[at + 1], wall_ms: 0, cpu_ms: 0, script_ms: 0, style_ms: 0, layout_ms: 0, paint_ms: 0, worker_ms: 0 }));
  const lineOf = finder(lines);
  for (const task of tasks) {
    const line = lineOf(task.ts);
    if (!line) continue;
    line.wall_ms += task.dur / 1e3;
    line.cpu_ms += (task.tdur ?? task.dur) / 1e3;
  }
  const workers = new Set(named(events, "DedicatedWorker thread"));
  for (const one of events) {
    const line = one.pid === main?.pid && one.name === "RunTask" && workers.has(key(one)) ? lineOf(one.ts) : null;
    if (line) line.worker_ms += (one.tdur ?? one.dur) / 1e3;
  }
  for (const { span, selfUs } of selfTimes(spans)) {
    const line = lineOf(span.ts);
    if (line && span.kind) line[`${span.kind}_ms`] += selfUs / 1e3;
  }
  return lines.map(({ from, to, ...line }) => line);
}

/**
 * From the end of the main thread's work on a picture, which is when the page takes it for painted, to that picture on the
 * screen, in milliseconds. A picture that shows nothing new is none.
 */
export function presentations(events) {
  const main = mainThread(events);
  const own = events.filter((one) => one.pid === main?.pid);
  const tasks = own.filter((one) => one.ph === "X" && one.name === "RunTask" && one.tid === main?.tid);
  const ended = new Map();
  for (const one of own) {
    if (one.name !== "AnimationFrame" || one.ph !== "b") continue;
    const task = tasks.findLast(({ ts, dur }) => ts <= one.ts && one.ts <= ts + dur);
    if (task) ended.set(one.args.id, task.ts + task.dur);
  }
  const shown = own.filter((one) => one.name === "AnimationFrame::Presentation" && one.args.begin_frame_id.source_id !== 0);
  return shown.filter((one) => ended.has(one.args.id)).map((one) => Math.max(0, one.ts - ended.get(one.args.id)) / 1e3);
}

/** The page's: of all renderers', the one that animates most. */
function mainThread(events) {
  const renderers = new Set(named(events, "CrRendererMain"));
  const counts = new Map();
  for (const one of events) {
    if (one.name === "FireAnimationFrame" && renderers.has(key(one))) counts.set(key(one), { pid: one.pid, tid: one.tid, count: (counts.get(key(one))?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0];
}

const named = (events, name) => events.filter((one) => one.name === "thread_name" && one.args.name === name).map(key);

const key = (one) => `${one.pid} ${one.tid}`;

/** Each span's processor time without that of the spans inside it, and what it was for: its own kind or its parent's. */
function selfTimes(spans) {
  const open = [];
  const all = [];
  for (const one of spans) {
    while (0 < open.length && open.at(-1).end <= one.ts) open.pop();
    const parent = open.at(-1);
    const time = one.tdur ?? one.dur;
    const own = { span: { ts: one.ts, kind: kindOf(one.name) ?? parent?.span.kind ?? null }, selfUs: time, end: one.ts + one.dur };
    if (parent) parent.selfUs = Math.max(0, parent.selfUs - time);
    open.push(own);
    all.push(own);
  }
  return all;
}

/** The line whose span holds a time. */
function finder(lines) {
  return (ts) => {
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle].to <= ts) low = middle + 1;
      else high = middle;
    }
    return low < lines.length && lines[low].from <= ts ? lines[low] : null;
  };
}
