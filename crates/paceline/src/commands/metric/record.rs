//! `paceline metric record`. Owns its flags; refuses to say that all went well when something was
//! not taken.

use std::collections::BTreeMap;
use std::io::{BufReader, IsTerminal, stdin};

use clap::Args;
use paceline_api::{MetricRecordRequest, MetricRecorded, MetricRow, Timestamp};
use paceline_client::Client;

use super::lines;
use crate::failure::Failure;
use crate::terminal::words::count;
use crate::values::time_or_span_back;

/// Record values: some by name, or many as JSON lines from the input
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline metric record build_queue_seconds=12.5 builds_total=981
  paceline metric record cache_hits_total=17 --agent-id agt_0199c5f2 --label cache=tools
  paceline metric record < samples.jsonl

A line is an object with `name`, `value` and, where they matter, `agent_id`, `labels`, `at`.")]
pub struct Record {
    /// Metric and value; without any, lines are read from the input
    #[arg(value_name = "NAME=VALUE", value_parser = named_value)]
    values: Vec<(String, f64)>,
    /// Of all the values; repeatable
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label, requires = "values")]
    labels: Vec<(String, String)>,
    /// When they were so; now unless said
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME", requires = "values")]
    at: Option<Timestamp>,
    /// The agent whose they are
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
}

impl Record {
    pub async fn ask(self, client: &Client) -> Result<MetricRecorded, Failure> {
        if self.values.is_empty() {
            return match stdin().is_terminal() {
                true => Err(Failure::usage("no value is given")
                    .hint("pass `NAME=VALUE`, or JSON lines as input")),
                false => lines::send(BufReader::new(stdin()), client).await,
            };
        }
        let row = MetricRow {
            agent_id: self.agent_id,
            labels: self.labels.into_iter().collect(),
            at: self.at,
            values: self.values.into_iter().collect::<BTreeMap<_, _>>(),
        };
        let request = MetricRecordRequest {
            samples: Vec::new(),
            rows: vec![row],
        };
        Ok(client.record_metrics(&request).await?)
    }
}

fn named_value(text: &str) -> Result<(String, f64), String> {
    let (name, value) = label(text)?;
    match value.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((name, value)),
        _ => Err(format!("`{value}` is no number that can be recorded")),
    }
}

fn label(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "not of the form `NAME=VALUE`".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn all_taken(answer: &MetricRecorded) -> Result<(), Failure> {
    match answer.rejected.len() as u64 {
        0 => Ok(()),
        refused => Err(
            Failure::new(format!("{} not taken", count(refused, "value"))).hint(
                "the list of refusals says why; what was taken stays, so only send those again",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_name_and_a_finite_number() {
        let check = |text: &str, expected: Option<(&str, f64)>| {
            let expected = expected.map(|(name, value)| (name.to_owned(), value));
            assert_eq!(named_value(text).ok(), expected, "{text}");
        };
        check("a=1", Some(("a", 1.0)));
        check("a=-1.5e3", Some(("a", -1_500.0)));
        check("a=", None);
        check("a=x", None);
        check("a=NaN", None);
        check("a=inf", None);
        check("a", None);
    }
}
