// The wire's types, generated from paceline-api's schemas by `cargo xtask web-types`; a test fails when they are out of date.

/** An agent. */
export interface Agent {
  agent_id: string;
  agent_types?: string[];
  current_task?: string | null;
  /** What the age of the last heartbeat says. */
  health: "healthy" | "warning" | "stale" | "dead";
  last_heartbeat_at: string;
  metadata?: unknown;
  name?: string | null;
  registered_at: string;
  role?: string | null;
  session_id?: string | null;
  /** What an agent says it is doing. */
  status: "active" | "idle" | "working" | "blocked";
  tasks_running: number;
  topics?: string[];
}

/** An agent that left, and the tasks that went back to the queue. */
export interface AgentDeregistered {
  agent_id: string;
  released_task_ids: string[];
}

/** One agent's hold on a task, from claim to end. */
export interface AgentHold {
  agent_type?: string | null;
  claimed_at?: string | null;
  /** From claim to end. */
  duration_ms?: number | null;
  /** Null while it runs. */
  ended_at?: string | null;
  /** 0 for what was imported. */
  fence: number;
  /** How an agent's hold on a task ended. */
  outcome: ("running" | "completed" | "failed" | "released" | "lease_expired" | "agent_left" | "cancelled") | "will_retry" | "agent_died";
  /** When the task became free to be claimed. */
  ready_at?: string | null;
  /** Imported, not run here. */
  reported: boolean;
  summary?: string | null;
  task_id: string;
  /** From ready to claim. */
  waited_ms?: number | null;
}

/** One measure of one agent. Durations: how many times as long as the other agents' tasks of the same kinds. Failures: counts. */
export interface AgentMeasure {
  /** Tasks that could be compared. */
  compared: number;
  /** One sentence. */
  evidence: string;
  expected?: number | null;
  high?: number | null;
  /** Tasks of kinds that too few others do. */
  incomparable: number;
  /** Between which chance leaves an agent that is like the others. */
  low?: number | null;
  observed?: number | null;
  verdict: "above_expected" | "as_expected" | "below_expected" | "not_enough_data";
  /** Standard deviations from what is expected; more is slower, or more failures. */
  z?: number | null;
}

/** Agents with what they did, how it compares, and the funnels to draw it with. */
export interface AgentPerformance {
  fleet: FleetPerformance;
  /** Of all agents; on the first page only. */
  funnels?: RankingFunnels | null;
  items: AgentPerformanceRow[];
  next_cursor?: string | null;
  period: AgentPerformancePeriod;
  rule: RankingRule;
}

export interface AgentPerformancePeriod {
  /** When these numbers were counted: up to a minute or so ago where there is much to count. */
  counted_at: string;
  /** Null for all that was recorded. */
  from?: string | null;
  /** Whether everything in the period was looked at; otherwise the newest of it. */
  is_complete: boolean;
  to: string;
}

/** One agent. */
export interface AgentPerformanceRow {
  agent_id: string;
  /** Of completed tasks, from claim to end. */
  duration: TaskTimes;
  duration_ms_mean?: number | null;
  durations: AgentMeasure;
  /** One sentence. */
  evidence: string;
  failures: AgentMeasure;
  name?: string | null;
  /** Null where nothing can be compared. */
  place?: AgentPlace | null;
  /** Means of what was assessed, never of what was guessed. */
  quality?: QualityMeans | null;
  quality_count: number;
  quality_mean?: number | null;
  /** What imported files claimed, beside what tasks prove. */
  reported?: ReportedPerformance | null;
  /** Completed of completed and failed. */
  success_rate?: number | null;
  tasks_claimed: number;
  tasks_completed: number;
  /** For good. */
  tasks_failed: number;
  /** Taken away: the lease ran out, or the agent fell silent. */
  tasks_lost: number;
  tasks_released: number;
  /** Attempts that failed and left the task to another one. */
  tasks_retried: number;
  tasks_running: number;
  tools: ToolPatterns;
  /** What telemetry brought. */
  usage?: AgentUsage | null;
  verdict: "above_expected" | "as_expected" | "below_expected" | "not_enough_data";
  /** Of completed tasks, from ready to claim. */
  waiting: TaskTimes;
}

/** Where an agent stands by the time that a completed task costs; 1.2 is a fifth more than others need for the same kinds. */
export interface AgentPlace {
  cost: number;
  cost_high: number;
  cost_low: number;
  /** From 1, the least costly. */
  place: number;
  place_high: number;
  place_low: number;
}

/** Joins the fleet. */
export interface AgentRegisterRequest {
  /** Kinds of task it takes. */
  agent_types?: string[] | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  metadata?: unknown;
  name?: string | null;
  role?: string | null;
  session_id?: string | null;
  /** Topics it subscribes to. */
  topics?: string[] | null;
}

/** A new agent and the only sight of its token. */
export interface AgentRegistered {
  agent_id: string;
  agent_types?: string[];
  /** What the age of the last heartbeat says. */
  health: "healthy" | "warning" | "stale" | "dead";
  name?: string | null;
  registered_at: string;
  role?: string | null;
  session_id?: string | null;
  /** What an agent says it is doing. */
  status: "active" | "idle" | "working" | "blocked";
  token: string;
  topics?: string[];
}

/** Agents, and who leads. */
export interface AgentStatusResponse {
  items: Agent[];
  leaders: LeaderState[];
  next_cursor?: string | null;
}

/** Says what an agent is doing. */
export interface AgentUpdateStatusRequest {
  /** Task or activity; empty clears it. */
  current_task?: string | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  /** What an agent says it is doing. */
  status?: "active" | "idle" | "working" | "blocked" | null;
}

export interface AgentUsage {
  cost_usd?: number | null;
  /** By type; the types are disjoint. */
  tokens: TokenCount[];
  tokens_total: number;
}

/** One alert: one answer of one rule. */
export interface Alert {
  acknowledged?: AlertAcknowledgement | null;
  /** Since when it is observed. */
  active_at: string;
  annotations: Record<string, string>;
  /** The fingerprint of the alert that explains it. */
  caused_by?: string | null;
  /** How many alerts it explains. */
  explains?: number;
  /** Of its labels; stays the same each time that it fires. */
  fingerprint: string;
  fired_at?: string | null;
  /** How often it fired in the last 24 hours. */
  fired_today?: number;
  labels: Record<string, string>;
  /** Where to look, an address of the dashboard. */
  link: string;
  name: string;
  normal_high?: number | null;
  /** Where nine of ten values of the last day lie, or what the detector of that series expects at this hour. */
  normal_low?: number | null;
  resolved_at?: string | null;
  rule_id: string;
  /** The number, the normal range, since when. */
  sentence: string;
  severity: AlertSeverity;
  /** Ids of silences that hold it back now. */
  silenced_by?: string[];
  state: AlertState;
  /** When a channel last took a message that it fires; absent while every such message waits. */
  told_at?: string | null;
  /** Of the number and the normal range. */
  unit: AlertUnit;
  value: number;
}

