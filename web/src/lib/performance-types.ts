// `GET /api/agent-performance`, `/api/agents/{id}/timeline` and `/api/tool-calls`, as far as pages use them. Owns shapes only.

export type Verdict = "above_expected" | "as_expected" | "below_expected" | "not_enough_data";

export interface TaskTimes {
  count: number;
  mean_ms: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
}

export interface Measure {
  verdict: Verdict;
  evidence: string;
  compared: number;
  incomparable: number;
  observed: number | null;
  expected: number | null;
  low: number | null;
  high: number | null;
}

export interface ToolPerformance {
  tool: string;
  calls: number;
  failed: number;
  failure_rate: number;
  mean_ms: number | null;
  p50_ms: number | null;
  p95_ms: number | null;
  total_ms: number;
}

export interface ToolPatterns {
  calls: number;
  failed: number;
  is_complete: boolean;
  tools: ToolPerformance[];
  pairs: { tools: string[]; count: number }[];
  triples: { tools: string[]; count: number }[];
  loops: { tools: string[]; times: number; success: boolean; from: string; to: string }[];
  looped_calls: number;
  retried_calls: number;
  retries_succeeded: number;
}

export interface PerformanceRow {
  agent_id: string;
  name: string | null;
  verdict: Verdict;
  evidence: string;
  durations: Measure;
  failures: Measure;
  place: { place: number; place_low: number; place_high: number; cost: number; cost_low: number; cost_high: number } | null;
  tasks_claimed: number;
  tasks_completed: number;
  tasks_failed: number;
  tasks_retried: number;
  tasks_released: number;
  tasks_lost: number;
  tasks_running: number;
  success_rate: number | null;
  duration: TaskTimes;
  waiting: TaskTimes;
  quality_mean: number | null;
  quality_count: number;
  usage: { tokens: { type: string; tokens: number }[]; tokens_total: number; cost_usd: number | null } | null;
  tools: ToolPatterns;
}

export interface Funnel {
  target: number;
  points: { agent_ids: string[]; tasks: number[]; values: number[]; low: number[]; high: number[]; verdicts: Verdict[] };
  lines: { tasks: number[]; inner_low: number[]; inner_high: number[]; outer_low: number[]; outer_high: number[] };
}

export interface Performance {
  period: { from: string | null; to: string; counted_at: string; is_complete: boolean };
  fleet: { agents: number; above_expected: number; as_expected: number; below_expected: number; not_enough_data: number };
  rule: { tasks_min: number; limit: number };
  funnels?: { durations: Funnel; failures: Funnel };
  items: PerformanceRow[];
  next_cursor: string | null;
}

export interface Hold {
  task_id: string;
  agent_type: string | null;
  summary: string | null;
  claimed_at: string | null;
  ended_at: string | null;
  waited_ms: number | null;
  duration_ms: number | null;
  outcome: string;
}

export interface ToolCall {
  call_id: string;
  tool: string;
  started_at: string;
  duration_ms: number;
  success: boolean;
  error: string | null;
}
