// The tasks that changed last. Owns their order and bound; refuses to be the list of all tasks: that is read
// over HTTP, and read again when `skipped` says that frames could not tell everything.

import type { Queue, TaskRow, TasksFrame } from "../feed-types";

const TASKS_MAX = 1000;

export class TasksState {
  isKnown = false;
  queue: Queue | null = null;
  readonly tasks = new Map<string, TaskRow>();
  /** Rises whenever a list read over HTTP is out of date. */
  staleness = 0;

  apply(frame: TasksFrame): number | null {
    if (frame.full) {
      this.isKnown = true;
      this.tasks.clear();
      this.staleness += 1;
    }
    this.queue = frame.queue ?? this.queue;
    let newest = 0;
    for (const task of frame.changed ?? []) {
      // Taken out first: the map's order is that of the last change.
      this.tasks.delete(task.task_id);
      this.tasks.set(task.task_id, task);
      newest = Math.max(newest, task.changed_at_ms);
    }
    if (0 < (frame.skipped ?? 0)) this.staleness += 1;
    this.forget();
    return frame.full || newest === 0 ? null : newest;
  }

  /** The last change first. */
  freshest(): TaskRow[] {
    return [...this.tasks.values()].sort((a, b) => b.changed_at_ms - a.changed_at_ms);
  }

  private forget(): void {
    for (const id of this.tasks.keys()) {
      if (this.tasks.size <= TASKS_MAX) return;
      this.tasks.delete(id);
    }
  }
}