export interface AlertAcknowledgeRequest {
  /** Who; the token's name where nothing is said. */
  by?: string | null;
  note?: string | null;
}

/** Somebody looks after it: nothing more is told until it is over. */
export interface AlertAcknowledgement {
  at: string;
  by: string;
  note?: string | null;
}

/** Where alerts go. Channels are configured, never changed over the API. */
export interface AlertChannel {
  /** Only alerts that nobody acknowledged for so long; 0: at once. */
  after_seconds: number;
  delivered_at?: string | null;
  failing_since?: string | null;
  /** The receiver's host. */
  host: string;
  /** The last attempt failed. */
  is_failing: boolean;
  kind: AlertChannelKind;
  last_error?: string | null;
  name: string;
  /** What is sent there at least. */
  severity: AlertSeverity;
  /** Deliveries that wait. */
  waiting: number;
}

export type AlertChannelKind = "webhook" | "alertmanager" | "slack" | "email";

export interface AlertDelivery {
  alerts: number;
  attempts: number;
  channel: string;
  created_at: string;
  delivery_id: string;
  last_error?: string | null;
  next_attempt_at?: string | null;
  settled_at?: string | null;
  state: AlertDeliveryState;
  /** What it says, in a line. */
  summary: string;
}

export type AlertDeliveryState = ("waiting" | "delivered") | "given_up";

export interface AlertEvent {
  at: string;
  /** The alert's sentence, who acknowledged, or which channel. */
  detail: string;
  fingerprint: string;
  kind: AlertEventKind;
  labels: Record<string, string>;
  name: string;
  severity: AlertSeverity;
  value?: number | null;
}

/** One step of an alert's life. */
export type AlertEventKind = ("fired" | "resolved" | "acknowledged") | "told";

/** What is wrong with a rule file. */
export interface AlertFileError {
  file: string;
  /** From 1, which is also what is about the whole file. */
  line: number;
  message: string;
}

/** One time that a rule would have fired. */
export interface AlertFiring {
  fired_at: string;
  labels: Record<string, string>;
  /** None: it would fire now. */
  resolved_at?: string | null;
  value: number;
}

/** A page of alerts, with how many there are. */
export interface AlertList {
  /** Of those that fire, how many another one explains. */
  explained: number;
  /** Of all, whatever is asked for. */
  firing: number;
  /** The most severe first, among those the one that fired last. */
  items: Alert[];
  next_cursor?: string | null;
  pending: number;
  /** Rises with every change of an alert, a silence, a rule or a channel. */
  version: number;
}

/** How often a rule has spoken in the last thirty days, and how often nobody did anything about it. */
export interface AlertNoise {
  acknowledged: number;
  fired: number;
  /** Told, and over without anybody acknowledging it. */
  ignored: number;
  /** Told to a channel. */
  told: number;
}

/** What a rule would have done. */
export interface AlertPreview {
  expr: string;
  /** The newest first, at most 200. */
  firings: AlertFiring[];
  from: string;
  /** The limit, where the expression compares with a number. */
  limit?: number | null;
  /** Such as `would have fired 3 times in the last 24 hours, the last time at 14:03 for 4 minutes`. */
  sentence: string;
  /** What is compared, the largest first, at most 20: the expression's left side where it is a comparison. */
  series: AlertPreviewSeries[];
  /** Series that are not shown. */
  series_left_out: number;
  step_seconds: number;
  /** How often it would have fired. */
  times: number;
  to: string;
  unit: AlertUnit;
}

/** Asks what a rule would have done. */
export interface AlertPreviewRequest {
  /** Back from now, 1 to 168; 24. */
  hours?: number | null;
  rule: AlertRuleRequest;
}

export interface AlertPreviewSeries {
  labels: Record<string, string>;
  /** Seconds since 1970. */
  times: number[];
  values: number[];
}

/** A rule, as it is in force. */
export interface AlertRule {
  annotations: Record<string, string>;
  caused_by?: string[];
  created_at?: string | null;
  created_by?: string | null;
  enabled: boolean;
  evaluated_at?: string | null;
  evaluation_ms: number;
  /** What is evaluated; of a threshold, what it was made into. */
  expr: string;
  /** The rule file's name. */
  file?: string | null;
  firing: number;
  for_seconds: number;
  /** The group of a rule file; `default` or `api` otherwise. */
  group: string;
  health: AlertRuleHealth;
  keep_firing_for_seconds: number;
  labels: Record<string, string>;
  last_error?: string | null;
  name: string;
  noise: AlertNoise;
  pending: number;
  /** Of a recording rule: the name that the answer is stored under. */
  record?: string | null;
  rule_id: string;
  severity: AlertSeverity;
  source: AlertRuleSource;
  threshold?: AlertThreshold | null;
}

/** Whether the last evaluation of a rule answered. */
export type AlertRuleHealth = "unknown" | "ok" | "err";

/** All rules, and what is wrong with rule files: their old rules stay in force. */
export interface AlertRuleList {
  file_errors?: AlertFileError[];
  items: AlertRule[];
  next_cursor?: string | null;
}

/** A rule: a `threshold`, or `expr` in PromQL, whose every answer is an alert. */
export interface AlertRuleRequest {
  /** Texts, with places to fill such as `{{ $labels.agent }}` and `{{ $value | humanize }}`. */
  annotations?: Record<string, string>;
  /** Names of rules whose alerts explain this one's: while one of those fires, this one's are told with it. */
  caused_by?: string[];
  expr?: string | null;
  /** How long it must hold before it fires; 0. */
  for_seconds?: number | null;
  /** How long it goes on firing after it was last seen; 0. */
  keep_firing_for_seconds?: number | null;
  labels?: Record<string, string>;
  /** The label `alertname`, 1 to 200 characters. */
  name: string;
  severity?: AlertSeverity | null;
  threshold?: AlertThreshold | null;
}

/** Where a rule comes from. */
export type AlertRuleSource = "default" | "api" | "file";

/** Switches a rule, a default one too. */
export interface AlertRuleSwitch {
  enabled: boolean;
}

/** Whose value is compared: each agent's own, or the fleet's. */
export type AlertScope = "fleet" | "agent";

