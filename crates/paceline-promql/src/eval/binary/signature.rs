//! By which labels two sides match. Owns the key of a series, made once for all steps.

use std::collections::HashMap;

use paceline_metrics::{Labels, METRIC_NAME};

use crate::eval::column::{Column, is_present};
use crate::parse::Matching;

/// The labels of `on`, or all but those of `ignoring` and the name.
pub(super) fn signature(matching: &Matching, labels: &Labels) -> Labels {
    let kept = labels.iter().filter(|label| {
        let is_listed = is_listed(matching, &label.name);
        match matching.on {
            true => is_listed,
            false => !is_listed && &*label.name != METRIC_NAME,
        }
    });
    Labels::new(kept.cloned())
}

pub(super) fn is_listed(matching: &Matching, name: &str) -> bool {
    matching
        .labels
        .binary_search_by(|label| label.as_str().cmp(name))
        .is_ok()
}

/// The columns of one side by their key, keys in the order they came up.
pub(super) struct Grouped {
    pub(super) groups: Vec<(Labels, Vec<Column>)>,
    places: HashMap<Labels, usize>,
}

impl Grouped {
    pub(super) fn new(matching: &Matching, columns: Vec<Column>) -> Self {
        let mut grouped = Self {
            groups: Vec::new(),
            places: HashMap::with_capacity(columns.len()),
        };
        for column in columns {
            let key = signature(matching, &column.labels);
            let place = match grouped.places.get(&key) {
                Some(place) => *place,
                None => {
                    let place = grouped.groups.len();
                    grouped.groups.push((key.clone(), Vec::new()));
                    grouped.places.insert(key, place);
                    place
                }
            };
            grouped.groups[place].1.push(column);
        }
        grouped
    }

    pub(super) fn get(&self, key: &Labels) -> &[Column] {
        match self.places.get(key) {
            Some(place) => &self.groups[*place].1,
            None => &[],
        }
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.groups.iter().flat_map(|(_, columns)| columns)
    }
}

/// The steps at which any column has a value.
pub(super) fn presence<'c>(columns: impl Iterator<Item = &'c Column>, steps: usize) -> Vec<bool> {
    let mut presence = vec![false; steps];
    for column in columns {
        for (there, value) in presence.iter_mut().zip(&column.values) {
            *there |= is_present(*value);
        }
    }
    presence
}
