//! Where a counter goes on after a restart, or after a long silence: at the last value that the
//! engine holds. Owns that question; refuses to fail a push over it: what cannot be read starts
//! anew, which reads as a counter's reset.

use paceline_metrics::{
    Labels, METRIC_NAME, MatchOp, Matcher, Select, Series, SeriesSource, TimeRange, is_stale,
};

use super::histogram::Histogram;
use super::limits::{AHEAD_MS_MAX, RESUME_MS};

/// The newest value of exactly this series, with its time.
pub fn number(source: &dyn SeriesSource, series: &Labels, now_ms: i64) -> Option<(i64, f64)> {
    let found = newest(source, series, series.metric_name(), now_ms);
    let exact = found.into_iter().find(|(labels, ..)| labels == series);
    exact.map(|(_, at_ms, value)| (at_ms, value))
}

/// The newest state of a histogram, from its classic series; `series` has its base name.
pub fn histogram(
    source: &dyn SeriesSource,
    series: &Labels,
    now_ms: i64,
) -> Option<(i64, Histogram)> {
    let base = series.metric_name();
    let part = |ending: &str| renamed(series, &format!("{base}{ending}"));
    let (at_ms, count) = number(source, &part("_count"), now_ms)?;
    let sum = number(source, &part("_sum"), now_ms).map(|(_, sum)| sum);
    let buckets = newest(source, series, &format!("{base}_bucket"), now_ms);
    let mut bounds: Vec<(f64, f64)> = buckets
        .into_iter()
        .filter(|(labels, ..)| labels.len() == series.len() + 1)
        .filter_map(|(labels, _, below)| Some((labels.get("le").parse().ok()?, below)))
        .filter(|(bound, _): &(f64, f64)| bound.is_finite())
        .collect();
    bounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut below_before = 0.0;
    for (_, below) in &mut bounds {
        let own = (*below - below_before).max(0.0);
        below_before = *below;
        *below = own;
    }
    let histogram = Histogram {
        buckets: bounds,
        sum,
        count,
    };
    Some((at_ms, histogram))
}

pub fn renamed(series: &Labels, name: &str) -> Labels {
    let others = series.iter().filter(|label| &*label.name != METRIC_NAME);
    let others = others.map(|label| (&*label.name, &*label.value));
    Labels::from_pairs(others.chain([(METRIC_NAME, name)]))
}

/// Of all series that carry these labels under this name.
fn newest(
    source: &dyn SeriesSource,
    series: &Labels,
    name: &str,
    now_ms: i64,
) -> Vec<(Labels, i64, f64)> {
    let wanted = renamed(series, name);
    let matchers = wanted
        .iter()
        .map(|label| Matcher::new(&label.name, MatchOp::Equal, &label.value));
    let Ok(matchers) = matchers.collect::<Result<Vec<_>, _>>() else {
        return Vec::new();
    };
    let select = Select {
        matchers,
        range: TimeRange {
            from_ms: now_ms - RESUME_MS,
            // A counter that is raised twice within a millisecond runs ahead of the clock.
            to_ms: now_ms + AHEAD_MS_MAX,
        },
        step_ms: 0,
        window_ms: RESUME_MS,
        function: None,
        is_newest_enough: false,
    };
    match source.select(&select) {
        Ok(selection) => selection
            .series
            .filter_map(Result::ok)
            .filter_map(last)
            .collect(),
        Err(error) => {
            tracing::warn!(%error, series = %wanted, "a counter starts anew");
            Vec::new()
        }
    }
}

fn last(series: Series) -> Option<(Labels, i64, f64)> {
    let samples = series.timestamps.iter().zip(&series.values);
    let (at_ms, value) = samples.rev().find(|(_, value)| !is_stale(**value))?;
    value.is_finite().then_some((series.labels, *at_ms, *value))
}