/** How much it matters. */
export type AlertSeverity = "info" | "warning" | "critical";

export type AlertState = "pending" | "firing" | "resolved";

/** What of an operation or a metric is compared. An operation has `p50_ms` to `calls_per_second`; a metric has the others, and `value` where none is said. */
export type AlertStatistic = ("p50_ms" | "p90_ms" | "p95_ms" | "p99_ms" | "mean_ms" | "calls_per_second" | "mean" | "min" | "max") | "error_ratio" | "value" | "rate_per_second";

/** A limit to a number: `metric` or `operation`, `above` or `below`. */
export interface AlertThreshold {
  /** In the statistic's unit. */
  above?: number | null;
  below?: number | null;
  /** Labels that the metric's series must have. */
  matching?: Record<string, string>;
  /** The metric's name. */
  metric?: string | null;
  /** An operation's name, such as `task_claim`. */
  operation?: string | null;
  scope?: AlertScope;
  /** `p99_ms` of an operation, `value` of a metric. */
  statistic?: AlertStatistic | null;
  /** Over so many seconds; 60. */
  window_seconds?: number | null;
}

/** What a number is. */
export type AlertUnit = ("milliseconds" | "seconds" | "bytes" | "plain") | "share";

export interface Alive {
  status: string;
  version: string;
}

/** Something unlikely that a series did, from its start to its end. */
export interface Anomaly {
  anomaly_id: string;
  /** None: it goes on. */
  ended_at?: string | null;
  /** What the series is, in PromQL. */
  expr: string;
  /** A person said that it is none. */
  is_dismissed: boolean;
  kind: AnomalyKind;
  labels: Record<string, string>;
  /** Where to look, an address of the dashboard. */
  link: string;
  normal_high: number;
  normal_low: number;
  /** Values among which one such was seen or would be. */
  once_in: number;
  /** Between two values. */
  resolution_seconds: number;
  /** The number, what is normal, since when, how rare, and what else moved then. */
  sentence: string;
  started_at: string;
  /** The metric's name, or what is derived from it, such as `task_claim p99`. */
  subject: string;
  /** Others that began within the same minutes. */
  together_with?: string[];
  /** Of the numbers: `seconds`, `ms`, `ratio`, or what the metric's definition says. */
  unit: string;
  value: number;
}

export type AnomalyKind = ("spike" | "level_shift" | "drift" | "lost_periodicity" | "flat_line" | "gone" | "unusual_shape") | "peer_out_of_line";

/** The newest first. */
export interface AnomalyList {
  items: Anomaly[];
  next_cursor?: string | null;
  rate: AnomalyRate;
}

/** What detectors would have told, had they watched. */
export interface AnomalyPreview {
  /** As it was asked. */
  expr: string;
  from: string;
  /** The newest first. None of them is kept: ids are good for nothing but telling them apart. */
  items: Anomaly[];
  learnt_from: string;
  /** Older ones that are not listed. */
  left_out: number;
  sentence: string;
  /** Series of the answer. */
  series: number;
  step_seconds: number;
  to: string;
  /** Of those, the ones that had too few values to be judged. */
  unjudged: number;
}

/** Detectors over the past, for any question. */
export interface AnomalyPreviewRequest {
  /** In PromQL; each series of its answer is judged by itself. A counter named alone is judged by its rate, as it is while it is watched. */
  expr: string;
  /** What is judged; the last 24 hours where nothing is said. */
  from?: string | null;
  /** How long before `from` detectors learn what is usual; seven days where nothing is said. */
  learn_seconds?: number | null;
  /** Between two values; about as fine as it may be where nothing is said. */
  step_seconds?: number | null;
  to?: string | null;
}

/** How anomalous the fleet is now, beside what chance alone would bring. */
export interface AnomalyRate {
  anomalous: number;
  by_chance: number;
  /** How likely so many or more are if nothing is wrong anywhere. */
  chance: number;
  sentence: string;
  /** Memory of all detectors. */
  state_bytes: number;
  /** Series under watch. */
  watched: number;
}

/** One figure of one operation under one load, over time. */
export interface BenchmarkCourse {
  /** `rate`, `p50`, `p99` or `cost`. */
  figure: string;
  /** Of a cost, less is better; of a rate, more. */
  is_cost: boolean;
  /** Clients or arrivals; empty where there is no choice. */
  load: string;
  operation: string;
  points: BenchmarkPoint[];
  /** Where the level changed, and stayed changed. */
  steps: BenchmarkStep[];
  unit: string;
}

/** The kept results of `paceline bench` on the newest one's machine and build, figure by figure. */
export interface BenchmarkHistory {
  courses: BenchmarkCourse[];
  /** What was not taken, as sentences. */
  left_out: string[];
  /** Oldest first. */
  results: BenchmarkResult[];
}

export interface BenchmarkPoint {
  /** Of the runs. */
  median: number;
  p99_ms?: number | null;
  /** Its place in `results`. */
  result: number;
  /** Process runs. */
  runs: number;
}

/** One kept result. */
export interface BenchmarkResult {
  commit?: string | null;
  measured_at: string;
  /** `paceline bench compare` takes it. */
  name: string;
  /** Interrupted, so some runs are missing or shorter. */
  partial: boolean;
  version: string;
}

export interface BenchmarkStep {
  /** Relative: 0.2 is 20 % more than before; with the interval that covers it 19 times in 20. */
  change: number;
  high: number;
  low: number;
  /** The first result on the new level, as its place in `results`. */
  result: number;
}

/** An election as it stands. */
export interface Election {
  election: string;
  /** Of the last leader, where there is none. */
  epoch: number;
  expires_at?: string | null;
  /** Null while there is no leader. */
  leader?: string | null;
  /** When the leader was elected. */
  since?: string | null;
  /** How long a lead lasts unrenewed. */
  ttl_ms: number;
  /** When the last leader was lost, while there is none. */
  vacant_since?: string | null;
}

/** The answer in the shape of the question. */
export type Enqueued = TaskEnqueued | TaskBatchEnqueued;

/** The body of every answer that is not a success. */
export interface ErrorBody {
  error: ErrorDetail;
}

/** Why something was refused. */
export type ErrorCode = "invalid_argument" | "circular_dependency" | "unauthenticated" | "forbidden" | "not_found" | "feature_disabled" | "conflict" | "stale_fence" | "invalid_state" | "limit_exceeded" | "internal" | "unavailable";

export interface ErrorDetail {
  code: ErrorCode;
  /** Facts for programs, such as the holder of a task or the path of a cycle. */
  details?: unknown;
  /** What to do about it. */
  hint?: string | null;
  /** What was refused. */
  message: string;
}

