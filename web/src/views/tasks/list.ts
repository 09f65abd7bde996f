// The list of tasks as a page holds it: pages over HTTP, changes from the feed. Owns when to ask; merging is
// `lib/task-list`'s.

import { createEffect, createMemo, createSignal, on, onCleanup, untrack, type Accessor } from "solid-js";
import { TaskList, type Filters } from "../../lib/task-list";
import type { Page, Task } from "../../lib/task-types";
import { useTasks } from "../live";
import { param } from "../router";
import { api, every } from "../session";

const PAGE = 500;
/** So many are read at once; a click reads as many again. */
const AT_ONCE = 1_000;
/** A page that is left open forgets what lies far back. */
const ROWS_MAX = 20_000;
/** Between two looks at what is new, however much changes. */
const PAUSE_MS = 1_500;
/** Between two readings of everything, when more changes than the feed tells. */
const RELOAD_PAUSE_MS = 5_000;

export interface Listed {
  /** Reading it follows every change. */
  list: Accessor<TaskList>;
  ids: Accessor<readonly string[]>;
  error: Accessor<Error | null>;
  isBusy: Accessor<boolean>;
  hasMore: Accessor<boolean>;
  more(): void;
  again(): void;
}

export const filters = (): Filters => ({ status: param("status"), source: param("source"), type: param("type"), agent: param("agent"), text: param("q") });

export function useList(): Listed {
  const wanted = createMemo(filters, undefined, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const [list, setList] = createSignal(new TaskList(untrack(wanted)), { equals: false });
  const [error, setError] = createSignal<Error | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const live = useTasks();
  let abort = new AbortController();
  let sinceMs = 0;
  let reloading: ReturnType<typeof setTimeout> | undefined;
  let catching: ReturnType<typeof setTimeout> | undefined;

  const page = (cursor: string | null | undefined, limit: number) => {
    const { status, source, type, agent, text } = untrack(wanted);
    return api.get<Page<Task>>("/api/tasks", { status, source, agent_type: type, assigned_to: agent, q: text, limit, cursor: cursor ?? null }, abort.signal);
  };
  const guarded = async (run: (mine: AbortSignal) => Promise<void>) => {
    const mine = abort.signal;
    try {
      await run(mine);
      if (!mine.aborted) setError(null);
    } catch (failure) {
      if (!mine.aborted) setError(failure as Error);
    }
  };
  /** Reads on into a list, which is shown with its first page: what was shown before stays until then. */
  const fill = (into: TaskList) => guarded(async (mine) => {
    setBusy(true);
    try {
      const goal = into.rows.size + AT_ONCE;
      while (!mine.aborted && into.cursor !== null && into.rows.size < goal) {
        const next = await page(into.cursor, PAGE);
        if (mine.aborted) return;
        into.take(next.items);
        into.cursor = next.next_cursor ?? null;
        setList(into);
      }
    } finally {
      if (!mine.aborted) setBusy(false);
    }
  });
  const again = () => {
    abort.abort();
    abort = new AbortController();
    sinceMs = 0;
    void fill(new TaskList(untrack(wanted)));
  };
  /** Reads what is newest; when that does not reach what is known, everything. */
  const catchUp = () => guarded(async (mine) => {
    const newest = await page(null, 100);
    if (mine.aborted) return;
    const into = untrack(list);
    const wasEmpty = into.rows.size === 0;
    const met = into.take(newest.items);
    if (!met && !wasEmpty && newest.next_cursor) return again();
    setList(into);
  });
  const catchUpSoon = () => {
    catching ??= setTimeout(() => {
      catching = undefined;
      void catchUp();
    }, PAUSE_MS);
  };

  createEffect(on(wanted, again));
  createEffect(on(createMemo(() => live().staleness), () => {
    reloading ??= setTimeout(() => {
      reloading = undefined;
      again();
    }, RELOAD_PAUSE_MS);
  }, { defer: true }));
  createEffect(() => {
    const state = live();
    if (!state.isKnown) return;
    const into = untrack(list);
    const told = into.change(state.tasks.values(), sinceMs);
    sinceMs = told.newestMs;
    if (ROWS_MAX < into.rows.size) return again();
    setList(into);
    if (told.isStale) catchUpSoon();
  });
  // Without the feed: what is newest, now and then.
  every(() => 5_000, () => void (live().isKnown || catchUp()));
  onCleanup(() => {
    abort.abort();
    clearTimeout(catching);
    clearTimeout(reloading);
  });
  const membership = createMemo(() => [list(), list().membership] as const, undefined, { equals: (a, b) => a[0] === b[0] && a[1] === b[1] });
  const ids = createMemo(() => [...membership()[0].rows.keys()]);
  return { list, ids, error, isBusy, hasMore: () => list().cursor !== null, more: () => void fill(untrack(list)), again };
}
