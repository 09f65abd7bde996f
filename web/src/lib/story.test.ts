import { describe, expect, it } from "vitest";
import { byTool, lines, sentence, shares, stretches } from "./story";
import type { StoryEvent, Task } from "./task-types";

const at = (second: number) => new Date(Date.UTC(2026, 9, 5, 14, 0, second)).toISOString();
const ms = (second: number) => Date.parse(at(second));
const event = (second: number, name: string, fence = 0): StoryEvent => ({ at: at(second), event: name, agent_id: fence ? "agt_1" : null, fence, detail: null });
const task = (more: Partial<Task> = {}): Task => ({ status: "completed", prerequisites: [], reported: false, submitted_at: at(0), ...more }) as Task;
const told = (events: StoryEvent[], of: Partial<Task> = {}, now = 99) => stretches(events, task(of), ms(now)).map((one) => [one.kind, (one.toMs - one.fromMs) / 1000]);

describe("where the time went", () => {
  it("is waiting and running of a plain task, renewals or not", () => {
    const events = [event(0, "submitted"), event(2, "claimed", 1), event(4, "renewed", 1), event(7, "completed", 1)];
    expect(told(events)).toEqual([["waiting", 2], ["running", 5]]);
  });

  it("tells attempts in vain from the one that counted", () => {
    const events = [event(0, "submitted"), event(1, "claimed", 1), event(3, "will_retry", 1), event(4, "claimed", 2), event(9, "lease_expired", 2), event(10, "claimed", 3), event(11, "completed", 3)];
    expect(told(events)).toEqual([["waiting", 1], ["lost", 2], ["waiting", 1], ["lost", 5], ["waiting", 1], ["running", 1]]);
    const sums = shares(stretches(events, task(), ms(99)));
    expect(sums.map((one) => [one.kind, one.ms / 1000])).toEqual([["waiting", 3], ["running", 1], ["lost", 7]]);
    expect(sums.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1);
  });

  it("is waiting for others until the last of them is done", () => {
    const held = { prerequisites: ["tsk_1"] };
    expect(told([event(0, "submitted"), event(5, "became_ready"), event(6, "claimed", 1)], { ...held, status: "running" }, 8)).toEqual([["blocked", 5], ["waiting", 1], ["running", 2]]);
    expect(told([event(0, "submitted")], { ...held, status: "blocked" }, 3)).toEqual([["blocked", 3]]);
    expect(told([event(0, "submitted"), event(4, "cascade_cancelled")], { ...held, status: "cancelled" })).toEqual([["blocked", 4]]);
  });

  it("is waiting for its time before that has come", () => {
    const later = { not_before: at(3) };
    expect(told([event(0, "submitted")], { ...later, status: "pending" }, 2)).toEqual([["scheduled", 2]]);
    expect(told([event(0, "submitted"), event(3, "became_ready"), event(4, "claimed", 1)], { ...later, status: "running" }, 5)).toEqual([["scheduled", 3], ["waiting", 1], ["running", 1]]);
    expect(told([event(0, "submitted"), event(9, "became_ready")], { ...later, prerequisites: ["tsk_1"], status: "ready" }, 10)).toEqual([["scheduled", 3], ["blocked", 6], ["waiting", 1]]);
  });

  it("is what three times tell of a task that ran elsewhere", () => {
    expect(told([event(0, "submitted")], { reported: true, started_at: at(2), finished_at: at(5) })).toEqual([["waiting", 2], ["running", 3]]);
    expect(told([event(0, "submitted")], { reported: true })).toEqual([]);
  });
});

it("a story has its notes in place and renewals in one line", () => {
  const events = [event(0, "submitted"), event(1, "claimed", 1), event(2, "renewed", 1), event(3, "renewed", 1), event(9, "completed", 1)];
  const all = lines(events, task({ notes: [{ at: at(5), agent_id: "agt_1", text: "half way" }] }));
  expect(all.map(sentence)).toEqual(["Queued", "Claimed", "Lease renewed 2 times", "Note", "Completed"]);
  expect(all[2]?.at).toBe(ms(3));
  expect(all[3]?.detail).toBe("half way");
  expect(sentence({ at: 0, event: "moved_on", agent: null, detail: null, times: 1 })).toBe("moved on");
});

it("a story from elsewhere ends as its task did", () => {
  const of = task({ reported: true, started_at: at(2), finished_at: at(5) });
  expect(lines([event(0, "submitted")], of).map(sentence)).toEqual(["Queued", "Begun", "Completed"]);
});

it("tool calls are summed by tool, the longest first", () => {
  const call = (tool: string, duration_ms: number, success = true) => ({ call_id: "", agent_id: null, tool, started_at: at(0), duration_ms, success, error: null });
  expect(byTool([call("Read", 5), call("Bash", 90, false), call("Read", 7)])).toEqual([
    { tool: "Bash", calls: 1, failed: 1, ms: 90 },
    { tool: "Read", calls: 2, failed: 0, ms: 12 },
  ]);
});
