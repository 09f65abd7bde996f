//! Questions to the engine. Owns the union of what the head and the blocks answer.

use std::collections::BTreeSet;

use hashbrown::HashSet;
use roaring::RoaringBitmap;

use super::Engine;
use crate::read::{HeadSeries, Merged, Newest, Snapshot, present};
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

    fn head_values(&self, name: &str, ids: &RoaringBitmap) -> BTreeSet<String> {
        let postings = self.hot.identity.postings();
        let values = postings.values(name);
        let carried = values.filter(|(_, all)| !all.is_disjoint(ids));
        carried.map(|(value, _)| value.to_string()).collect()
    }
}

impl SeriesSource for Engine {
    fn select<'s>(&'s self, select: &Select) -> Result<Selection<'s>, SourceError> {
        let ids = self.hot.identity.postings().matching(&select.matchers);
        let from_ms = select.range.from_ms.max(self.hot.dropped_ms());
        let range = TimeRange {
            from_ms,
            to_ms: select.range.to_ms,
        };
        if !self.blocks.reach(select.range) {
            return Ok(Selection {
                resolution: Resolution::Raw,
                warnings: Warnings::default(),
                series: if select.is_newest_enough {
                    Box::new(Newest::new(&self.hot, &ids, range))
                } else {
                    Box::new(HeadSeries::new(&self.hot, &ids, range))
                },
            });
        }
        // The head first: what leaves it afterwards is in the head's snapshot all the same, and
        // what a new block has beyond it is in both.
        let head = Snapshot::of(&self.hot, &ids, range);
        let blocks = self.blocks.select(select);
        Ok(Selection {
            resolution: blocks.resolution,
            warnings: blocks.warnings,
            series: Box::new(Merged::new(&self.hot, head, blocks.series, blocks.later)),
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
        let mut found: HashSet<Labels> = HashSet::new();
        let identity = &self.hot.identity;
        identity.each_name(ids.iter().take(limit), |tables, id| {
            found.insert(tables.full_labels(id));
        });
        if found.len() < limit {
            self.blocks.series(sets, range, &mut |labels| {
                found.insert(labels);
                found.len() < limit
            });
        }
        Ok(found.into_iter().collect())
    }

    fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        let ids = self.head_ids(sets, range)?;
        let names = self.hot.identity.postings().names_of(&ids);
        let mut names: BTreeSet<String> = names.into_iter().collect();
        if sets.is_empty() {
            names.extend(self.blocks.label_names(range));
        } else {
            self.blocks.series(sets, range, &mut |labels| {
                let unknown = labels.iter().filter(|label| !names.contains(&*label.name));
                let unknown: Vec<String> = unknown.map(|label| label.name.to_string()).collect();
                names.extend(unknown);
                true
            });
        }
        Ok(names.into_iter().collect())
    }

    fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        let ids = self.head_ids(sets, range)?;
        let mut values = self.head_values(name, &ids);
        if sets.is_empty() {
            values.extend(self.blocks.label_values(name, range));
        } else {
            self.blocks.series(sets, range, &mut |labels| {
                let value = labels.get(name);
                if !value.is_empty() && !values.contains(value) {
                    values.insert(value.to_owned());
                }
                true
            });
        }
        Ok(values.into_iter().collect())
    }

    fn metadata(&self) -> Result<Vec<(String, Metadata)>, SourceError> {
        Ok(self.definitions.all())
    }
}
