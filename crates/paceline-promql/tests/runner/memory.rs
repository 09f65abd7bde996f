//! A source of series in memory. Series that are put in with one list of timestamps share it, as
//! the engine's do.

use std::collections::BTreeSet;
use std::sync::Arc;

use paceline_metrics::{
    Labels, Matcher, Metadata, Resolution, Select, Selection, Series, SeriesSource, SourceError,
    TimeRange, Warnings,
};

#[derive(Debug, Default)]
pub struct MemorySource {
    pub series: Vec<Series>,
}

impl MemorySource {
    pub fn add(&mut self, labels: Labels, timestamps: Arc<[i64]>, values: Vec<f64>) {
        assert_eq!(timestamps.len(), values.len());
        self.series.push(Series {
            labels,
            timestamps,
            values,
        });
    }

    fn matching(&self, matchers: &[Matcher], range: TimeRange) -> Vec<&Series> {
        let is_wanted = |series: &&Series| {
            let first = series.timestamps.partition_point(|ms| *ms < range.from_ms);
            series
                .timestamps
                .get(first)
                .is_some_and(|ms| *ms <= range.to_ms)
                && matchers.iter().all(|m| m.matches_labels(&series.labels))
        };
        self.series.iter().filter(is_wanted).collect()
    }
}

/// Only what the range holds.
fn cut(series: &Series, range: TimeRange) -> Series {
    let first = series.timestamps.partition_point(|ms| *ms < range.from_ms);
    let end = series.timestamps.partition_point(|ms| *ms <= range.to_ms);
    if first == 0 && end == series.timestamps.len() {
        return series.clone();
    }
    Series {
        labels: series.labels.clone(),
        timestamps: series.timestamps[first..end].into(),
        values: series.values[first..end].to_vec(),
    }
}

impl SeriesSource for MemorySource {
    fn select<'s>(&'s self, select: &Select) -> Result<Selection<'s>, SourceError> {
        let range = select.range;
        let found = self.matching(&select.matchers, range);
        Ok(Selection {
            resolution: Resolution::Raw,
            warnings: Warnings::default(),
            series: Box::new(found.into_iter().map(move |series| Ok(cut(series, range)))),
        })
    }

    fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
        limit: usize,
    ) -> Result<Vec<Labels>, SourceError> {
        let found: BTreeSet<Labels> = sets
            .iter()
            .flat_map(|set| self.matching(set, range))
            .map(|series| series.labels.clone())
            .collect();
        let limit = if limit == 0 { usize::MAX } else { limit };
        Ok(found.into_iter().take(limit).collect())
    }

    fn label_names(&self, _: &[Vec<Matcher>], _: TimeRange) -> Result<Vec<String>, SourceError> {
        Ok(Vec::new())
    }

    fn label_values(
        &self,
        _: &str,
        _: &[Vec<Matcher>],
        _: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        Ok(Vec::new())
    }

    fn metadata(&self) -> Result<Vec<(String, Metadata)>, SourceError> {
        Ok(Vec::new())
    }
}
