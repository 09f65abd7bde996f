import { describe, expect, it } from "vitest";
import type { TaskRow } from "./feed-types";
import { ranMs, TaskList, waitedMs, type Filters } from "./task-list";
import { titleOf, type Task } from "./task-types";

const NONE: Filters = { status: "", source: "", type: "", agent: "", text: "" };

const task = (id: string, more: Partial<Task> = {}): Task => ({
  task_id: id, status: "ready", description: `do ${id}`, source: "human", base_priority: 5, calculated_priority: 32.5, dependency_depth: 0,
  prerequisites: [], unmet_prerequisites: 0, dependents_waiting: 0, retries: 0, max_retries: 3, fence: 0, submitted_at: "2026-10-05T14:00:00Z", reported: false, ...more,
});

const change = (id: string, more: Partial<TaskRow> = {}): TaskRow => ({ task_id: id, status: "running", summary: "", calculated_priority: 32.5, submitted_at_ms: 0, retries: 0, assigned_to: "agt_1", changed_at_ms: 10, ...more });

describe("a list of tasks", () => {
  it("changes what it knows and says how new that is", () => {
    const list = new TaskList(NONE);
    list.take([task("a")]);
    expect(list.change([change("a")], 0)).toEqual({ isStale: false, newestMs: 10 });
    expect(list.rows.get("a")).toMatchObject({ status: "running", agent: "agt_1", title: "do a" });
    expect(list.change([change("a", { status: "completed", changed_at_ms: 9 })], 10).newestMs).toBe(10);
    expect(list.rows.get("a")?.status).toBe("running");
  });

  it("takes in what is new, and lets go what no longer fits", () => {
    const list = new TaskList({ ...NONE, status: "ready,running", type: "code" });
    const before = list.membership;
    list.change([change("a", { agent_type: "code", summary: "new" }), change("b", { agent_type: "docs" })], 0);
    expect([...list.rows.keys()]).toEqual(["a"]);
    expect(list.membership).toBe(before + 1);
    list.change([change("a", { agent_type: "code", status: "completed" })], 0);
    expect(list.rows.size).toBe(0);
    expect(list.membership).toBe(before + 2);
  });

  it("asks the server where the feed cannot tell whether a task fits", () => {
    const list = new TaskList({ ...NONE, text: "release" });
    expect(list.change([change("a")], 0).isStale).toBe(true);
    expect(list.rows.size).toBe(0);
    list.take([task("a")]);
    expect(list.change([change("a")], 0).isStale).toBe(false);
  });

  it("says whether a page reaches what was known", () => {
    const list = new TaskList(NONE);
    expect(list.take([task("a"), task("b")])).toBe(false);
    expect(list.take([task("c"), task("b")])).toBe(true);
    expect(list.rows.size).toBe(3);
  });
});

describe("the times of a row", () => {
  const at = Date.parse("2026-10-05T14:00:00Z");
  const row = (more: Partial<Task>) => {
    const list = new TaskList(NONE);
    list.take([task("a", more)]);
    return list.rows.get("a")!;
  };
  it("run on while the task does", () => {
    expect(waitedMs(row({}), at + 500)).toBe(500);
    expect(ranMs(row({}), at + 500)).toBeNull();
    const running = row({ status: "running", started_at: "2026-10-05T14:00:02Z" });
    expect([waitedMs(running, at + 9_000), ranMs(running, at + 9_000)]).toEqual([2_000, 7_000]);
  });
  it("stand still when it is over", () => {
    const done = row({ status: "completed", started_at: "2026-10-05T14:00:02Z", finished_at: "2026-10-05T14:00:05Z" });
    expect([waitedMs(done, at * 2), ranMs(done, at * 2)]).toEqual([2_000, 3_000]);
    expect(waitedMs(row({ status: "cancelled", finished_at: "2026-10-05T14:00:05Z" }), at)).toBeNull();
  });
});

it("a task is called by its summary or the first line of what is to be done", () => {
  expect(titleOf({ summary: "short", description: "long" })).toBe("short");
  expect(titleOf({ summary: null, description: "  first\nsecond" })).toBe("first");
  expect(titleOf({ description: "x".repeat(200) })).toHaveLength(140);
});
