// Tasks as HTTP answers them, as far as pages use them. Owns shapes only.

import type { TaskStatus } from "./feed-types";

export const STATUSES: readonly TaskStatus[] = ["pending", "blocked", "ready", "running", "completed", "failed", "cancelled"];
export const SOURCES: readonly string[] = ["human", "agent_requirements", "agent_planner", "agent_implementation"];

export interface Task {
  task_id: string;
  status: TaskStatus;
  description: string;
  summary?: string | null;
  source: string;
  agent_type?: string | null;
  base_priority: number;
  calculated_priority: number;
  dependency_depth: number;
  prerequisites: string[];
  unmet_prerequisites: number;
  dependents_waiting: number;
  parent_task_id?: string | null;
  session_id?: string | null;
  submitted_by?: string | null;
  input?: unknown;
  deadline?: string | null;
  not_before?: string | null;
  estimated_duration_seconds?: number | null;
  retries: number;
  max_retries: number;
  fence: number;
  assigned_to?: string | null;
  lease_expires_at?: string | null;
  submitted_at: string;
  ready_at?: string | null;
  started_at?: string | null;
  finished_at?: string | null;
  result?: unknown;
  error?: string | null;
  reason?: string | null;
  notes?: { at: string; agent_id?: string | null; text: string }[];
  reported: boolean;
}

export interface StoryEvent {
  at: string;
  event: string;
  agent_id: string | null;
  /** Of the claim it belongs to; 0 before the first. */
  fence: number;
  detail: string | null;
}

export interface GraphNode {
  task_id: string;
  status: TaskStatus;
  agent_type: string | null;
  assigned_to: string | null;
  submitted_at: string;
  started_at: string | null;
  finished_at: string | null;
  summary: string;
  prerequisites: string[];
}

export interface TaskGraph {
  /** The task that was asked about first, then by distance from it. */
  tasks: GraphNode[];
  truncated: boolean;
}

export interface Plan {
  batches: string[][];
  total_batches: number;
  max_parallelism: number;
}

export interface ToolCall {
  call_id: string;
  agent_id: string | null;
  tool: string;
  started_at: string;
  duration_ms: number;
  success: boolean;
  error: string | null;
}

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

export const isOver = (status: TaskStatus): boolean => status === "completed" || status === "failed" || status === "cancelled";

/** What a task is called: its summary, or the first line of what is to be done. */
export function titleOf(task: { summary?: string | null; description?: string }): string {
  const first = (task.summary || task.description || "").trim().split("\n", 1)[0] ?? "";
  return first.length <= 140 ? first : `${first.slice(0, 139)}…`;
}