/** A feature flag and its state. */
export interface Feature {
  enabled: boolean;
  name: string;
}

/** All feature flags. */
export interface FeatureList {
  items: Feature[];
}

/** Switches a feature flag at run time. */
export interface FeatureSetRequest {
  enabled: boolean;
}

/** All agents together. */
export interface FleetPerformance {
  above_expected: number;
  agents: number;
  as_expected: number;
  below_expected: number;
  /** The most done first. */
  kinds: KindPerformance[];
  not_enough_data: number;
}

/** The limits of an agent with the typical mix of tasks. */
export interface FunnelLines {
  inner_high: number[];
  inner_low: number[];
  outer_high: number[];
  outer_low: number[];
  tasks: number[];
}

/** A verdict rests on an agent's own limits. */
export interface FunnelPoints {
  agent_ids: string[];
  high: number[];
  low: number[];
  tasks: number[];
  values: number[];
  verdicts: ("above_expected" | "as_expected" | "below_expected" | "not_enough_data")[];
}

/** Says that an agent is alive. */
export interface HeartbeatRequest {
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
}

/** A heartbeat that arrived. */
export interface HeartbeatResponse {
  agent_id: string;
  /** What the age of the last heartbeat says. */
  health: "healthy" | "warning" | "stale" | "dead";
  last_heartbeat_at: string;
  tasks_running: number;
}

/** The result of a `paceline bench`. */
export interface KeptBenchmark {
  commit?: string | null;
  machine?: unknown;
  measured_at?: string | null;
  name: string;
  partial?: boolean;
  scenarios: KeptScenario[];
  suite: string;
  version: string;
}

/** A report that the server wrote by itself when its month was over. */
export interface KeptReport {
  bytes: number;
  /** Such as `2026-10`. */
  month: string;
}

/** A scenario's medians over its runs. */
export interface KeptScenario {
  load: string;
  median: unknown;
  scenario: string;
  unit: string;
}

/** What all agents did of one kind of task. */
export interface KindPerformance {
  /** Null: tasks without a type. */
  agent_type?: string | null;
  agents: number;
  completed: number;
  /** Attempts that failed, those that were retried included. */
  failed: number;
  p50_ms?: number | null;
  p95_ms?: number | null;
  running: number;
}

/** Runs for leader. */
export interface LeaderCampaignRequest {
  agent_id: string;
  /** How long a lead lasts unrenewed (10000). */
  ttl_ms?: number | null;
}

/** Who leads an election, and who did, newest first. */
export interface LeaderGet {
  election: string;
  epoch: number;
  expires_at?: string | null;
  history: LeaderTerm[];
  leader?: string | null;
}

/** Extends an own lead. */
export interface LeaderRenewRequest {
  agent_id: string;
  /** Refuse unless still current. */
  epoch?: number | null;
}

/** Gives up an own lead. */
export interface LeaderResignRequest {
  agent_id: string;
  /** Refuse unless still current. */
  epoch?: number | null;
}

/** Who leads an election. */
export interface LeaderState {
  election: string;
  epoch: number;
  expires_at?: string | null;
  /** Whether the caller leads. */
  is_leader?: boolean;
  /** Null while there is no leader. */
  leader?: string | null;
}

/** One lead, from its first moment to its last. */
export interface LeaderTerm {
  /** Such as `resigned` or `expired`. */
  ended_by?: string | null;
  epoch: number;
  from: string;
  leader: string;
  /** Null while it lasts. */
  to?: string | null;
}

/** One agent and what it does. */
export interface LiveAgent {
  agent: Agent;
  at: string;
  /** In full frames: `n` began anew when it is another one. */
  boot?: string | null;
  full?: boolean;
  id: string;
  /** Oldest first; of what was done since somebody follows the agent. */
  operations?: LiveAgentOperation[];
  seq: number;
  /** Operations and tool calls since the last frame that are no longer kept. */
  skipped?: number;
  tool_calls?: LiveToolCall[];
}

export interface LiveAgentOperation {
  at_ms: number;
  duration_us: number;
  error?: string | null;
  /** Rises by one from operation to operation. */
  n: number;
  operation: Operation;
  /** `ok`, `rejected`, `error` or `cancelled`. */
  outcome: string;
  /** What it was about, such as a task's id. */
  subject?: string | null;
}

/** Columns of one table, a line an agent. `completed`, `failed`, `operations` and `errors` are absent while `enable-agent-metrics` is off. */
export interface LiveAgentRows {
  changed_at_ms: number[];
  /** Tasks that it completed in all its life. */
  completed?: number[] | null;
  /** Of those, how many a rule refused or something broke. */
  errors?: number[] | null;
  failed?: number[] | null;
  health: ("healthy" | "warning" | "stale" | "dead")[];
  /** Since the server started. */
  operations?: number[] | null;
  refs: number[];
  /** Tasks that it runs. */
  running: number[];
  status: ("active" | "idle" | "working" | "blocked")[];
  /** One of the tasks that it runs. */
  tasks: (string | null)[];
}

/** How alerts stand. `GET /api/alerts` has them; it is worth asking again when `version` has risen. */
export interface LiveAlerts {
  at: string;
  /** Of those that fire, how many another one explains. */
  explained: number;
  firing: number;
  id: string;
  pending: number;
  seq: number;
  /** Rises with every change of an alert, a silence, a rule or a channel. */
  version: number;
  /** The most severe that fires. */
  worst?: AlertSeverity | null;
}

/** Samples since the last frame of the subscription. `refs`, `times_ms` and `values` are columns of one table. */
export interface LiveDelta {
  at: string;
  id: string;
  /** Series that were not in a frame before. */
  new?: LiveNewSeries[];
  refs: number[];
  /** Rises by one with each snapshot and delta of a connection. */
  seq: number;
  /** Samples that were left out because too many came at once; the newest of each series is here. */
  skipped?: number;
  /** Milliseconds since 1970 UTC. */
  times_ms: number[];
  values: LiveValue[];
}

/** A refusal; the connection goes on. */
export interface LiveError {
  error: ErrorDetail;
  /** The subscription that it is about, where it is about one. */
  id?: string | null;
}

/** Something worth telling. */
export interface LiveEvent {
  agent_id?: string | null;
  at_ms: number;
  kind: LiveEventKind;
  /** Rises by one from event to event. */
  n: number;
  task_id?: string | null;
  /** A sentence for people. */
  text: string;
}

export type LiveEventKind = "agent_joined" | "agent_left" | "agent_recovered" | "agent_warning" | "agent_stale" | "agent_dead" | "task_completed" | "task_failed" | "task_cancelled" | "task_lease_expired" | "task_retried" | "leader_changed";

