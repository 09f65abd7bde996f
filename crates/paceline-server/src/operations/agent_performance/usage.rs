//! Tokens and cost of agents, as telemetry brought them. Owns the questions to the stored series;
//! refuses to fail an answer over them: what cannot be read is left out and logged.

use std::collections::BTreeMap;

use paceline_api::{AgentUsage, TokenCount};
use paceline_metrics::{
    Labels, METRIC_NAME, MatchOp, Matcher, Select, Series, SeriesSource, SourceError, TimeRange,
    is_stale,
};
use paceline_store::Span;

use crate::ingest::otlp::{COST, TOKENS};
use crate::operations::AGENT_LABEL;

/// Points of a series that are looked at, so that old ones may come from rollups.
const POINTS: i64 = 2_000;

/// `None` where there is nothing. Blocks.
pub(super) fn usage(source: &dyn SeriesSource, agent_id: &str, span: Span) -> Option<AgentUsage> {
    let of = |metric: &str| {
        increases(source, metric, agent_id, span).unwrap_or_else(|error| {
            tracing::warn!(%error, metric, agent_id, "an agent's usage is left out");
            Vec::new()
        })
    };
    let mut by_type: BTreeMap<String, f64> = BTreeMap::new();
    for (labels, increase) in of(TOKENS) {
        *by_type.entry(labels.get("type").to_owned()).or_default() += increase;
    }
    let costs = of(COST);
    if by_type.is_empty() && costs.is_empty() {
        return None;
    }
    Some(AgentUsage {
        tokens_total: by_type.values().sum(),
        tokens: by_type
            .into_iter()
            .map(|(r#type, tokens)| TokenCount { r#type, tokens })
            .collect(),
        cost_usd: (!costs.is_empty()).then(|| costs.iter().map(|cost| cost.1).sum()),
    })
}

fn increases(
    source: &dyn SeriesSource,
    metric: &str,
    agent_id: &str,
    span: Span,
) -> Result<Vec<(Labels, f64)>, SourceError> {
    let matcher = |name: &str, value: &str| Matcher::new(name, MatchOp::Equal, value);
    let matchers = [matcher(METRIC_NAME, metric), matcher(AGENT_LABEL, agent_id)];
    let Ok(matchers) = matchers.into_iter().collect::<Result<Vec<_>, _>>() else {
        return Ok(Vec::new());
    };
    let from_ms = span.from.0.max(0);
    let range = TimeRange {
        from_ms,
        to_ms: span.to.0 - 1,
    };
    let step_ms = (range.to_ms - from_ms).max(0) / POINTS;
    let before = TimeRange {
        from_ms: 0,
        to_ms: from_ms - 1,
    };
    let known = match 0 < from_ms {
        true => source.series(std::slice::from_ref(&matchers), before, 0)?,
        false => Vec::new(),
    };
    let selection = source.select(&Select {
        matchers,
        range,
        step_ms,
        window_ms: step_ms,
        function: Some("last_over_time"),
        is_newest_enough: false,
    })?;
    let mut increases = Vec::new();
    for series in selection.series {
        let series = series?;
        let increase = increase(&series, known.contains(&series.labels));
        increases.push((series.labels, increase));
    }
    Ok(increases)
}

/// How much a counter rose. One that was not there before the period began at zero in it.
fn increase(series: &Series, was_there_before: bool) -> f64 {
    let mut values = series.values.iter().filter(|value| !is_stale(**value));
    let Some(first) = values.next() else {
        return 0.0;
    };
    let (mut sum, mut last) = (if was_there_before { 0.0 } else { *first }, *first);
    for value in values {
        sum += if *value < last { *value } else { *value - last };
        last = *value;
    }
    sum
}

#[cfg(test)]
mod tests {
    use paceline_core::Timestamp;
    use paceline_metrics::{Engine, EngineOptions, Row, RowValue};

    use super::*;

    const START_MS: i64 = 1_790_000_000_000;

    struct Stored {
        engine: Engine,
        _directory: tempfile::TempDir,
    }

    impl Stored {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let options = EngineOptions::new(directory.path());
            Self {
                engine: Engine::open(options, START_MS).unwrap(),
                _directory: directory,
            }
        }

        fn put(&self, at: i64, agent: &str, values: &[(&str, &str, f64)]) {
            let key = |metric: &str, kind: &str| {
                Labels::from_pairs([(METRIC_NAME, metric), ("type", kind)])
            };
            let row = Row {
                labels: Labels::from_pairs([(AGENT_LABEL, agent)]),
                at_ms: START_MS + at,
                values: values
                    .iter()
                    .map(|(metric, kind, value)| RowValue {
                        key: key(metric, kind),
                        value: *value,
                    })
                    .collect(),
            };
            let (settled, outcome) = std::sync::mpsc::channel();
            let tell = move |outcome| settled.send(outcome).unwrap();
            let now_ms = START_MS + at;
            self.engine.append(vec![row], now_ms, Box::new(tell));
            assert!(outcome.recv().unwrap().unwrap().refused.is_empty());
        }

        fn usage(&self, agent: &str, from: i64, to: i64) -> Option<AgentUsage> {
            let span = Span {
                from: Timestamp(START_MS + from),
                to: Timestamp(START_MS + to),
            };
            usage(&self.engine, agent, span)
        }
    }

    fn tokens(usage: &AgentUsage) -> Vec<(&str, f64)> {
        let counts = usage.tokens.iter();
        counts
            .map(|count| (count.r#type.as_str(), count.tokens))
            .collect()
    }

    #[test]
    fn tokens_add_up_by_type_over_a_restart_of_the_counter() {
        let stored = Stored::new();
        for (at, input, output) in [(0, 100.0, 10.0), (1_000, 250.0, 25.0), (2_000, 40.0, 5.0)] {
            let both = [(TOKENS, "input", input), (TOKENS, "output", output)];
            stored.put(at, "a", &both);
        }
        stored.put(2_500, "b", &[(TOKENS, "input", 7.0)]);
        let usage = stored.usage("a", -1_000, 3_000).unwrap();
        assert_eq!(tokens(&usage), [("input", 290.0), ("output", 30.0)]);
        assert_eq!((usage.tokens_total, usage.cost_usd), (320.0, None));
        assert_eq!(stored.usage("b", -1_000, 3_000).unwrap().tokens_total, 7.0);
        assert_eq!(stored.usage("nobody", -1_000, 3_000), None);
    }

    #[test]
    fn what_was_counted_before_the_period_is_not_of_it() {
        let stored = Stored::new();
        for (at, dollars) in [(0, 1.0), (1_000, 1.5), (2_000, 3.5), (3_000, 9.0)] {
            stored.put(at, "a", &[(COST, "", dollars)]);
        }
        // The sample at 1,000 ms is what the period starts from, the one at 3,000 ms is after it.
        let usage = stored.usage("a", 1_000, 3_000).unwrap();
        assert_eq!(usage.cost_usd, Some(2.0));
        assert!(usage.tokens.is_empty());
    }
}
