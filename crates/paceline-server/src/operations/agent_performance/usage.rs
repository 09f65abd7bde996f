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
