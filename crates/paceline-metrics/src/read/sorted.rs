//! The head's series in the order of blocks. Owns the sort by metric and agent, which keeps three
//! small numbers a series and materialises labels for one metric of one agent at a time.

use std::collections::BTreeMap;

use super::snapshot::{Entry, Snapshot};
use crate::identity::Tables;
use crate::ingest::Hot;
use crate::{Labels, METRIC_NAME, Series, SourceError, series_order};

const AGENT: &str = "agent";

pub(crate) struct Sorted<'s> {
    hot: &'s Hot,
    head: &'s Snapshot,
    /// Ranks of metric and agent, and the entry; in order.
    order: std::iter::Peekable<std::vec::IntoIter<(u32, u32, u32)>>,
    /// Series of one metric and agent, last first.
    group: Vec<(Labels, Entry)>,
}

impl<'s> Sorted<'s> {
    pub(crate) fn new(hot: &'s Hot, head: &'s Snapshot) -> Self {
        let tables = hot.identity.tables();
        let mut texts: BTreeMap<&str, u32> = BTreeMap::new();
        for entry in &head.entries {
            let (name, agent) = name_and_agent(&tables, entry.id);
            texts.insert(name, 0);
            texts.insert(agent, 0);
        }
        for (rank, text) in texts.values_mut().enumerate() {
            *text = rank as u32;
        }
        let ranked = head.entries.iter().enumerate().map(|(at, entry)| {
            let (name, agent) = name_and_agent(&tables, entry.id);
            let rank = |text| texts.get(text).copied().unwrap_or(0);
            (rank(name), rank(agent), at as u32)
        });
        let mut order: Vec<_> = ranked.collect();
        order.sort_unstable();
        Self {
            hot,
            head,
            order: order.into_iter().peekable(),
            group: Vec::new(),
        }
    }

    fn fill_group(&mut self) {
        let Some(first) = self.order.next() else {
            return;
        };
        let tables = self.hot.identity.tables();
        let mut next = Some(first);
        while let Some((_, _, at)) = next {
            let entry = self.head.entries[at as usize];
            self.group.push((tables.full_labels(entry.id), entry));
            let same = |other: &(u32, u32, u32)| (other.0, other.1) == (first.0, first.1);
            next = self.order.next_if(same);
        }
        drop(tables);
        self.group
            .sort_by(|(one, _), (other, _)| series_order(other, one));
    }
}

impl Iterator for Sorted<'_> {
    type Item = Result<Series, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.group.is_empty() {
                self.fill_group();
            }
            let (labels, entry) = self.group.pop()?;
            match self.head.samples(entry) {
                Ok((times, _)) if times.is_empty() => {}
                Ok((timestamps, values)) => {
                    return Some(Ok(Series {
                        labels,
                        timestamps,
                        values,
                    }));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn name_and_agent(tables: &Tables, id: u32) -> (&str, &str) {
    let (target, key) = tables.labels_of(id);
    let either = |name| match key.get(name) {
        "" => target.get(name),
        value => value,
    };
    (either(METRIC_NAME), either(AGENT))
}
