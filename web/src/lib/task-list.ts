// A list of tasks that pages of HTTP and the feed fill together. Owns merging and which of the filters a change can be
// tried against: source and text are the server's to say, and then the newest page must be read again. Refuses components
// and an order.

import type { TaskRow, TaskStatus } from "./feed-types";
import { parseTime } from "./format";
import { titleOf, type Task } from "./task-types";

export interface Row {
  id: string;
  title: string;
  status: TaskStatus;
  type: string | null;
  priority: number | null;
  agent: string | null;
  submittedAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  retries: number;
}

export interface Filters {
  status: string;
  source: string;
  type: string;
  agent: string;
  text: string;
}

export class TaskList {
  readonly rows = new Map<string, Row>();
  /** Where the next page begins; null when all are here, undefined before the first. */
  cursor: string | null | undefined = undefined;
  /** Rises when a task came or went, for whoever lists ids. */
  membership = 0;
  private statuses: readonly string[];

  constructor(private readonly filters: Filters) {
    this.statuses = filters.status === "" ? [] : filters.status.split(",");
  }

  /** Takes what a page holds; answers whether any of it was known before. */
  take(tasks: readonly Task[]): boolean {
    let met = false;
    for (const task of tasks) {
      if (this.rows.has(task.task_id)) met = true;
      else this.membership += 1;
      this.rows.set(task.task_id, fromTask(task));
    }
    return met;
  }

  /** Applies changes newer than `sinceMs`; answers whether the newest page must be read again. */
  change(rows: Iterable<TaskRow>, sinceMs: number): { isStale: boolean; newestMs: number } {
    let isStale = false;
    let newestMs = sinceMs;
    for (const change of rows) {
      if (change.changed_at_ms < sinceMs) continue;
      newestMs = Math.max(newestMs, change.changed_at_ms);
      const known = this.rows.get(change.task_id);
      if (!this.mayShow(change)) {
        if (known && this.rows.delete(change.task_id)) this.membership += 1;
      } else if (known) this.rows.set(change.task_id, fromChange(change, known));
      else if (this.filters.source !== "" || this.filters.text !== "") isStale = true;
      else {
        this.rows.set(change.task_id, fromChange(change));
        this.membership += 1;
      }
    }
    return { isStale, newestMs };
  }

  /** What a change can be tried against. */
  private mayShow(change: TaskRow): boolean {
    const { type, agent } = this.filters;
    if (0 < this.statuses.length && !this.statuses.includes(change.status)) return false;
    return (type === "" || change.agent_type === type) && (agent === "" || change.assigned_to === agent);
  }
}

export function fromTask(task: Task): Row {
  return {
    id: task.task_id,
    title: titleOf(task),
    status: task.status,
    type: task.agent_type ?? null,
    priority: task.calculated_priority,
    agent: task.assigned_to ?? null,
    submittedAt: parseTime(task.submitted_at) ?? 0,
    startedAt: parseTime(task.started_at),
    finishedAt: parseTime(task.finished_at),
    retries: task.retries,
  };
}

function fromChange(change: TaskRow, known?: Row): Row {
  return {
    id: change.task_id,
    title: known?.title ?? titleOf({ summary: change.summary ?? null }),
    status: change.status,
    type: change.agent_type ?? null,
    priority: change.calculated_priority ?? known?.priority ?? null,
    agent: change.assigned_to ?? null,
    submittedAt: change.submitted_at_ms ?? known?.submittedAt ?? 0,
    startedAt: change.started_at_ms ?? null,
    finishedAt: change.finished_at_ms ?? null,
    retries: change.retries ?? known?.retries ?? 0,
  };
}

/** From submitted to claimed; while it waits, until now. */
export function waitedMs(row: Row, nowMs: number): number | null {
  if (row.startedAt !== null) return Math.max(0, row.startedAt - row.submittedAt);
  return row.finishedAt === null ? Math.max(0, nowMs - row.submittedAt) : null;
}

/** From claimed to finished; while it runs, until now. */
export function ranMs(row: Row, nowMs: number): number | null {
  if (row.startedAt === null) return null;
  if (row.finishedAt !== null) return Math.max(0, row.finishedAt - row.startedAt);
  return row.status === "running" ? Math.max(0, nowMs - row.startedAt) : null;
}
