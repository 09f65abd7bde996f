// The live feed's messages beside those of `docs/format/live.md`, as far as pages use them. Owns shapes only.

export type Health = "healthy" | "warning" | "stale" | "dead";
export type Activity = "active" | "idle" | "working" | "blocked";
export type TaskStatus = "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";

/** What a subscription asks for: exactly one thing. */
export type Topic =
  | { fleet: true }
  | { operations: true }
  | { tasks: true }
  | { agent: string }
  | { query: string };

/** A number, or what JSON has no number for. */
export type WireValue = number | "NaN" | "+Inf" | "-Inf" | "stale";

interface Frame {
  id: string;
  seq: number;
  at: string;
  /** The first frame of a subscription: it replaces what was known. */
  full?: boolean;
}

export interface NewAgent {
  ref: number;
  agent_id: string;
  name?: string | null;
  role?: string | null;
  agent_types?: string[];
  registered_at_ms: number;
}

/** One table, a column a field, a line an agent that changed. The counts are absent while agent metrics are switched off. */
export interface AgentColumns {
  refs: number[];
  health: Health[];
  status: Activity[];
  running: number[];
  completed?: number[];
  failed?: number[];
  operations?: number[];
  errors?: number[];
  changed_at_ms: number[];
  tasks: (string | null)[];
}

export type Queue = Record<TaskStatus, number>;

export interface Waiting {
  p50_ms: number | null;
  p99_ms: number | null;
  oldest_ready_at_ms: number | null;
}

export interface Rates {
  operations_per_second: number;
  errors_per_second: number;
  completed_per_second: number;
}

export interface Leader {
  election: string;
  leader: string | null;
  epoch: number;
  is_leader?: boolean;
  expires_at?: string | null;
}

export interface FleetEvent {
  /** Without a gap. */
  n: number;
  at_ms: number;
  kind: string;
  agent_id?: string | null;
  task_id?: string | null;
  text: string;
}

export interface FleetFrame extends Frame {
  type: "fleet";
  new?: NewAgent[];
  agents?: AgentColumns;
  gone?: number[];
  /** Agents beyond the most that are shown. */
  agents_left_out?: number;
  queue?: Queue;
  waiting?: Waiting;
  rates?: Rates;
  leaders?: Leader[];
  events?: FleetEvent[];
  events_skipped?: number;
}

/** One table; rates, percentiles and means are of the last 60 seconds, null without any. */
export interface OperationColumns {
  refs: number[];
  count: number[];
  errors: number[];
  rejected: number[];
  rate: (number | null)[];
  p50_us: (number | null)[];
  p95_us: (number | null)[];
  p99_us: (number | null)[];
  mean_us: (number | null)[];
  queue_us: (number | null)[];
  execute_us: (number | null)[];
  commit_us: (number | null)[];
}

export interface OperationsFrame extends Frame {
  type: "operations";
  /** The name of each ref. */
  names?: string[];
  rows?: OperationColumns;
}

export interface TaskRow {
  task_id: string;
  status: TaskStatus;
  agent_type?: string | null;
  calculated_priority?: number | null;
  assigned_to?: string | null;
  summary?: string | null;
  submitted_at_ms?: number | null;
  started_at_ms?: number | null;
  finished_at_ms?: number | null;
  retries?: number;
  changed_at_ms: number;
}

export interface TasksFrame extends Frame {
  type: "tasks";
  queue?: Queue;
  changed?: TaskRow[];
  /** So many more changed than are listed: read the list again. */
  skipped?: number;
}

export interface AgentOperation {
  n: number;
  at_ms: number;
  operation: string;
  duration_us: number;
  outcome: string;
  error?: string | null;
  subject?: string | null;
}

export interface AgentToolCall {
  n: number;
  at_ms: number;
  tool: string;
  duration_ms: number;
  success: boolean;
}

export interface AgentDetail {
  agent_id: string;
  name?: string | null;
  role?: string | null;
  agent_types?: string[];
  topics?: string[];
  session_id?: string | null;
  metadata?: unknown;
  status: Activity;
  current_task?: string | null;
  health: Health;
  tasks_running: number;
  registered_at: string;
  last_heartbeat_at: string;
}

export interface AgentFrame extends Frame {
  type: "agent";
  agent?: AgentDetail | null;
  operations?: AgentOperation[];
  tool_calls?: AgentToolCall[];
  skipped?: number;
}

export interface ValuesFrame extends Frame {
  type: "values";
  new?: { ref: number; labels: Record<string, string> }[];
  refs: number[];
  values: WireValue[];
  gone?: number[];
}

export type DataFrame = FleetFrame | OperationsFrame | TasksFrame | AgentFrame | ValuesFrame;

export interface ErrorFrame {
  type: "error";
  id?: string | null;
  error: { code: string; message: string; hint?: string | null; details?: unknown };
}

export interface PongFrame {
  type: "pong";
  id: string;
  at_ms: number;
}
