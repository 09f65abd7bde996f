//! `paceline query`: PromQL on a terminal. Owns its flags and the choice between a table and a chart;
//! refuses to read PromQL: the server says what is wrong with it, and here its place is pointed at.

mod chart;
mod legend;
mod refusal;
mod view;

use clap::Args;
use paceline_api::Timestamp;
use paceline_api::prometheus::{PromQuery, PromRangeQuery, PromValue, PrometheusAnswer};

use crate::failure::Failure;
use crate::remote::Remote;
use crate::terminal::{Format, columns, print_text, say};
use crate::values::span_seconds;

/// Steps of a range that names none: what a terminal can show.
const STEPS: i64 = 240;

/// Ask the metrics in PromQL: a table now, a chart over a range
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline query 'paceline_tasks'
  paceline query 'sum by (agent) (rate(paceline_agent_tasks_total[5m]))' --range 1h
  paceline query 'up' --time 2026-10-05T14:00:00Z --format json
  paceline query 'paceline_agents{health=\"healthy\"}' --range 1d --step 5m")]
pub struct QueryCommand {
    /// What to ask
    #[arg(value_name = "PROMQL")]
    promql: String,
    /// Over this long up to `--time`, such as 1h or 7d
    #[arg(long, value_name = "SPAN", value_parser = span)]
    range: Option<i64>,
    /// Between two points of a range, such as 10s; as the terminal has room unless said
    #[arg(long, value_name = "SPAN", requires = "range")]
    step: Option<String>,
    /// When, in RFC 3339 or unix seconds; now unless said
    #[arg(long, value_name = "TIME", value_parser = moment)]
    time: Option<f64>,
    /// How far back a last sample may be, such as 5m
    #[arg(long, value_name = "SPAN")]
    lookback: Option<String>,
    /// Give up after this long, such as 10s
    #[arg(long, value_name = "SPAN")]
    timeout: Option<String>,
    /// Series in the answer at most
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    #[command(flatten)]
    remote: Remote,
}

fn span(text: &str) -> Result<i64, String> {
    span_seconds(text)
        .filter(|seconds| 0 < *seconds)
        .ok_or_else(|| "not a span such as `90s`, `15m`, `1h` or `7d`".to_owned())
}

/// Unix seconds.
fn moment(text: &str) -> Result<f64, String> {
    if let Some(seconds) = text
        .parse::<f64>()
        .ok()
        .filter(|seconds| seconds.is_finite())
    {
        return Ok(seconds);
    }
    text.parse::<Timestamp>().map(seconds_of).map_err(|_| {
        "not a time such as `2026-10-05T14:03:07Z` nor unix seconds such as `1791208987`".to_owned()
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact to the millisecond for ages"
)]
fn seconds_of(at: Timestamp) -> f64 {
    at.as_millis() as f64 / 1000.0
}

impl QueryCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let answer = match self.range {
            None => self.at_one_time().await?,
            Some(seconds) => self.over(seconds).await?,
        };
        if answer.status != "success" {
            return Err(refusal::of(&self.promql, &answer));
        }
        for remark in answer.warnings.iter().chain(&answer.infos) {
            say(format!("note: {remark}"));
        }
        match (&answer.data, self.remote.format) {
            (Some(PromValue::Matrix(series)), Format::Table) if self.range.is_some() => {
                print_text(&chart::render(series, columns()))
            }
            _ => self.remote.show(&answer),
        }
    }

    async fn at_one_time(&self) -> Result<PrometheusAnswer<PromValue>, Failure> {
        let query = PromQuery {
            query: self.promql.clone(),
            time: self.time.map(|seconds| seconds.to_string()),
            timeout: self.timeout.clone(),
            lookback_delta: self.lookback.clone(),
            limit: self.limit,
        };
        Ok(self.remote.client()?.query(&query).await?)
    }

    async fn over(&self, seconds: i64) -> Result<PrometheusAnswer<PromValue>, Failure> {
        let now = || {
            seconds_of(Timestamp::from_millis(
                jiff::Timestamp::now().as_millisecond(),
            ))
        };
        let end = self.time.unwrap_or_else(now);
        #[expect(clippy::cast_precision_loss, reason = "a span of at most centuries")]
        let start = end - seconds as f64;
        let step = self.step.clone();
        let query = PromRangeQuery {
            query: self.promql.clone(),
            start: start.to_string(),
            end: end.to_string(),
            step: step.unwrap_or_else(|| format!("{}", (seconds / STEPS).max(1))),
            timeout: self.timeout.clone(),
            lookback_delta: self.lookback.clone(),
            limit: self.limit,
        };
        Ok(self.remote.client()?.query_range(&query).await?)
    }
}
