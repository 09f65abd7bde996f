import { describe, expect, it } from "vitest";
import type { TaskStatus } from "./feed-types";
import { cascade, layout, levelsOf } from "./graph";
import type { GraphNode } from "./task-types";

const node = (id: string, prerequisites: string[] = [], status: TaskStatus = "blocked"): GraphNode => ({
  task_id: id, status, agent_type: null, assigned_to: null, submitted_at: "", started_at: null, finished_at: null, summary: id, prerequisites,
});

describe("levels", () => {
  it("are one after the last prerequisite", () => {
    const nodes = [node("d", ["b", "c"]), node("a"), node("b", ["a"]), node("c", ["b"]), node("alone")];
    expect(Object.fromEntries(levelsOf(nodes))).toEqual({ a: 0, alone: 0, b: 1, c: 2, d: 3 });
  });
  it("end even where a server sent a cycle", () => {
    expect(Object.fromEntries(levelsOf([node("a", ["b"]), node("b", ["a"]), node("c")]))).toEqual({ c: 0, a: 1, b: 1 });
  });
  it("take a thousand tasks in a chain and a thousand side by side", () => {
    const chain = Array.from({ length: 1_000 }, (_, at) => node(`c${at}`, at === 0 ? [] : [`c${at - 1}`]));
    expect(layout(chain).levels).toBe(1_000);
    const wide = [node("root"), ...Array.from({ length: 1_000 }, (_, at) => node(`w${at}`, ["root"]))];
    expect(layout(wide)).toMatchObject({ levels: 2, lines: 1_000 });
  });
});

describe("a layout", () => {
  it("puts a task beside what it hangs on, so that lines do not cross", () => {
    const { placed, edges } = layout([node("a"), node("b"), node("after b", ["b"]), node("after a", ["a"])]);
    const line = (id: string) => placed.find((one) => one.node.task_id === id)?.line;
    expect(line("after a")).toBe(line("a"));
    expect(line("after b")).toBe(line("b"));
    expect(edges).toHaveLength(2);
  });
  it("of nothing is nothing", () => {
    expect(layout([])).toEqual({ placed: [], levels: 0, lines: 0, edges: [] });
  });
});

describe("a cancellation", () => {
  const nodes = [node("root", [], "running"), node("a", ["root"]), node("b", ["a"]), node("both", ["a", "b"]), node("done", ["root"], "completed"), node("before", [], "ready")];
  it("takes whatever waits, each once, and nothing that is over", () => {
    expect(cascade(nodes, "root").map((one) => one.task_id).sort()).toEqual(["a", "b", "both"]);
  });
  it("takes nothing along where nothing waits", () => {
    expect(cascade(nodes, "both")).toEqual([]);
  });
});
