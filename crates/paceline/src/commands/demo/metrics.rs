//! Metrics of the simulated agents' own. Owns their definitions and what one agent has counted so
//! far; refuses to send them.

use std::collections::BTreeMap;
use std::time::Duration;

use paceline_api::{MetricDefineRequest, MetricKind, MetricRecordRequest, MetricRow, MetricSample};

const TOKENS: &str = "demo_tokens_total";
const LINES: &str = "demo_lines_changed_total";
const CONTEXT: &str = "demo_context_used_ratio";
const THINKING: &str = "demo_thinking_seconds";

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 6] = [0.5, 1.0, 2.0, 5.0, 10.0, 30.0];

pub fn definitions() -> Vec<MetricDefineRequest> {
    let define = |name: &str, kind, unit: &str, description: &str| MetricDefineRequest {
        name: name.to_owned(),
        kind,
        unit: Some(unit.to_owned()),
        description: Some(description.to_owned()),
    };
    vec![
        define(
            TOKENS,
            MetricKind::Counter,
            "tokens",
            "Tokens that the agent's model read and wrote",
        ),
        define(
            LINES,
            MetricKind::Counter,
            "lines",
            "Lines of code and text that the agent changed",
        ),
        define(
            CONTEXT,
            MetricKind::Gauge,
            "ratio",
            "Share of the model's context that is in use",
        ),
        define(
            THINKING,
            MetricKind::Histogram,
            "seconds",
            "Time from one round of tool calls to the next",
        ),
    ]
}

/// What one agent has done since it joined.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    tokens: f64,
    lines: f64,
    context: f64,
    thought_seconds: f64,
    /// One for each bound, and one above all of them.
    thoughts: [u64; BOUNDS.len() + 1],
}

impl Tally {
    pub fn thought(&mut self, for_: Duration) {
        let seconds = for_.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        self.thoughts[bucket.unwrap_or(BOUNDS.len())] += 1;
        self.thought_seconds += seconds;
    }

    pub fn finished_step(&mut self, tokens: u64, lines: u64) {
        self.tokens += tokens as f64;
        self.lines += lines as f64;
        self.context = (self.context + tokens as f64 / 200_000.0).min(1.0);
    }

    /// A new task begins with an empty context.
    pub fn began_task(&mut self) {
        self.context = 0.02;
    }

    pub fn request(&self, agent_id: &str) -> MetricRecordRequest {
        let count: u64 = self.thoughts.iter().sum();
        let values = [
            (TOKENS.to_owned(), self.tokens),
            (LINES.to_owned(), self.lines),
            (CONTEXT.to_owned(), self.context),
            (format!("{THINKING}_sum"), self.thought_seconds),
            (format!("{THINKING}_count"), count as f64),
        ];
        let row = MetricRow {
            agent_id: Some(agent_id.to_owned()),
            labels: BTreeMap::new(),
            at: None,
            values: BTreeMap::from(values),
        };
        MetricRecordRequest {
            samples: self.buckets(agent_id),
            rows: vec![row],
        }
    }

    fn buckets(&self, agent_id: &str) -> Vec<MetricSample> {
        let bounds = BOUNDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        let mut below = 0;
        let bucket = |(le, count): (String, &u64)| {
            below += count;
            MetricSample {
                agent_id: Some(agent_id.to_owned()),
                name: format!("{THINKING}_bucket"),
                value: below as f64,
                labels: BTreeMap::from([("le".to_owned(), le)]),
                at: None,
            }
        };
        bounds.zip(&self.thoughts).map(bucket).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_count_what_is_below_their_bound_and_the_last_counts_all() {
        let mut tally = Tally::default();
        for seconds in [0.5, 0.7, 3.0, 100.0] {
            tally.thought(Duration::from_secs_f64(seconds));
        }
        let request = tally.request("agt_1");
        let values: Vec<_> = request.samples.iter().map(|sample| sample.value).collect();
        assert_eq!(values, [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0]);
        assert_eq!(request.samples[6].labels["le"], "+Inf");
        assert_eq!(request.rows[0].values["demo_thinking_seconds_count"], 4.0);
    }

    #[test]
    fn the_context_fills_up_and_is_emptied_for_the_next_task() {
        let mut tally = Tally::default();
        tally.finished_step(500_000, 3);
        assert_eq!(tally.context, 1.0);
        tally.began_task();
        assert!(tally.context < 0.1);
    }
}
