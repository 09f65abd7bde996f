//! `paceline alert create` and `preview`: one set of flags for both, so that what was previewed is what
//! is made. Owns them; refuses to know what a threshold comes to.

use std::collections::BTreeMap;

use clap::Args;
use paceline_api::{
    AlertPreview, AlertPreviewRequest, AlertRule, AlertRuleRequest, AlertScope, AlertSeverity,
    AlertStatistic, AlertThreshold,
};
use paceline_client::Client;

use super::view::severity;
use crate::failure::Failure;
use crate::values::span_seconds;

/// Set a threshold, or a rule in PromQL
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline alert create 'Claims are slow' --operation task_claim --above 20
  paceline alert create 'Queue is deep' --metric queue_depth --above 500 --for 5m --severity critical
  paceline alert create 'Spending' --metric cost_usd_total --statistic rate_per_second --per-agent --above 0.01
  paceline alert create 'Half are idle' --expr 'paceline_tasks{status=\"running\"} < 10' --for 10m

`paceline alert preview` with the same flags says how often it would have fired.")]
pub struct Create {
    /// The alert's name
    name: String,
    #[command(flatten)]
    rule: Rule,
}

/// Say how often a rule would have fired
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert preview --operation task_claim --above 20 --hours 24")]
pub struct Preview {
    #[command(flatten)]
    rule: Rule,
    /// Back from now, 1 to 168
    #[arg(long, default_value_t = 24)]
    hours: u32,
}

#[derive(Args, Debug)]
struct Rule {
    /// A metric's name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["operation", "expr"])]
    metric: Option<String>,
    /// An operation's name, such as task_claim
    #[arg(long, value_name = "NAME", conflicts_with = "expr")]
    operation: Option<String>,
    /// Of operations p50_ms, p90_ms, p95_ms, p99_ms, mean_ms, error_ratio, calls_per_second; of metrics
    /// value, rate_per_second, mean, min, max
    #[arg(long, value_parser = statistic, conflicts_with = "expr")]
    statistic: Option<AlertStatistic>,
    /// Fires above this, in the statistic's unit
    #[arg(long, allow_negative_numbers = true, conflicts_with_all = ["below", "expr"])]
    above: Option<f64>,
    /// Fires below this
    #[arg(long, allow_negative_numbers = true, conflicts_with = "expr")]
    below: Option<f64>,
    /// Each agent's own value, not the fleet's
    #[arg(long, conflicts_with = "expr")]
    per_agent: bool,
    /// Only series with this label; repeatable
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = pair, conflicts_with = "expr")]
    matching: Vec<(String, String)>,
    /// Over how long rates and quantiles are taken, such as 5m
    #[arg(long, value_parser = seconds, value_name = "SPAN", conflicts_with = "expr")]
    window: Option<u64>,
    /// PromQL whose every answer is an alert
    #[arg(long, value_name = "PROMQL")]
    expr: Option<String>,
    /// How long it must hold, such as 5m
    #[arg(long = "for", value_parser = seconds, value_name = "SPAN")]
    holds: Option<u64>,
    /// How long it goes on after it was last seen
    #[arg(long, value_parser = seconds, value_name = "SPAN")]
    keep_firing_for: Option<u64>,
    /// info, warning or critical
    #[arg(long, value_parser = severity, value_name = "SEVERITY")]
    severity: Option<AlertSeverity>,
    /// A text with places to fill, such as summary='{{ $labels.agent }} waits'; repeatable
    #[arg(long = "annotation", value_name = "NAME=TEXT", value_parser = pair)]
    annotations: Vec<(String, String)>,
    /// A rule whose alerts explain this one's; repeatable
    #[arg(long, value_name = "NAME")]
    caused_by: Vec<String>,
}

impl Create {
    pub async fn ask(self, client: &Client) -> Result<AlertRule, Failure> {
        let request = self.rule.request(self.name)?;
        Ok(client.create_alert_rule(&request).await?)
    }
}

impl Preview {
    pub async fn ask(self, client: &Client) -> Result<AlertPreview, Failure> {
        let request = AlertPreviewRequest {
            rule: self.rule.request(String::new())?,
            hours: Some(self.hours),
        };
        Ok(client.preview_alert_rule(&request).await?)
    }
}

impl Rule {
    fn request(self, name: String) -> Result<AlertRuleRequest, Failure> {
        let is_threshold = self.metric.is_some() || self.operation.is_some();
        if !is_threshold && self.expr.is_none() {
            return Err(Failure::usage("nothing is said of what is watched").hint(
                "give `--metric` or `--operation` with `--above` or `--below`, or `--expr`",
            ));
        }
        let threshold = AlertThreshold {
            metric: self.metric,
            operation: self.operation,
            statistic: self.statistic,
            matching: self.matching.into_iter().collect(),
            scope: if self.per_agent {
                AlertScope::Agent
            } else {
                AlertScope::Fleet
            },
            window_seconds: self.window,
            above: self.above,
            below: self.below,
        };
        Ok(AlertRuleRequest {
            name,
            threshold: is_threshold.then_some(threshold),
            expr: self.expr,
            for_seconds: self.holds,
            keep_firing_for_seconds: self.keep_firing_for,
            severity: self.severity,
            labels: BTreeMap::new(),
            annotations: self.annotations.into_iter().collect(),
            caused_by: self.caused_by,
        })
    }
}

fn statistic(text: &str) -> Result<AlertStatistic, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "must be p50_ms, p90_ms, p95_ms, p99_ms, mean_ms, error_ratio, calls_per_second, value, \
         rate_per_second, mean, min or max"
            .to_owned()
    })
}

pub(super) fn seconds(text: &str) -> Result<u64, String> {
    let seconds = span_seconds(text).and_then(|seconds| u64::try_from(seconds).ok());
    seconds.ok_or_else(|| "must be a span such as 90s, 5m, 2h or 7d".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}
