//! The head's series in the order of blocks. Owns the sort by metric and agent, which keeps three
//! small numbers a series and materialises labels for one metric of one agent at a time.

use std::sync::Arc;

use hashbrown::HashMap;

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
        let mut numbers: HashMap<Arc<str>, u32> = HashMap::new();
        let mut order: Vec<(u32, u32, u32)> = Vec::with_capacity(head.entries.len());
        hot.identity.each_name(&head.entries, |tables, entry| {
            let mut number = |name: &str| {
                let new = numbers.len() as u32;
                let text = text_of(tables, entry.id, name);
                *numbers.entry(text).or_insert(new)
            };
            let at = order.len() as u32;
            order.push((number(METRIC_NAME), number(AGENT), at));
        });
        let ranks = ranks(numbers);
        for (name, agent, _) in &mut order {
            (*name, *agent) = (ranks[*name as usize], ranks[*agent as usize]);
        }
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

/// For each number the place of its text among all, sorted.
fn ranks(numbers: HashMap<Arc<str>, u32>) -> Vec<u32> {
    let mut texts: Vec<(Arc<str>, u32)> = numbers.into_iter().collect();
    texts.sort_unstable();
    let mut ranks = vec![0; texts.len()];
    for (rank, (_, number)) in texts.iter().enumerate() {
        ranks[*number as usize] = rank as u32;
    }
    ranks
}

fn text_of(tables: &Tables, id: u32, name: &str) -> Arc<str> {
    let (target, key) = tables.labels_of(id);
    let label = key.iter().chain(target).find(|label| &*label.name == name);
    label.map_or_else(|| Arc::from(""), |label| Arc::clone(&label.value))
}
