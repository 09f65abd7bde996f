//! What a fleet wants to hear of on its first day. Owns THE list of default rules; refuses knowledge
//! of one fleet's own metrics. Each can be switched off, and made anew with other limits.

use std::collections::BTreeMap;

use paceline_analysis::alerts::{Template, Timing};
use paceline_analysis::anomaly::Unit;
use paceline_api::AlertRuleSource;
use paceline_promql::Query;

use super::limits::ALERTS_A_RULE_MAX;
use super::rule::{Rule, SEVERITY};

struct Default {
    name: &'static str,
    expr: &'static str,
    for_seconds: i64,
    /// Between two evaluations: what must hold for a while need not be asked every second.
    every_seconds: i64,
    /// So that what comes and goes is one alert.
    keep_seconds: i64,
    severity: &'static str,
    subject: &'static str,
    unit: Unit,
    /// The sentence's beginning, where the number with its limit does not say enough.
    summary: &'static str,
    /// What to do about it.
    advice: &'static str,
    path: &'static str,
    caused_by: &'static [&'static str],
}

const DEFAULTS: &[Default] = &[
    Default {
        name: "AgentDead",
        expr: "increase(paceline_agents_died_total[10m]) > 0.5",
        for_seconds: 0,
        every_seconds: 1,
        keep_seconds: 0,
        severity: "warning",
        subject: "agents died",
        unit: Unit::Plain,
        summary: "agents died in the last 10 minutes ({{ printf \"%.0f\" $value }}), and their tasks were released",
        advice: "look which ones, and whether their programs still run",
        path: "/agents",
        caused_by: &[],
    },
    Default {
        name: "TaskStuck",
        expr: "paceline_task_oldest_running_seconds > 3600 unless paceline_task_oldest_running_seconds \
               <= 5 * scalar(histogram_quantile(0.99, sum by (le) (rate(paceline_task_duration_seconds_bucket[1h]))))",
        for_seconds: 60,
        every_seconds: 30,
        keep_seconds: 60,
        severity: "warning",
        subject: "the longest running task",
        unit: Unit::Seconds,
        summary: "a task runs for {{ humanizeDuration $value }}, far longer than others take",
        advice: "look what its agent does; cancelling it frees the agent",
        path: "/tasks?status=running",
        caused_by: &[],
    },
    Default {
        name: "TaskStarving",
        expr: "paceline_task_oldest_ready_seconds > 900",
        for_seconds: 60,
        every_seconds: 5,
        keep_seconds: 60,
        severity: "warning",
        subject: "the longest waiting task",
        unit: Unit::Seconds,
        summary: "a task is ready for {{ humanizeDuration $value }} and nobody takes it",
        advice: "look whether any agent takes its type",
        path: "/tasks?status=ready",
        caused_by: &[],
    },
    Default {
        name: "QueueGrowing",
        expr: "deriv(paceline_tasks{status=\"ready\"}[10m]) * 60 > 1 and paceline_tasks{status=\"ready\"} > 100",
        for_seconds: 300,
        every_seconds: 15,
        keep_seconds: 120,
        severity: "warning",
        subject: "the queue's growth a minute",
        unit: Unit::Plain,
        summary: "the queue grows by {{ printf \"%.1f\" $value }} tasks a minute",
        advice: "add agents, or look what slows them down",
        path: "/tasks?status=ready",
        caused_by: &["CommitSlow"],
    },
    Default {
        name: "OperationErrors",
        expr: "sum by (operation) (rate(paceline_operation_duration_seconds_count{outcome=\"error\"}[5m])) \
               / sum by (operation) (rate(paceline_operation_duration_seconds_count[5m])) > 0.01 \
               and sum by (operation) (increase(paceline_operation_duration_seconds_count{outcome=\"error\"}[5m])) > 4",
        for_seconds: 30,
        every_seconds: 5,
        keep_seconds: 60,
        severity: "critical",
        subject: "error ratio",
        unit: Unit::Share,
        summary: "",
        advice: "the server's log has the causes",
        path: "/operations",
        caused_by: &["DiskNearlyFull"],
    },
    Default {
        name: "OperationSlow",
        expr: "histogram_quantile(0.99, sum by (operation, le) (rate(paceline_operation_duration_seconds_bucket\
               {operation!~\"message_deliver|leader_failover|perf_report\"}[5m]))) > 0.25 \
               and sum by (operation) (increase(paceline_operation_duration_seconds_count[5m])) > 20",
        for_seconds: 60,
        every_seconds: 10,
        keep_seconds: 60,
        severity: "warning",
        subject: "p99",
        unit: Unit::Seconds,
        summary: "",
        advice: "look at its stages: waiting for the writer, running, or committing",
        path: "/operations",
        caused_by: &["CommitSlow"],
    },
    Default {
        name: "CommitSlow",
        expr: "histogram_quantile(0.99, sum by (le) (rate(paceline_operation_stage_seconds_bucket{stage=\"commit\"}[5m]))) > 0.1",
        for_seconds: 30,
        every_seconds: 5,
        keep_seconds: 60,
        severity: "critical",
        subject: "p99 of commits",
        unit: Unit::Seconds,
        summary: "",
        advice: "the disk is slow: look who else writes to it",
        path: "/operations",
        caused_by: &[],
    },
    Default {
        name: "NoLeader",
        expr: "max_over_time(paceline_leader_epoch[1h]) unless paceline_leader_epoch",
        for_seconds: 30,
        every_seconds: 5,
        keep_seconds: 0,
        severity: "critical",
        subject: "the last epoch",
        unit: Unit::Plain,
        summary: "nobody leads `{{ $labels.election }}`, whose last epoch was {{ $value }}",
        advice: "look whether candidates are alive and campaign",
        path: "/elections",
        caused_by: &[],
    },
    Default {
        name: "FailoverSlow",
        expr: "histogram_quantile(1, sum by (le) (increase(paceline_leader_failover_seconds_bucket[15m]))) > 30",
        for_seconds: 0,
        every_seconds: 5,
        keep_seconds: 0,
        severity: "warning",
        subject: "the slowest failover of 15 minutes",
        unit: Unit::Seconds,
        summary: "",
        advice: "shorten `ttl_ms` or the candidates' pause between campaigns",
        path: "/elections",
        caused_by: &["NoLeader"],
    },
    Default {
        name: "DiskNearlyFull",
        expr: "paceline_disk_free_bytes / paceline_disk_size_bytes < 0.05 and paceline_disk_free_bytes < 20e9",
        for_seconds: 0,
        every_seconds: 1,
        keep_seconds: 60,
        severity: "critical",
        subject: "free space of the data directory's disk",
        unit: Unit::Share,
        summary: "",
        advice: "free space, or lower `metrics.raw_budget`; without any the server only reads",
        path: "/",
        caused_by: &[],
    },
    Default {
        name: "MetricsRefused",
        expr: "sum by (reason) (increase(paceline_metrics_refused_total[5m])) > 0.5",
        for_seconds: 0,
        every_seconds: 2,
        keep_seconds: 300,
        severity: "warning",
        subject: "refused samples",
        unit: Unit::Plain,
        summary: "{{ printf \"%.0f\" $value }} samples were refused in 5 minutes: {{ $labels.reason }}",
        advice: "the answers to their pushes say which ones",
        path: "/explore?q=sum+by+%28reason%29+%28rate%28paceline_metrics_refused_total%5B5m%5D%29%29",
        caused_by: &["DiskNearlyFull"],
    },
    Default {
        name: "TelemetryGone",
        expr: "max without (instance) (paceline_telemetry_attribute_missing) > 0",
        for_seconds: 0,
        every_seconds: 5,
        keep_seconds: 0,
        severity: "warning",
        subject: "missing attributes",
        unit: Unit::Plain,
        summary: "`{{ $labels.attribute }}` no longer comes with `{{ $labels.event }}`: what is made of it stays empty",
        advice: "the program that sends it was probably updated; see what its new version calls it",
        path: "/explore?q=paceline_telemetry_attribute_missing",
        caused_by: &[],
    },
    Default {
        name: "AgentSlow",
        expr: "(rate(paceline_agent_task_seconds_sum[30m]) / rate(paceline_agent_task_seconds_count[30m])) \
               / scalar(quantile(0.5, rate(paceline_agent_task_seconds_sum[30m]) / rate(paceline_agent_task_seconds_count[30m]))) > 3 \
               and increase(paceline_agent_task_seconds_count[30m]) > 10 \
               and on () count(increase(paceline_agent_task_seconds_count[30m]) > 10) > 4",
        for_seconds: 120,
        every_seconds: 30,
        keep_seconds: 300,
        severity: "warning",
        subject: "task time beside the fleet's median",
        unit: Unit::Plain,
        summary: "agent `{{ $labels.agent }}` takes {{ printf \"%.1f\" $value }} times as long for a task as half of the fleet",
        advice: "its page has the kinds of its tasks, which may be harder ones",
        path: "/agents",
        caused_by: &["CommitSlow"],
    },
];

