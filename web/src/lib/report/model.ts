// The report as `GET /api/report` answers it, as far as the page shows it. Owns shapes only; what the fields
// mean is told in `crates/paceline-analysis/src/report/model`.

export interface Period {
  name: string;
  from: string;
  to: string;
  previous_from: string;
  previous_to: string;
  utc_offset_minutes: number;
}

export interface Summary {
  count: number;
  mean_ms: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  max_ms: number;
}

export interface OperationFigures extends Summary {
  succeeded: number;
  failed: number;
  success_rate: number;
  stages_mean_ms: { queue: number; execute: number; commit: number } | null;
}

export interface Interval {
  low: number;
  high: number;
}

export interface Change {
  mean: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  enough: boolean;
  p50_interval: Interval | null;
  p95_interval: Interval | null;
}

export interface OperationRow {
  operation: string;
  current: OperationFigures | null;
  previous: OperationFigures | null;
  change: Change | null;
}

export type FindingKind = "step" | "spell" | "drift" | "slow_agent";

export interface Finding {
  kind: FindingKind;
  slower: boolean;
  since: string;
  until: string | null;
  operations: { operation: string; before_ms: number; after_ms: number; change: number }[];
  stage: string | null;
  sentence: string;
}

export interface Timeline {
  operation: string;
  from: string;
  step_hours: number;
  p50_ms: (number | null)[];
  p95_ms: (number | null)[];
  count: number[];
}

export interface ToolFigures extends Summary {
  failed: number;
  failure_rate: number;
  success_reported: number;
}

export interface Scores {
  count: number;
  overall_mean: number;
  completeness_mean: number;
  code_quality_mean: number;
  documentation_mean: number;
  efficiency_mean: number;
  impact_mean: number;
}

interface AgentFigures {
  claimed: number;
  completed: number;
  failed: number;
  released: number;
  task_mean_ms: number | null;
  quality_mean: number | null;
}

export interface Report {
  period: Period;
  verdict: string;
  findings: Finding[];
  recommendations: { id: string; action: string; evidence: string; saves_ms: number }[];
  followed: { given_in: string; action: string; became: string; sentence: string }[];
  reliability: {
    operations: number;
    failed: number;
    success_rate: number | null;
    previous_operations: number;
    previous_failed: number;
    previous_success_rate: number | null;
    errors: { operation: string; error: string; count: number }[];
  };
  operations: OperationRow[];
  broken_rules: { sentence: string }[];
  bottlenecks: { operation: string; stage: string | null; total_ms: number; share: number; share_before: number | null; queue_growth: number | null }[];
  ageing: {
    figures: { name: string; at_begin: number; at_end: number }[];
    size: string | null;
    size_ratio: number | null;
    operations: { operation: string; exponent: { estimate: number; low: number; high: number }; verdict: string }[];
    versions: { version: string; since: string }[];
    restarts: string[];
  };
  slowest: { at: string; operation: string; duration_ms: number; success: boolean; agent_id: string | null; session_id: string | null; context: string | null }[];
  most_frequent: { operation: string; count: number; share: number; time_share: number }[];
  tools: { tool: string; category: string | null; current: ToolFigures | null; previous: ToolFigures | null }[];
  work: { agent_id: string; name: string | null; completed: number; failed: number; task_p50_ms: number | null; task_p95_ms: number | null; previous_completed: number; quality_mean: number | null; quality_count: number }[];
  work_agents_total: number;
  agents: { agent_id: string; name: string | null; proven: AgentFigures; reported: { claimed: number; completed: number; quality_mean: number | null; contradictory: boolean } | null }[];
  agents_total: number;
  quality: { assessed: Scores | null; assessed_previous: Scores | null; automatic: Scores | null };
  elections: {
    failovers: number;
    failover_p50_ms: number | null;
    failover_max_ms: number | null;
    leaderless_ms: number;
    elections: { election: string; terms: number; expired: number; died: number; resigned: number; leaders: number; epoch: number; backwards: number }[];
  };
  judged: { operations: number; agents: number; chance_alarms: number; too_few: string[] };
  silences: { from: string; to: string }[];
  gaps: string[];
  reproductions: { what: string; command: string }[];
  timelines: Timeline[];
}
