// One task as its page holds it: the task, its story, its surroundings, the plan, its tool calls. Owns when to read them
// again: when the feed says that it or a neighbour changed, else now and then.

import { batch, createEffect, createSignal, onCleanup, untrack, type Accessor } from "solid-js";
import { ApiError } from "../../lib/api";
import { isOver, type Page, type Plan, type StoryEvent, type Task, type TaskGraph, type ToolCall } from "../../lib/task-types";
import { useTasks } from "../live";
import { api, every } from "../session";

const PAGE = 500;
const EVENTS_MAX = 2_000;
const PAUSE_MS = 400;

export interface Told {
  task: Accessor<Task | null>;
  story: Accessor<StoryEvent[]>;
  graph: Accessor<TaskGraph | null>;
  plan: Accessor<Plan | null>;
  /** By the fence of the claim that they belong to; null where the server keeps none. */
  calls: Accessor<ToolCall[] | null>;
  error: Accessor<Error | null>;
  again(): void;
}

export function useTask(id: string): Told {
  const [task, setTask] = createSignal<Task | null>(null);
  const [story, setStory] = createSignal<StoryEvent[]>([]);
  const [graph, setGraph] = createSignal<TaskGraph | null>(null);
  const [plan, setPlan] = createSignal<Plan | null>(null);
  const [calls, setCalls] = createSignal<ToolCall[] | null>(null);
  const [error, setError] = createSignal<Error | null>(null);
  const live = useTasks();
  const path = `/api/tasks/${encodeURIComponent(id)}`;
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const load = async () => {
    abort.abort();
    const { signal } = (abort = new AbortController());
    const readPlan = async (around: TaskGraph) => {
      const ahead = around.tasks.filter((node) => !isOver(node.status)).map((node) => node.task_id);
      const steps = 1 < ahead.length ? await api.post<Plan>("/api/tasks/plan", { task_ids: ahead }, signal) : null;
      if (!signal.aborted) setPlan(steps);
    };
    try {
      const around = api.get<TaskGraph>(`${path}/graph`, {}, signal).then((found) => (signal.aborted || setGraph(found), found));
      // Awaited last: where another answer is an error, this one is not told too.
      around.catch(() => undefined);
      const [one, told] = await Promise.all([api.get<Task>(path, {}, signal), readStory(path, signal)]);
      if (signal.aborted) return;
      batch(() => (setTask(one), setStory(told), setError(null)));
      await Promise.all([readPlan(await around), readCalls(told, signal).then((made) => signal.aborted || setCalls(made))]);
    } catch (failure) {
      if (!signal.aborted) setError(failure as Error);
    }
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      void load();
    }, PAUSE_MS);
  };
  void load();
  let seen = new Map<string, number>();
  createEffect(() => {
    const { tasks } = live();
    const mine = untrack(graph)?.tasks ?? [];
    const changed = new Map([id, ...mine.map((node) => node.task_id)].flatMap((one) => (tasks.has(one) ? [[one, tasks.get(one)!.changed_at_ms] as const] : [])));
    const isNews = [...changed].some(([one, at]) => seen.get(one) !== at);
    seen = changed;
    if (isNews && timer === undefined) again();
  });
  // Without the feed, and for what it does not tell: renewals and notes of a task that runs.
  every(() => (task() && isOver(task()!.status) ? null : 5_000), () => void load());
  onCleanup(() => {
    abort.abort();
    clearTimeout(timer);
  });
  return { task, story, graph, plan, calls, error, again: () => void load() };
}

async function readStory(path: string, signal: AbortSignal): Promise<StoryEvent[]> {
  const events: StoryEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<StoryEvent> = await api.get(`${path}/story`, { limit: PAGE, cursor }, signal);
    events.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null && events.length < EVENTS_MAX);
  return events;
}

/** What the agents that held the task called while they did. */
async function readCalls(story: readonly StoryEvent[], signal: AbortSignal): Promise<ToolCall[] | null> {
  const claims = story.flatMap((event, at) => {
    if (event.event !== "claimed" || !event.agent_id) return [];
    const end = story.slice(at + 1).find((later) => later.event !== "renewed" && later.event !== "updated");
    return [{ agent_id: event.agent_id, from: event.at, to: end?.at ?? null }];
  });
  try {
    const pages = await Promise.all(claims.slice(-10).map((claim) => api.get<Page<ToolCall>>("/api/tool-calls", { ...claim, limit: PAGE }, signal)));
    return pages.flatMap((page) => page.items);
  } catch (failure) {
    // An older server records tool calls and does not list them.
    if (failure instanceof ApiError && [404, 405].includes(failure.status)) return null;
    throw failure;
  }
}
