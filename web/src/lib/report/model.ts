// The report as `GET /api/report/laid-out` answers it: its model, as far as the page draws it, and the words and
// tables that every form of it has. Owns shapes only; `crates/paceline-analysis/src/report` says what they mean.

export interface Figures {
  count: number;
  success_rate: number;
  mean_ms: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  max_ms: number;
}

export interface Interval {
  low: number;
  high: number;
}

export interface Change {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  enough: boolean;
  p50_interval: Interval | null;
  p95_interval: Interval | null;
}

export interface OperationRow {
  operation: string;
  current: Figures | null;
  previous: Figures | null;
  change: Change | null;
}

export interface Finding {
  kind: "step" | "spell" | "drift" | "slow_agent";
  slower: boolean;
  since: string;
  until: string | null;
  operations: { operation: string; before_ms: number; after_ms: number }[];
  sentence: string;
}

export interface Timeline {
  operation: string;
  from: string;
  step_hours: number;
  p50_ms: (number | null)[];
  p95_ms: (number | null)[];
}

export interface Report {
  period: { name: string; to: string; previous_from: string };
  findings: Finding[];
  recommendations: unknown[];
  reliability: { operations: number; success_rate: number | null; previous_operations: number; previous_success_rate: number | null };
  operations: OperationRow[];
  broken_rules: unknown[];
  work: { completed: number; previous_completed: number }[];
  elections: { failovers: number; leaderless_ms: number };
  timelines: Timeline[];
}

export interface Table {
  columns: { name: string; number: boolean }[];
  rows: string[][];
}

export interface Section {
  heading: string;
  sentences: string[];
  is_ranked: boolean;
  has_charts: boolean;
  table: Table | null;
}

export interface LaidOut {
  report: Report;
  document: { title: string; subtitle: string; verdict: string[]; sections: Section[] };
}