/** The fleet, or what changed of it. */
export interface LiveFleet {
  agents?: LiveAgentRows | null;
  /** Agents beyond the most that are shown. */
  agents_left_out?: number;
  at: string;
  /** In full frames: `n` of events and what is counted began anew when it is another one. */
  boot?: string | null;
  /** Oldest first. */
  events?: LiveEvent[];
  /** Events between the last frame's and this one's that are no longer kept. */
  events_skipped?: number;
  full?: boolean;
  /** Agents that left; a `ref` is never given again. */
  gone?: number[];
  id: string;
  /** All of them, where one changed. */
  leaders?: LeaderState[] | null;
  /** Not in full frames. */
  moments?: LiveMoments | null;
  /** Agents that were not in a frame before, or are described anew under their `ref`. */
  new?: LiveFleetAgent[];
  queue?: LiveQueue | null;
  rates?: LiveRates | null;
  seq: number;
  waiting?: LiveWaiting | null;
}

/** What seldom changes of an agent. */
export interface LiveFleetAgent {
  agent_id: string;
  agent_types?: string[];
  name?: string | null;
  /** Names the agent in this subscription's frames. */
  ref: number;
  registered_at_ms: number;
  role?: string | null;
}

/** What a subscriber gets. */
export type LiveFrame = (LiveSnapshot & { type: "snapshot" }) | (LiveDelta & { type: "delta" }) | (LiveFleet & { type: "fleet" }) | (LiveOperations & { type: "operations" }) | (LiveTasks & { type: "tasks" }) | (LiveAgent & { type: "agent" }) | (LiveValues & { type: "values" }) | (LiveAlerts & { type: "alerts" }) | (LivePong & { type: "pong" }) | (LiveError & { type: "error" });

/** When what the frame brings happened, every change counted, those too that a later one of the same row hides. Two columns, a line a millisecond in which something changed. */
export interface LiveMoments {
  /** From the line before to this one; 0 in the first. */
  after_ms: number[];
  /** Changes. */
  counts: number[];
  /** The server's clock just after the commit, or after the operation, of the first change. */
  from_ms: number;
}

export interface LiveNewSeries {
  labels: Record<string, string>;
  ref: number;
}

/** Columns of one table, a line an operation. Counts are since the server started; all else is of the last minute, and null where there was nothing. */
export interface LiveOperationRows {
  commit_us: (number | null)[];
  count: number[];
  /** Something broke. */
  errors: number[];
  execute_us: (number | null)[];
  mean_us: (number | null)[];
  p50_us: (number | null)[];
  p95_us: (number | null)[];
  p99_us: (number | null)[];
  /** Means of the stages. */
  queue_us: (number | null)[];
  /** A second. */
  rate: number[];
  refs: number[];
  /** A rule said no. */
  rejected: number[];
}

/** Every operation, or those that something was done of. */
export interface LiveOperations {
  at: string;
  full?: boolean;
  id: string;
  /** In full frames; a `ref` is a place in this list. */
  names?: Operation[];
  rows: LiveOperationRows;
  seq: number;
}

/** The server's time, for a client that wants to know how far its own clock is off. */
export interface LivePong {
  /** With microseconds. */
  at_ms: number;
  id: string;
}

/** Tasks by status. */
export interface LiveQueue {
  blocked: number;
  cancelled: number;
  completed: number;
  failed: number;
  pending: number;
  ready: number;
  running: number;
}

/** Over the last five seconds. */
export interface LiveRates {
  completed_per_second: number;
  /** Refused and broken ones. */
  errors_per_second: number;
  operations_per_second: number;
}

/** What a subscriber sends. */
export interface LiveRequest {
  /** One agent's operations and tool calls. */
  agent?: string | null;
  /** How many alerts fire, and when that changes. */
  alerts?: boolean;
  /** Agents, queue, leaders and the freshest events. */
  fleet?: boolean;
  /** Frames after the first, a second, at most (10). */
  frames_per_second?: number | null;
  /** Chosen by the subscriber; a subscription under an id that is taken replaces the other. */
  id: string;
  /** How often and how fast each operation runs. */
  operations?: boolean;
  /** An expression in PromQL; its values are sent as they change. */
  query?: string | null;
  /** Selectors as in PromQL, such as `http_requests_total{agent="a"}`; a series that one of them matches is sent. */
  series?: string[];
  /** Tasks as they change. */
  tasks?: boolean;
  type: LiveRequestKind;
}

export type LiveRequestKind = ("subscribe" | "unsubscribe") | "ping";

export interface LiveSeries {
  at: string;
  labels: Record<string, string>;
  /** Names the series in this subscription's deltas. */
  ref: number;
  value: LiveValue;
}

/** The newest value of every series of a subscription, and the beginning of its deltas. */
export interface LiveSnapshot {
  at: string;
  id: string;
  /** Rises by one with each snapshot and delta of a connection. */
  seq: number;
  series: LiveSeries[];
}

/** A task as a list shows it. */
export interface LiveTask {
  agent_type?: string | null;
  assigned_to?: string | null;
  calculated_priority: number;
  changed_at_ms: number;
  finished_at_ms?: number | null;
  retries: number;
  started_at_ms?: number | null;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  submitted_at_ms: number;
  /** The beginning of its summary, or of its description. */
  summary: string;
  task_id: string;
}

/** Tasks that changed, the freshest change last. */
export interface LiveTasks {
  at: string;
  changed?: LiveTask[];
  full?: boolean;
  id: string;
  queue?: LiveQueue | null;
  seq: number;
  /** Tasks that changed too and are not here; read the list again. */
  skipped?: number;
}

export interface LiveToolCall {
  at_ms: number;
  duration_ms: number;
  /** Rises by one from call to call. */
  n: number;
  success: boolean;
  tool: string;
}

/** A number, or what JSON has no number for; `stale`: the series ended. */
export type LiveValue = number | ("NaN" | "+Inf" | "-Inf" | "stale");

/** The values of an expression now, or those that changed. */
export interface LiveValues {
  at: string;
  full?: boolean;
  /** Series that are no longer in the result; a `ref` is never given again. */
  gone?: number[];
  id: string;
  /** A number alone is a series without labels. */
  new?: LiveNewSeries[];
  refs: number[];
  seq: number;
  values: LiveValue[];
}

/** From ready to claimed, of the claims of the last minute. */
export interface LiveWaiting {
  /** Since when the ready task that was submitted first is ready. */
  oldest_ready_at_ms?: number | null;
  p50_ms?: number | null;
  p99_ms?: number | null;
}

