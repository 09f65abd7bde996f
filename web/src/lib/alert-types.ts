// Alerts, their rules and anomalies as the server writes them, by hand until the generated `wire.ts` has them. Owns the shapes of
// `crates/paceline-api/src/{alert,alert_rule,anomaly}.rs`; refuses to differ from them.

export type AlertSeverity = "info" | "warning" | "critical";
export type AlertState = "pending" | "firing" | "resolved";

export interface AlertAcknowledgement {
  by: string;
  at: string;
  note?: string | null;
}

export interface Alert {
  fingerprint: string;
  name: string;
  rule_id: string;
  severity: AlertSeverity;
  state: AlertState;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  value: number;
  sentence: string;
  link: string;
  active_at: string;
  fired_at?: string | null;
  resolved_at?: string | null;
  normal_low?: number | null;
  normal_high?: number | null;
  silenced_by: string[];
  acknowledged?: AlertAcknowledgement | null;
  caused_by?: string | null;
  explains: number;
  told_at?: string | null;
  fired_today: number;
}

export interface AlertList {
  items: Alert[];
  next_cursor?: string | null;
  firing: number;
  pending: number;
  version: number;
}

export type AlertEventKind = "fired" | "resolved" | "acknowledged" | "told";
export interface AlertEvent {
  at: string;
  kind: AlertEventKind;
  fingerprint: string;
  name: string;
  severity: AlertSeverity;
  labels: Record<string, string>;
  value?: number | null;
  detail: string;
}

export interface SilenceMatcher {
  name: string;
  value: string;
  is_regex: boolean;
  is_equal: boolean;
}

export interface SilenceRequest {
  matchers: SilenceMatcher[];
  starts_at?: string | null;
  ends_at?: string | null;
  duration_seconds?: number | null;
  created_by?: string | null;
  comment?: string | null;
}

export interface Silence {
  silence_id: string;
  state: "pending" | "active" | "expired";
  matchers: SilenceMatcher[];
  starts_at: string;
  ends_at: string;
  created_at: string;
  created_by: string;
  comment: string;
  silences: number;
}

export interface AlertChannel {
  name: string;
  kind: "webhook" | "alertmanager" | "slack" | "email";
  host: string;
  severity: AlertSeverity;
  after_seconds: number;
  is_failing: boolean;
  failing_since?: string | null;
  last_error?: string | null;
  delivered_at?: string | null;
  waiting: number;
}

export interface AlertDelivery {
  delivery_id: string;
  channel: string;
  state: "waiting" | "delivered" | "given_up";
  summary: string;
  alerts: number;
  attempts: number;
  created_at: string;
  next_attempt_at?: string | null;
  settled_at?: string | null;
  last_error?: string | null;
}

export type AlertStatistic =
  | "p50_ms" | "p90_ms" | "p95_ms" | "p99_ms" | "mean_ms" | "error_ratio" | "calls_per_second"
  | "value" | "rate_per_second" | "mean" | "min" | "max";

export interface AlertThreshold {
  metric?: string | null;
  operation?: string | null;
  statistic?: AlertStatistic | null;
  matching?: Record<string, string>;
  scope?: "fleet" | "agent";
  window_seconds?: number | null;
  above?: number | null;
  below?: number | null;
}

export interface AlertRuleRequest {
  name: string;
  threshold?: AlertThreshold | null;
  expr?: string | null;
  for_seconds?: number | null;
  keep_firing_for_seconds?: number | null;
  severity?: AlertSeverity | null;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  caused_by?: string[];
}

export interface AlertNoise {
  fired: number;
  told: number;
  acknowledged: number;
  ignored: number;
}

export interface AlertRule {
  rule_id: string;
  name: string;
  group: string;
  source: "default" | "api" | "file";
  file?: string | null;
  threshold?: AlertThreshold | null;
  expr: string;
  record?: string | null;
  for_seconds: number;
  keep_firing_for_seconds: number;
  severity: AlertSeverity;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  caused_by: string[];
  enabled: boolean;
  health: "unknown" | "ok" | "err";
  last_error?: string | null;
  evaluated_at?: string | null;
  evaluation_ms: number;
  pending: number;
  firing: number;
  noise: AlertNoise;
  created_at?: string | null;
  created_by?: string | null;
}

export interface AlertRuleList {
  items: AlertRule[];
  next_cursor?: string | null;
  file_errors: { file: string; line: number; message: string }[];
}

export interface AlertFiring {
  labels: Record<string, string>;
  fired_at: string;
  resolved_at?: string | null;
  value: number;
}

export interface AlertPreviewSeries {
  labels: Record<string, string>;
  times: number[];
  values: number[];
}

export interface AlertPreview {
  expr: string;
  from: string;
  to: string;
  step_seconds: number;
  times: number;
  sentence: string;
  firings: AlertFiring[];
  series: AlertPreviewSeries[];
  limit?: number | null;
  series_left_out: number;
}

export type AnomalyKind = "spike" | "level_shift" | "drift" | "lost_periodicity" | "flat_line" | "gone" | "unusual_shape" | "peer_out_of_line";

export interface Anomaly {
  anomaly_id: string;
  kind: AnomalyKind;
  subject: string;
  expr: string;
  labels: Record<string, string>;
  unit: string;
  sentence: string;
  link: string;
  started_at: string;
  ended_at?: string | null;
  value: number;
  normal_low: number;
  normal_high: number;
  once_in: number;
  resolution_seconds: number;
  together_with: string[];
  is_dismissed: boolean;
}

export interface AnomalyRate {
  watched: number;
  anomalous: number;
  by_chance: number;
  chance: number;
  sentence: string;
  state_bytes: number;
}

export interface AnomalyList {
  items: Anomaly[];
  next_cursor?: string | null;
  rate: AnomalyRate;
}

export interface Paged<T> {
  items: T[];
  next_cursor?: string | null;
}