/// All of them, switched on.
pub fn rules() -> Vec<Rule> {
    DEFAULTS.iter().filter_map(Default::rule).collect()
}

impl Default {
    /// None where a text of ours cannot be read, which a test rules out.
    fn rule(&self) -> Option<Rule> {
        let template = |text: &str| Template::parse(text).ok();
        let query = Query::parse(self.expr).ok()?;
        let mut annotations = BTreeMap::from([("advice".to_owned(), template(self.advice)?)]);
        if !self.summary.is_empty() {
            annotations.insert("summary".to_owned(), template(self.summary)?);
        }
        Some(Rule {
            rule_id: format!("default.{}", self.name),
            name: self.name.to_owned(),
            group: "default".to_owned(),
            source: AlertRuleSource::Default,
            file: None,
            threshold: None,
            request: None,
            record: None,
            compared: query.compared(),
            query,
            timing: Timing {
                for_ms: self.for_seconds * 1_000,
                keep_firing_for_ms: self.keep_seconds * 1_000,
            },
            interval_ms: self.every_seconds * 1_000,
            offset_ms: 0,
            alerts_max: ALERTS_A_RULE_MAX,
            labels: BTreeMap::from([(SEVERITY.to_owned(), template(self.severity)?)]),
            annotations,
            caused_by: self
                .caused_by
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            subject: self.subject.to_owned(),
            unit: self.unit,
            path: Some(self.path.to_owned()),
            created_at: None,
            created_by: None,
            is_enabled: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_can_be_read_and_names_others_that_exist() {
        let rules = rules();
        assert_eq!(rules.len(), DEFAULTS.len());
        for rule in &rules {
            for cause in &rule.caused_by {
                assert!(rules.iter().any(|one| one.name == *cause), "{cause}");
            }
        }
    }
}
