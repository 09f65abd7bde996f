//! Questions to the engine. Owns the union of what the head and the blocks answer.

use std::collections::BTreeSet;

use roaring::RoaringBitmap;

use super::Engine;
use crate::read::{HeadSeries, present};
use crate::{
    Labels, Matcher, Metadata, Resolution, Select, Selection, SeriesSource, SourceError, TimeRange,
    Warnings,
};

impl Engine {
    /// The head's series that match one of the sets and have a sample in the range.
    fn head_ids(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<RoaringBitmap, SourceError> {
        let postings = self.hot.identity.postings();
        let ids = match sets {
            [] => postings.matching(&[]),
            sets => sets.iter().fold(RoaringBitmap::new(), |ids, set| {
                ids | postings.matching(set)
            }),
        };
        drop(postings);
        present(&self.hot, &ids, range)
    }
}

impl SeriesSource for Engine {
    fn select<'s>(&'s self, select: &Select) -> Result<Selection<'s>, SourceError> {
        let ids = self.hot.identity.postings().matching(&select.matchers);
        let head = HeadSeries::new(&self.hot, &ids, select.range);
        Ok(Selection {
            resolution: Resolution::Raw,
            warnings: Warnings::default(),
            series: Box::new(head),
        })
    }

    fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
        limit: usize,
    ) -> Result<Vec<Labels>, SourceError> {
        let ids = self.head_ids(sets, range)?;
        let limit = if limit == 0 { usize::MAX } else { limit };
        let tables = self.hot.identity.tables();
        let found = ids.iter().take(limit);
        Ok(found.map(|id| tables.full_labels(id)).collect())
    }

    fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        let ids = self.head_ids(sets, range)?;
        let names: BTreeSet<String> = self
            .hot
            .identity
            .postings()
            .names_of(&ids)
            .into_iter()
            .collect();
        Ok(names.into_iter().collect())
    }

    fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        let ids = self.head_ids(sets, range)?;
        let postings = self.hot.identity.postings();
        let values = postings.values(name);
        let values = values.filter(|(_, all)| !all.is_disjoint(&ids));
        let values: BTreeSet<String> = values.map(|(value, _)| value.to_string()).collect();
        Ok(values.into_iter().collect())
    }

    fn metadata(&self) -> Result<Vec<(String, Metadata)>, SourceError> {
        Ok(self.definitions.all())
    }
}