/** A value that is gone. */
export interface MemoryDeleted {
  key: string;
  namespace: string;
  /** The version that was removed. */
  version: number;
}

/** A stored value. */
export interface MemoryEntry {
  author?: string | null;
  created_at: string;
  expires_at?: string | null;
  key: string;
  namespace: string;
  tags?: string[];
  updated_at: string;
  value: unknown;
  version: number;
}

/** A value that was found. */
export interface MemoryHit {
  entry: MemoryEntry;
  /** Higher is better; 0 in a list by age: without `q`, or where over 1,000 entries match. */
  score: number;
  snippet: string;
}

/** A namespace that holds something. */
export interface MemoryNamespace {
  /** With those that expired a moment ago. */
  entries: number;
  namespace: string;
  /** When one was last written. */
  updated_at?: string | null;
}

/** Stores a value. */
export interface MemorySetRequest {
  /** Author. */
  agent_id?: string | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  /** Refuse unless current; 0 means absent. */
  expected_version?: number | null;
  tags?: string[] | null;
  ttl_seconds?: number | null;
  value: unknown;
}

/** A message. */
export interface Message {
  /** When it was first read. */
  delivered_at?: string | null;
  from?: string | null;
  message_id: string;
  payload?: unknown;
  /** What `after` and `through` speak of. */
  position: number;
  reply_to?: string | null;
  sent_at: string;
  /** Without gaps in its stream. */
  sequence: number;
  stream: string;
  to: Recipient;
  type: string;
}

/** Acknowledges messages. */
export interface MessageAckRequest {
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  /** The last position that is done with. */
  through: number;
}

/** How far an agent has read. */
export interface MessageAcked {
  acked_through: number;
  agent_id: string;
}

/** Agents that are here, and were when the message was sent. */
export interface MessageAudience {
  /** So many of them acknowledged it. */
  acked: number;
  /** So many of them were given it. */
  delivered: number;
  listeners: number;
}

/** A message, and who has it. */
export interface MessageListed {
  /** When its one recipient acknowledged it. */
  acked_at?: string | null;
  /** Of a message to a role, a topic or all; absent where nobody here listens, or where over 5,000 agents are here. */
  audience?: MessageAudience | null;
  /** When its one recipient was first given it. */
  delivered_at?: string | null;
  from?: string | null;
  message_id: string;
  payload?: unknown;
  position: number;
  reply_to?: string | null;
  sent_at: string;
  /** Without gaps in its stream. */
  sequence: number;
  stream: string;
  to: Recipient;
  type: string;
}

/** Messages in order. */
export interface MessageReadResponse {
  acked_through: number;
  items: Message[];
  /** The next `after`. */
  next_after: number;
}

/** A message to send. */
export interface MessageSendRequest {
  /** Sender. */
  agent_id?: string | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  payload?: unknown;
  /** A message_id. */
  reply_to?: string | null;
  to: Recipient;
  type: string;
}

/** A message that was stored. */
export interface MessageSent {
  message_id: string;
  /** In the order of all messages. */
  position: number;
  sent_at: string;
  /** In the order of its stream, without gaps. */
  sequence: number;
  to: Recipient;
}

/** Says what a metric is. A metric that was never defined starts with its first sample. */
export interface MetricDefineRequest {
  description?: string | null;
  kind: MetricKind;
  /** Letters, digits and `_`, such as `build_queue_seconds`. */
  name: string;
  /** A base unit, such as `seconds`. */
  unit?: string | null;
}

/** What is known of a metric's name. */
export interface MetricDefinition {
  description: string;
  kind: MetricKind;
  name: string;
  unit: string;
}

/** How a metric's numbers are to be read. */
export type MetricKind = ("gauge" | "summary" | "unknown") | "counter" | "histogram";

/** Samples one by one, or rows of one time and many values; either or both. */
export interface MetricRecordRequest {
  /** Cheaper where one agent has many values at a time. */
  rows?: MetricRow[];
  samples?: MetricSample[];
}

/** What became of a push. What was accepted is on disk. */
export interface MetricRecorded {
  /** Values, not rows. */
  accepted: number;
  /** `index` counts samples, then rows. */
  rejected: RejectedItem[];
}

/** Values of one time, by name; the labels are every value's. */
export interface MetricRow {
  agent_id?: string | null;
  /** Now, unless said. */
  at?: string | null;
  labels?: Record<string, string>;
  values: Record<string, number>;
}

/** One value of one metric. */
export interface MetricSample {
  agent_id?: string | null;
  /** Now, unless said. */
  at?: string | null;
  labels?: Record<string, string>;
  name: string;
  value: number;
}

/** Something that a fleet can ask for, or that Paceline measures as if it had been asked. */
export type Operation = "agent_register" | "agent_deregister" | "agent_heartbeat" | "agent_update_status" | "agent_status" | "task_enqueue" | "task_claim" | "task_renew" | "task_release" | "task_complete" | "task_fail" | "task_update" | "task_cancel" | "task_get" | "task_list" | "task_queue_status" | "task_execution_plan" | "message_send" | "message_read" | "message_ack" | "message_list" | "memory_set" | "memory_get" | "memory_search" | "memory_delete" | "leader_campaign" | "leader_renew" | "leader_resign" | "leader_get" | "quality_assess" | "quality_list" | "metric_define" | "metric_record" | "metric_list" | "tool_call_record" | "alert_list" | "alert_acknowledge" | "alert_rule_list" | "alert_rule_create" | "alert_rule_delete" | "silence_create" | "anomaly_list" | "anomaly_dismiss" | "perf_report" | "message_deliver" | "leader_failover";

