// Where a task's time went. Owns reading a story as stretches of one kind each (waiting for its time, for others, for an
// agent, at work, at work in vain); refuses to know what an agent did meanwhile.

import { parseTime } from "./format";
import type { StoryEvent, Task, ToolCall } from "./task-types";

export type Kind = "scheduled" | "blocked" | "waiting" | "running" | "lost";

export interface Stretch {
  kind: Kind;
  fromMs: number;
  toMs: number;
  /** Of the claim, for `running` and `lost`. */
  fence: number;
  agent: string | null;
}

export const KIND_WORDS: Record<Kind, string> = {
  scheduled: "waiting for its time",
  blocked: "waiting for other tasks",
  waiting: "waiting for an agent",
  running: "running",
  lost: "running, in vain",
};

/** Events after which a claim has brought nothing. */
const IN_VAIN = new Set(["failed", "will_retry", "released", "lease_expired", "agent_died", "agent_left", "cancelled", "cascade_cancelled"]);
const OVER = new Set(["completed", "failed", "cancelled", "cascade_cancelled"]);

type Known = Pick<Task, "status" | "not_before" | "prerequisites" | "reported" | "submitted_at" | "started_at" | "finished_at">;

/** Stretches in order, up to `nowMs` for a task that is not over. */
export function stretches(story: readonly StoryEvent[], task: Known, nowMs: number): Stretch[] {
  if (task.reported) return imported(task);
  const found: Stretch[] = [];
  let open: Stretch | null = null;
  const close = (at: number) => {
    if (open && open.fromMs < at) found.push({ ...open, toMs: at });
    open = null;
  };
  for (const event of story) {
    const at = parseTime(event.at) ?? 0;
    if (event.event === "renewed" || event.event === "updated") continue;
    if (IN_VAIN.has(event.event) && open?.kind === "running") open.kind = "lost";
    close(at);
    if (OVER.has(event.event)) return splitSchedule(found, parseTime(task.not_before));
    open = { kind: next(event, story, task), fromMs: at, toMs: at, fence: event.event === "claimed" ? event.fence : 0, agent: event.agent_id };
  }
  close(nowMs);
  return splitSchedule(found, parseTime(task.not_before));
}

/** Of a task that ran elsewhere only its three times are known. */
function imported(task: Known): Stretch[] {
  const [submitted, started, finished] = [parseTime(task.submitted_at), parseTime(task.started_at), parseTime(task.finished_at)];
  const stretch = (kind: Kind, fromMs: number | null, toMs: number | null): Stretch[] =>
    fromMs === null || toMs === null || toMs <= fromMs ? [] : [{ kind, fromMs, toMs, fence: 0, agent: null }];
  return [...stretch("waiting", submitted, started), ...stretch(task.status === "completed" ? "running" : "lost", started, finished)];
}

function next(event: StoryEvent, story: readonly StoryEvent[], task: Known): Kind {
  if (event.event === "claimed") return "running";
  if (event.event !== "submitted") return "waiting";
  const second = story.find((one) => !["submitted", "updated", "renewed"].includes(one.event));
  const wasHeld = second ? second.event !== "claimed" : task.status === "blocked" || task.status === "pending";
  if (!wasHeld) return "waiting";
  return 0 < task.prerequisites.length ? "blocked" : second?.event === "became_ready" || task.status === "pending" ? "scheduled" : "waiting";
}

/** Before its time a task waits for that, whatever else it waits for. */
function splitSchedule(found: Stretch[], notBeforeMs: number | null): Stretch[] {
  const first = found[0];
  if (!first || first.kind !== "blocked" || notBeforeMs === null || notBeforeMs <= first.fromMs) return found;
  const until = Math.min(notBeforeMs, first.toMs);
  const rest = until < first.toMs ? [{ ...first, fromMs: until }] : [];
  return [{ ...first, kind: "scheduled", toMs: until }, ...rest, ...found.slice(1)];
}

export interface Share {
  kind: Kind;
  ms: number;
  share: number;
}

/** How much of each kind, in the order of a task's life. */
export function shares(found: readonly Stretch[]): Share[] {
  const all = found.reduce((sum, one) => sum + one.toMs - one.fromMs, 0);
  const kinds = Object.keys(KIND_WORDS) as Kind[];
  const of = (kind: Kind) => found.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.toMs - one.fromMs, 0);
  return kinds.map((kind) => ({ kind, ms: of(kind), share: 0 < all ? of(kind) / all : 0 })).filter((one) => 0 < one.ms);
}

export interface Line {
  at: number;
  event: string;
  agent: string | null;
  detail: string | null;
  /** How many events of the kind it stands for. */
  times: number;
}

/** The story with notes at their place and renewals in a row as one line. */
export function lines(story: readonly StoryEvent[], task: Pick<Task, "notes" | "reported" | "status" | "started_at" | "finished_at">): Line[] {
  const told = [...story, ...(task.reported && story.length < 2 ? reported(task) : [])].map((one) => ({ at: parseTime(one.at) ?? 0, event: one.event, agent: one.agent_id, detail: one.detail, times: 1 }));
  const noted = (task.notes ?? []).map((one) => ({ at: parseTime(one.at) ?? 0, event: "note", agent: one.agent_id ?? null, detail: one.text, times: 1 }));
  const all: Line[] = [];
  for (const line of [...told, ...noted].sort((a, b) => a.at - b.at)) {
    const last = all.at(-1);
    if (line.event === "renewed" && last?.event === "renewed") all[all.length - 1] = { ...line, times: last.times + 1 };
    else all.push(line);
  }
  return all;
}

/** What ran elsewhere has no story of its own here, but two more times. */
function reported(task: Pick<Task, "status" | "started_at" | "finished_at">): StoryEvent[] {
  const event = (at: string | null | undefined, name: string): StoryEvent[] => (at ? [{ at, event: name, agent_id: null, fence: 0, detail: null }] : []);
  return [...event(task.started_at, "begun"), ...event(task.finished_at, task.status)];
}

const SENTENCES: Record<string, string> = {
  submitted: "Queued",
  became_ready: "Ready: nothing is in its way any more",
  claimed: "Claimed",
  begun: "Begun",
  renewed: "Lease renewed",
  completed: "Completed",
  failed: "Failed for good",
  will_retry: "Attempt failed; waits for another one",
  released: "Given back to the queue",
  lease_expired: "Lease ran out; back to the queue",
  agent_died: "The agent fell silent; back to the queue",
  agent_left: "The agent left; back to the queue",
  cancelled: "Cancelled",
  cascade_cancelled: "Cancelled with what it waited for",
  updated: "Changed",
  note: "Note",
};

export function sentence(line: Line): string {
  const text = SENTENCES[line.event] ?? line.event.replaceAll("_", " ");
  return line.times === 1 ? text : `${text} ${line.times} times`;
}

export interface ToolSum {
  tool: string;
  calls: number;
  failed: number;
  ms: number;
}

/** Calls by tool, what took longest first. */
export function byTool(calls: readonly ToolCall[]): ToolSum[] {
  const sums = new Map<string, ToolSum>();
  for (const call of calls) {
    const sum = sums.get(call.tool) ?? { tool: call.tool, calls: 0, failed: 0, ms: 0 };
    sum.calls += 1;
    sum.failed += call.success ? 0 : 1;
    sum.ms += call.duration_ms;
    sums.set(call.tool, sum);
  }
  return [...sums.values()].sort((a, b) => b.ms - a.ms);
}