/** One page of a list. */
export interface PageOfAgentHold {
  items: AgentHold[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfAlertChannel {
  items: AlertChannel[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfAlertDelivery {
  items: AlertDelivery[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfAlertEvent {
  items: AlertEvent[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfElection {
  items: Election[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfKeptBenchmark {
  items: KeptBenchmark[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfKeptReport {
  items: KeptReport[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfMemoryHit {
  items: MemoryHit[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfMemoryNamespace {
  items: MemoryNamespace[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfMessageListed {
  items: MessageListed[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfMetricDefinition {
  items: MetricDefinition[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfQualityAssessment {
  items: QualityAssessment[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfRecordedToolCall {
  items: RecordedToolCall[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfSilence {
  items: Silence[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfTask {
  items: Task[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** One page of a list. */
export interface PageOfTaskStoryEvent {
  items: TaskStoryEvent[];
  /** Absent or null on the last page. */
  next_cursor?: string | null;
}

/** Scores a task's work, each criterion 0 to 10. */
export interface QualityAssessRequest {
  /** Author. */
  agent_id?: string | null;
  assessed_by: string;
  code_quality: number;
  completeness: number;
  documentation: number;
  efficiency: number;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  impact: number;
  notes?: string | null;
  task_id: string;
}

/** Scores of a task's work. */
export interface QualityAssessment {
  /** Who did the work. */
  agent_id?: string | null;
  assessed_at: string;
  assessed_by: string;
  assessment_id: string;
  /** Made by a program, not by a reviewer. */
  automatic: boolean;
  code_quality: number;
  completeness: number;
  documentation: number;
  efficiency: number;
  impact: number;
  notes?: string | null;
  /** The weighted mean, 0 to 10. */
  overall_score: number;
  task_id: string;
}

/** Each 0 to 10. */
export interface QualityMeans {
  code_quality: number;
  completeness: number;
  count: number;
  documentation: number;
  efficiency: number;
  impact: number;
  overall_score: number;
}

/** Columns of equal length: agents, and places along the lines. */
export interface RankingFunnel {
  lines: FunnelLines;
  points: FunnelPoints;
  /** What all would be if all were equal. */
  target: number;
}

export interface RankingFunnels {
  /** Values are multiples of the others' time. */
  durations: RankingFunnel;
  /** Values are differences of failure rates. */
  failures: RankingFunnel;
}

/** By what a verdict comes about. */
export interface RankingRule {
  /** Relative differences of durations below it are as expected. */
  duration_margin: number;
  /** Differences of failure rates below it are as expected. */
  failure_margin: number;
  /** Of the inner lines of a funnel. */
  inner_limit: number;
  /** The share of equal agents within an agent's own limits. */
  limit: number;
  /** Other agents that must work on a kind for it to be comparable. */
  peers_min: number;
  /** Comparable tasks, below which there is no verdict. */
  tasks_min: number;
}

/** Whether the server takes work, and if not, why. */
export interface Readiness {
  ready: boolean;
  reasons: string[];
}

export interface Recipient {
  agent?: string;
  all?: true;
  role?: string;
  topic?: string;
}

/** A tool call that was recorded. */
export interface RecordedToolCall {
  agent_id?: string | null;
  call_id: string;
  category?: string | null;
  duration_ms: number;
  error?: string | null;
  /** Bytes. */
  input_size?: number | null;
  /** Bytes. */
  output_size?: number | null;
  session_id?: string | null;
  started_at: string;
  success: boolean;
  /** Whoever wrote the imported file guessed `success`. */
  success_reported: boolean;
  tool: string;
}

/** One element of a batch that was not taken. */
export interface RejectedItem {
  code: ErrorCode;
  index: number;
  message: string;
}

export interface ReportedPerformance {
  /** More completed than claimed. */
  contradictory: boolean;
  duration_ms_mean?: number | null;
  first_seen?: string | null;
  last_activity?: string | null;
  quality_count: number;
  quality_mean?: number | null;
  tasks_claimed: number;
  tasks_completed: number;
}

export interface Silence {
  comment: string;
  created_at: string;
  created_by: string;
  ends_at: string;
  matchers: SilenceMatcher[];
  silence_id: string;
  /** Firing alerts that it holds back now. */
  silences: number;
  starts_at: string;
  state: SilenceState;
}

/** A label and what it must be; a regular expression is anchored. */
export interface SilenceMatcher {
  is_equal?: boolean;
  is_regex?: boolean;
  name: string;
  value: string;
}

/** Holds matching alerts back from every channel for a while. */
export interface SilenceRequest {
  /** Why. */
  comment?: string | null;
  created_by?: string | null;
  duration_seconds?: number | null;
  /** Or `duration_seconds`. */
  ends_at?: string | null;
  /** All must match; at least one must refuse the empty value. */
  matchers: SilenceMatcher[];
  /** Now. */
  starts_at?: string | null;
}

export type SilenceState = ("active" | "expired") | "pending";

/** A task with everything known about it. */
export interface Task {
  agent_type?: string | null;
  assigned_to?: string | null;
  base_priority: number;
  calculated_priority: number;
  deadline?: string | null;
  dependency_depth: number;
  dependents_waiting?: number;
  description: string;
  error?: string | null;
  estimated_duration_seconds?: number | null;
  /** Of the latest claim; 0 before the first. */
  fence?: number;
  finished_at?: string | null;
  input?: unknown;
  lease_expires_at?: string | null;
  max_retries?: number;
  not_before?: string | null;
  notes?: TaskNote[];
  parent_task_id?: string | null;
  prerequisites?: string[];
  ready_at?: string | null;
  /** Why it was cancelled or released. */
  reason?: string | null;
  /** Imported from a report, not run here. */
  reported?: boolean;
  result?: unknown;
  retries?: number;
  session_id?: string | null;
  /** Who asked for a task. */
  source: "human" | "agent_requirements" | "agent_planner" | "agent_implementation";
  started_at?: string | null;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  submitted_at: string;
  submitted_by?: string | null;
  summary?: string | null;
  task_id: string;
  unmet_prerequisites?: number;
}

/** Tasks that were added, in the order they came. */
export interface TaskBatchEnqueued {
  tasks: TaskEnqueued[];
}

/** Tasks that are added all or none. */
export interface TaskBatchRequest {
  /** Author. */
  agent_id?: string | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  tasks: TaskEnqueueRequest[];
}

/** Cancels a task and what depends on it. */
export interface TaskCancelRequest {
  /** Author. */
  agent_id?: string | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  reason?: string | null;
}

/** Tasks that will not run. */
export interface TaskCancelled {
  cancelled_task_id: string;
  cascaded_task_ids: string[];
  total_cancelled: number;
}

/** Takes a task. */
export interface TaskClaimRequest {
  agent_id: string;
  /** Instead of the agent's own. */
  agent_types?: string[] | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  /** 300 unless said. */
  lease_seconds?: number | null;
  /** This one only. */
  task_id?: string | null;
  /** Wait for one, at most 60. */
  wait_seconds?: number | null;
}

/** A task and the right to finish it. */
export interface TaskClaimed {
  fence: number;
  lease_expires_at: string;
  task: Task;
}

/** Finishes a claimed task. */
export interface TaskCompleteRequest {
  agent_id: string;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  fence: number;
  result?: unknown;
}

/** A task that is done. */
export interface TaskCompleted {
  fence: number;
  finished_at: string;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  task_id: string;
  /** Became ready by it. */
  unblocked_task_ids: string[];
}

/** A task to do. */
export interface TaskEnqueueRequest {
  /** Author. */
  agent_id?: string | null;
  /** Kind of agent that shall do it; any unless said. */
  agent_type?: string | null;
  /** 0 to 10 (5). */
  base_priority?: number | null;
  deadline?: string | null;
  description: string;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  estimated_duration_seconds?: number | null;
  input?: unknown;
  /** 3 unless said. */
  max_retries?: number | null;
  not_before?: string | null;
  parent_task_id?: string | null;
  /** Task ids, or refs of the same batch; at most 100. */
  prerequisites?: string[] | null;
  /** Name of this task inside its batch. */
  ref?: string | null;
  session_id?: string | null;
  /** Who asks; human unless said. */
  source?: "human" | "agent_requirements" | "agent_planner" | "agent_implementation" | null;
  /** At most 140 characters. */
  summary?: string | null;
}

/** A task that was added. */
export interface TaskEnqueued {
  calculated_priority: number;
  dependency_depth: number;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  submitted_at: string;
  task_id: string;
}

/** Batches of tasks that can run side by side. */
export interface TaskExecutionPlan {
  batches: string[][];
  max_parallelism: number;
  total_batches: number;
}

/** Reports a failed attempt. */
export interface TaskFailRequest {
  agent_id: string;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  error?: string | null;
  fence: number;
  /** False: do not try again. */
  retry?: boolean | null;
}

/** A failed attempt. */
export interface TaskFailed {
  /** Cancelled by it. */
  cascaded_task_ids: string[];
  fence: number;
  max_retries: number;
  retries: number;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  task_id: string;
  will_retry: boolean;
}

/** A task with everything that it waits for and that waits for it. */
export interface TaskGraph {
  /** The task that was asked about first, then by distance from it. */
  tasks: TaskGraphNode[];
  /** More tasks belong to it than are shown. */
  truncated: boolean;
}

/** A task among those around it. */
export interface TaskGraphNode {
  agent_type?: string | null;
  assigned_to?: string | null;
  finished_at?: string | null;
  /** Those that are in the graph too. */
  prerequisites: string[];
  started_at?: string | null;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  submitted_at: string;
  /** The beginning of the description where there is none. */
  summary: string;
  task_id: string;
}

/** A remark on a task. */
export interface TaskNote {
  agent_id?: string | null;
  at: string;
  text: string;
}

/** Asks in which order tasks can run. */
export interface TaskPlanRequest {
  task_ids: string[];
}

/** The queue at a glance. */
export interface TaskQueueStatus {
  /** Over tasks still waiting. */
  avg_priority: number;
  blocked: number;
  cancelled: number;
  completed: number;
  failed: number;
  max_depth: number;
  newest_task?: string | null;
  newest_task_id?: string | null;
  /** When the oldest task still waiting was submitted. */
  oldest_pending?: string | null;
  oldest_pending_task_id?: string | null;
  pending: number;
  ready: number;
  running: number;
  total_tasks: number;
}

/** Gives a task back. */
export interface TaskReleaseRequest {
  agent_id: string;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  fence: number;
  reason?: string | null;
}

/** A task that was given back. */
export interface TaskReleased {
  fence: number;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  task_id: string;
}

/** Extends a lease. */
export interface TaskRenewRequest {
  agent_id: string;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  fence: number;
  /** 300 unless said. */
  lease_seconds?: number | null;
}

/** A longer lease. */
export interface TaskRenewed {
  fence: number;
  lease_expires_at: string;
  /** Where a task is in its life. */
  status: "pending" | "blocked" | "ready" | "running" | "completed" | "failed" | "cancelled";
  task_id: string;
}

/** One line of a task's story. */
export interface TaskStoryEvent {
  agent_id?: string | null;
  at: string;
  /** The reason or the error, in its own words. */
  detail?: string | null;
  /** What happened to a task. */
  event: ("submitted" | "became_ready" | "claimed" | "renewed" | "completed" | "failed" | "released" | "lease_expired" | "agent_left" | "cancelled" | "updated") | "will_retry" | "agent_died" | "cascade_cancelled";
  /** Of the claim it belongs to; 0 before the first. */
  fence: number;
}

/** A percentile of too few is null. */
export interface TaskTimes {
  count: number;
  mean_ms?: number | null;
  p50_ms?: number | null;
  p95_ms?: number | null;
  p99_ms?: number | null;
}

/** Changes a task. */
export interface TaskUpdateRequest {
  /** Author. */
  agent_id?: string | null;
  /** 0 to 10. */
  base_priority?: number | null;
  deadline?: string | null;
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
  /** Text to add. */
  note?: string | null;
  /** Task ids to add. */
  prerequisites?: string[] | null;
}

export interface TokenCount {
  tokens: number;
  type: string;
}

/** One finished tool call; its `call_id` counts once. */
export interface ToolCall {
  agent_id?: string | null;
  call_id: string;
  category?: string | null;
  duration_ms: number;
  error?: string | null;
  /** Bytes. */
  input_size?: number | null;
  /** Bytes. */
  output_size?: number | null;
  session_id?: string | null;
  started_at: string;
  success: boolean;
  tool: string;
}

/** A batch of tool calls. Read from a bare array of calls, too. */
export interface ToolCallRecordRequest {
  calls: ToolCall[];
  /** Refuse unless `epoch` is current. */
  election?: string | null;
  epoch?: number | null;
}

/** What became of a batch. */
export interface ToolCallRecorded {
  accepted: number;
  duplicates: number;
  rejected: RejectedItem[];
}

export interface ToolLoop {
  from: string;
  success: boolean;
  times: number;
  to: string;
  /** One round. */
  tools: string[];
}

/** How an agent uses its tools. */
export interface ToolPatterns {
  calls: number;
  failed: number;
  /** Whether all calls of the period were looked at; otherwise the newest. */
  is_complete: boolean;
  looped_calls: number;
  /** The same calls with the same outcomes again and again; the longest first. */
  loops: ToolLoop[];
  /** The commonest of two calls in a row. */
  pairs: ToolSequence[];
  /** Failed calls that were followed at once by another of the same tool. */
  retried_calls: number;
  /** Of those, the ones whose next attempt succeeded. */
  retries_succeeded: number;
  /** The most used first. */
  tools: ToolPerformance[];
  /** Of three. */
  triples: ToolSequence[];
}

export interface ToolPerformance {
  calls: number;
  failed: number;
  failure_rate: number;
  mean_ms?: number | null;
  p50_ms?: number | null;
  p95_ms?: number | null;
  tool: string;
  total_ms: number;
}

export interface ToolSequence {
  count: number;
  tools: string[];
}
